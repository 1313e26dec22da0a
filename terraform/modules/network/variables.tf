variable "name" {
  description = "Comes before the names of everything that is made here"
  type        = string
}

variable "create_vpc" {
  description = "Make a VPC with its subnets; false: use vpc_id and the lists of subnets"
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "An existing VPC, if create_vpc is false"
  type        = string
  default     = null

  validation {
    condition     = var.create_vpc || var.vpc_id != null
    error_message = "Without create_vpc, vpc_id names the VPC to use."
  }
}

variable "public_subnet_ids" {
  description = "Its public subnets, for the load balancer: two or more, each in a zone of its own"
  type        = list(string)
  default     = []

  validation {
    condition     = var.create_vpc || length(var.public_subnet_ids) >= 2
    error_message = "A load balancer needs two public subnets or more, in different zones."
  }
}

variable "private_subnet_ids" {
  description = "Its private subnets, for tasks, brokers and endpoints: two or more, each in a zone of its own"
  type        = list(string)
  default     = []

  validation {
    condition     = var.create_vpc || length(var.private_subnet_ids) >= 2
    error_message = "Tasks and MSK Serverless need two private subnets or more, in different zones."
  }
}

variable "private_route_table_ids" {
  description = "Route tables of the existing private subnets, for the endpoint of S3; none: the VPC has one already"
  type        = list(string)
  default     = []
}

variable "ipv4_cidr_block_start" {
  description = "First address of the VPC"
  type        = string
  default     = "10.11.0.0"
}

variable "netmask_length" {
  description = "Bits of the VPC's netmask"
  type        = number
  default     = 21
}

variable "subnet_netmask_length" {
  description = "Bits of each subnet's netmask"
  type        = number
  default     = 24
}

variable "subnet_count" {
  description = "Number of private subnets, and of public ones, each in a zone of its own"
  type        = number
  default     = 3

  validation {
    condition     = var.subnet_count >= 2 && floor(var.subnet_count) == var.subnet_count
    error_message = "A load balancer and MSK Serverless need two zones or more."
  }

  validation {
    condition     = !var.create_vpc || var.subnet_netmask_length > var.netmask_length && 2 * var.subnet_count <= pow(2, var.subnet_netmask_length - var.netmask_length)
    error_message = "The subnets, public and private, do not fit into the VPC: fewer of them, smaller ones, or a larger VPC."
  }
}

variable "excluded_zone_ids" {
  description = "IDs of zones that are left out"
  type        = list(string)
  # Fargate does not run in the first two (Amazon ECS, "Supported Regions for Amazon ECS on AWS Fargate"). The third is an old one,
  # which lacks much of what is newer; its region has five others.
  default = ["apne1-az3", "usw1-az2", "use1-az3"]
}

variable "enable_ipam" {
  description = "Let IPAM give the VPC its addresses, from a pool that is made for it"
  type        = bool
  default     = false
}

variable "enable_kafka" {
  description = "Groups, flows and endpoints for Kafka and the event source mapping"
  type        = bool
  default     = false
}

variable "enable_ecs_exec" {
  description = "The endpoints that ECS Exec needs"
  type        = bool
  default     = false
}

variable "enable_https" {
  description = "Let the internet reach port 443, too"
  type        = bool
  default     = true
}

variable "api_port" {
  description = "Port of the API's tasks"
  type        = number
  default     = 8000
}

variable "create_vpc_endpoints" {
  description = "Make the endpoints; false: an existing VPC has them, or nothing runs"
  type        = bool
  default     = true
}

variable "enable_flow_logs" {
  description = "Log the VPC's connections, if it is made here"
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days that the flow log is kept"
  type        = number
  default     = 3
}

variable "kms_key_arn" {
  description = "Key for the flow log, and of ECS Exec's sessions, which then need the endpoint of KMS; null: AWS's own"
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything that is made here, beside the provider's"
  type        = map(string)
  default     = {}
}
