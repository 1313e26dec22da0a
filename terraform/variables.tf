variable "aws_region_main" {
  description = "AWS region; if empty, the region of your AWS configuration"
  type        = string
  default     = ""
}

variable "tags" {
  description = "Tags of all resources"
  type        = map(string)
  default     = {}
}

# The following variables are about the network.

variable "create_vpc" {
  description = <<-EOT
    Create a VPC. If false, set vpc_id and the lists of subnets; without vpc_id the stack is empty
    and costs nothing.
  EOT
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = <<-EOT
    ID of an existing VPC, if create_vpc is false. It needs DNS host names. If create_vpc_endpoints
    is false, it also needs endpoints that accept connections from its own CIDR: ecr.api, ecr.dkr,
    logs and s3; with Kafka lambda and sts, unless the pollers are provisioned, and sqs, if a queue
    gets the failures; with ECS Exec ssmmessages, and kms with kms_key_arn; secretsmanager and ssm,
    if the API has secrets there.
  EOT
  type        = string
  default     = null
}

variable "public_subnet_ids" {
  description = "Public subnets of the existing VPC, for the load balancer"
  type        = list(string)
  default     = []
}

variable "private_subnet_ids" {
  description = "Private subnets of the existing VPC, for tasks, brokers and endpoints"
  type        = list(string)
  default     = []
}

variable "private_route_table_ids" {
  description = "Route tables of the private subnets, for S3's endpoint; empty if the VPC has one"
  type        = list(string)
  default     = []
}

variable "enable_ipam" {
  description = <<-EOT
    Take the VPC's addresses from IPAM instead of a fixed CIDR, which is free. IPAM costs 0.20 USD a
    month for each private address in use, and takes up to 25 minutes to destroy. It helps where
    many VPCs must not overlap.
  EOT
  type        = bool
  default     = false
}

variable "vpc_ipv4_cidr_block_start" {
  description = "First address of the VPC, or of IPAM's pool"
  type        = string
  default     = "10.11.0.0"

  validation {
    condition = try(
      cidrhost("${var.vpc_ipv4_cidr_block_start}/${var.vpc_netmask_length}", 0) ==
      var.vpc_ipv4_cidr_block_start,
      false,
    )
    error_message = join(" ", [
      "vpc_ipv4_cidr_block_start must be the first IPv4 address of a block of vpc_netmask_length",
      "bits, such as 10.11.0.0.",
    ])
  }
}

variable "vpc_netmask_length" {
  description = "Length of the VPC's netmask, in bits"
  type        = number
  default     = 21

  # AWS accepts 16 to 28 bits (Amazon VPC, "VPC CIDR blocks").
  validation {
    condition     = var.vpc_netmask_length >= 16 && var.vpc_netmask_length <= 26
    error_message = "vpc_netmask_length must be 16 to 26 bits; 26 have room for four subnets."
  }
}

variable "vpc_subnet_netmask_length" {
  description = "Length of each subnet's netmask, in bits"
  type        = number
  default     = 24

  # A load balancer needs 8 free addresses in each of its subnets, and AWS reserves 5 (Elastic Load
  # Balancing, "Subnets").
  validation {
    condition = (
      var.vpc_subnet_netmask_length > var.vpc_netmask_length && var.vpc_subnet_netmask_length <= 28
    )
    error_message = "vpc_subnet_netmask_length must exceed vpc_netmask_length, and be at most 28."
  }
}

variable "vpc_private_subnet_count" {
  description = <<-EOT
    Number of private subnets, and of public ones. Each is in another availability zone. Endpoints
    are charged per zone.
  EOT
  type        = number
  default     = 3

  validation {
    condition = (
      var.vpc_private_subnet_count >= 2 &&
      floor(var.vpc_private_subnet_count) == var.vpc_private_subnet_count &&
      2 * var.vpc_private_subnet_count <=
      pow(2, var.vpc_subnet_netmask_length - var.vpc_netmask_length)
    )
    error_message = join(" ", [
      "vpc_private_subnet_count must be at least 2, since a load balancer and MSK Serverless need",
      "two zones, and the VPC must have room for as many private subnets and as many public ones.",
    ])
  }
}

variable "create_vpc_endpoints" {
  description = <<-EOT
    Create the endpoints of AWS services. Each costs about 22 USD a month in three zones. Set false
    if an existing VPC has them, or if nothing runs. With vpc_nat_gateway_count there is only S3's,
    which is free.
  EOT
  type        = bool
  default     = true

  validation {
    condition = (
      var.create_vpc_endpoints || !var.create_vpc || var.vpc_nat_gateway_count > 0 ||
      var.hello_api_aws_ecs_service_desired_count_tasks == 0 && !var.enable_kafka
    )
    error_message = join(" ", [
      "Without endpoints nothing can run in a VPC without NAT. Set create_vpc_endpoints = true, or",
      "vpc_nat_gateway_count = 1, or hello_api_aws_ecs_service_desired_count_tasks = 0 and",
      "enable_kafka = false.",
    ])
  }
}

variable "vpc_nat_gateway_count" {
  description = <<-EOT
    NAT gateways instead of endpoints, about 33 USD a month each: 0 for none, 1 for all zones, or
    vpc_private_subnet_count for one in each. docs/deploy.md compares their costs. With NAT, tasks
    can reach any address on port 443.
  EOT
  type        = number
  default     = 0

  validation {
    condition = (
      contains([0, 1, var.vpc_private_subnet_count], var.vpc_nat_gateway_count) &&
      (var.vpc_nat_gateway_count == 0 || var.create_vpc)
    )
    error_message = join(" ", [
      "vpc_nat_gateway_count must be 0, 1 or vpc_private_subnet_count, and 0 without create_vpc.",
    ])
  }
}

variable "enable_flow_logs" {
  description = "Log the connections of the VPC, if the stack creates it"
  type        = bool
  default     = false
}

# The following variables are about logs and alarms.

variable "alarm_actions" {
  description = "ARNs to notify when an alarm starts or ends, such as those of SNS topics"
  type        = list(string)
  default     = []
}

variable "alarm_thresholds" {
  description = "Thresholds of the alarms; modules/monitoring lists them with their defaults"
  type        = map(number)
  default     = {}
}

variable "log_retention_days" {
  description = "Days for which all logs are kept"
  type        = number
  default     = 3

  validation {
    condition = contains([
      1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
      3288, 3653,
    ], var.log_retention_days)
    error_message = join(" ", [
      "log_retention_days must be a period that CloudWatch Logs offers: 1, 3, 5, 7, 14, 30, 60,",
      "90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days.",
    ])
  }
}

variable "kms_key_arn" {
  description = <<-EOT
    KMS key for logs, ECS Exec's sessions, the function's queue, bucket and environment variable,
    where it has one; null uses AWS's own keys. The key's policy must allow CloudWatch Logs to use
    it.
  EOT
  type        = string
  default     = null
}
