variable "name" {
  description = "Name of the cluster"
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the brokers: two or more, each in a zone of its own"
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "MSK Serverless needs two subnets or more, in different zones."
  }
}

variable "security_group_ids" {
  description = "Security groups of the brokers; an event source mapping's pollers have them, too"
  type        = list(string)

  validation {
    condition     = length(var.security_group_ids) >= 1 && length(var.security_group_ids) <= 5
    error_message = "MSK Serverless takes one to five security groups."
  }
}

variable "tags" {
  description = "Tags of everything that is made here, beside the provider's"
  type        = map(string)
  default     = {}
}
