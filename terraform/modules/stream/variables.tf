variable "name" {
  description = "Name of the cluster"
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the brokers: two or more, in different zones"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "MSK Serverless needs at least two subnets, in different zones."
  }
}

variable "security_group_ids" {
  description = "Security groups of the brokers, and of an event source mapping's pollers"
  type        = list(string)

  validation {
    condition     = length(var.security_group_ids) >= 1 && length(var.security_group_ids) <= 5
    error_message = "MSK Serverless accepts one to five security groups."
  }
}

variable "tags" {
  description = "Tags of the module's resources, in addition to the provider's"
  type        = map(string)
  default     = {}
}
