variable "name" {
  description = "Prefix of the names of the module's resources"
  type        = string
}

variable "create_vpc" {
  description = "Create a VPC with its subnets; if false, use vpc_id and the lists of subnets"
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "ID of an existing VPC, if create_vpc is false"
  type        = string
  default     = null

  validation {
    condition     = var.create_vpc || var.vpc_id != null
    error_message = "If create_vpc is false, vpc_id must be set."
  }
}

variable "public_subnet_ids" {
  description = "Public subnets of an existing VPC: two or more, in different zones"
  type        = list(string)
  default     = []

  validation {
    condition     = var.create_vpc || length(var.public_subnet_ids) >= 2
    error_message = "A load balancer needs at least two public subnets, in different zones."
  }
}

variable "private_subnet_ids" {
  description = "Private subnets of an existing VPC: two or more, in different zones"
  type        = list(string)
  default     = []

  validation {
    condition     = var.create_vpc || length(var.private_subnet_ids) >= 2
    error_message = "Tasks and MSK Serverless need two private subnets or more, in different zones."
  }
}

variable "private_route_table_ids" {
  description = <<-EOT
    Route tables of the existing private subnets, for the endpoints of S3 and, with enable_tables,
    of DynamoDB. Leave it empty if the VPC has these endpoints already.
  EOT
  type        = list(string)
  default     = []
}

variable "ipv4_cidr_block_start" {
  description = "First address of the VPC"
  type        = string
  default     = "10.11.0.0"
}

variable "netmask_length" {
  description = "Length of the VPC's netmask, in bits"
  type        = number
  default     = 21
}

variable "subnet_netmask_length" {
  description = "Length of each subnet's netmask, in bits"
  type        = number
  default     = 24
}

variable "subnet_count" {
  description = "Number of private subnets, and of public ones, each in another zone"
  type        = number
  default     = 3

  validation {
    condition     = var.subnet_count >= 2 && floor(var.subnet_count) == var.subnet_count
    error_message = "subnet_count must be at least 2, since MSK Serverless needs two zones."
  }

  validation {
    condition = (
      !var.create_vpc ||
      var.subnet_netmask_length > var.netmask_length &&
      2 * var.subnet_count <= pow(2, var.subnet_netmask_length - var.netmask_length)
    )
    error_message = join(" ", [
      "The public and private subnets do not fit into the VPC. Use fewer or smaller subnets, or a",
      "larger VPC.",
    ])
  }
}

variable "excluded_zone_ids" {
  description = "IDs of availability zones that are not used"
  type        = list(string)
  # Fargate does not run in the first two (Amazon ECS, "Supported Regions for Amazon ECS on AWS
  # Fargate"). The third is an old zone that lacks many newer services; its region has five others.
  default = ["apne1-az3", "usw1-az2", "use1-az3"]
}

variable "enable_ipam" {
  description = "Take the VPC's addresses from IPAM, with a pool that the module creates"
  type        = bool
  default     = false
}

variable "enable_kafka" {
  description = "Create groups, flows and endpoints for Kafka and the event source mapping"
  type        = bool
  default     = false
}

variable "mapping_services" {
  description = <<-EOT
    AWS services that the pollers of the event source mapping must reach through this VPC: lambda
    and sts with AWS's shared pollers only, and sqs if a queue is the failure destination
  EOT
  type        = list(string)
  default     = ["lambda", "sts", "sqs"]

  validation {
    condition     = length(setsubtract(var.mapping_services, ["lambda", "sts", "sqs"])) == 0
    error_message = "mapping_services must be of lambda, sts and sqs."
  }
}

variable "mapping_bucket_arns" {
  description = "ARN of the bucket that is the mapping's failure destination, in a list; else empty"
  type        = list(string)
  default     = []
}

variable "enable_tables" {
  description = "Let the tasks reach DynamoDB, by a gateway endpoint, which costs nothing"
  type        = bool
  default     = false
}

variable "table_arns" {
  description = <<-EOT
    ARNs of the tables that the endpoint of DynamoDB leads to, with their indexes, in a VPC that
    this module creates
  EOT
  type        = list(string)
  default     = []
}

variable "nat_gateway_count" {
  description = <<-EOT
    NAT gateways instead of interface endpoints: 0 for none, 1 for all zones, or subnet_count for
    one in each zone. Tasks can then reach any address on port 443.
  EOT
  type        = number
  default     = 0

  validation {
    condition = (
      contains([0, 1, var.subnet_count], var.nat_gateway_count) &&
      (var.nat_gateway_count == 0 || var.create_vpc)
    )
    error_message = join(" ", [
      "nat_gateway_count must be 0, 1 or subnet_count, and 0 in an existing VPC, whose routes this",
      "module does not change.",
    ])
  }
}

variable "issuer_egress" {
  description = <<-EOT
    Let the tasks reach issuers in the internet on port 443. A VPC that this module creates gets one
    NAT gateway beside the interface endpoints, unless nat_gateway_count asks for some. An existing
    VPC must have routes of its own.
  EOT
  type        = bool
  default     = false
}

variable "load_balancer_egress" {
  description = "Let the load balancer reach issuers in the internet on port 443"
  type        = bool
  default     = false
}

variable "secret_services" {
  description = <<-EOT
    AWS services that have secrets of the API, for which there are endpoints: secretsmanager, ssm
  EOT
  type        = list(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.secret_services, ["secretsmanager", "ssm"])) == 0
    error_message = "secret_services must be of secretsmanager and ssm."
  }
}

variable "enable_ecs_exec" {
  description = "Create the endpoints that ECS Exec needs"
  type        = bool
  default     = false
}

variable "enable_https" {
  description = "Allow connections from the internet to port 443"
  type        = bool
  default     = true
}

variable "api_port" {
  description = "Port of the API's tasks"
  type        = number
  default     = 8000
}

variable "create_vpc_endpoints" {
  description = "Create the endpoints; set false if an existing VPC has them, or if nothing runs"
  type        = bool
  default     = true
}

variable "enable_flow_logs" {
  description = "Log the VPC's connections, if the module creates the VPC"
  type        = bool
  default     = false
}

variable "log_retention_days" {
  description = "Days for which the flow log is kept"
  type        = number
  default     = 3
}

variable "kms_key_arn" {
  description = <<-EOT
    KMS key for the flow log and for ECS Exec's sessions, which then need KMS's endpoint; null uses
    AWS's own keys.
  EOT
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the module's resources, in addition to the provider's"
  type        = map(string)
  default     = {}
}
