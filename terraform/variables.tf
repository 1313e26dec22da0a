variable "aws_region_main" {
  description = "Region of everything; empty: that of your AWS configuration"
  type        = string
  default     = ""
}

variable "tags" {
  description = "Tags of everything"
  type        = map(string)
  default     = {}
}

# The network

variable "create_vpc" {
  description = "Make a VPC; false: use vpc_id and the lists of subnets. With neither, the stack is empty and costs nothing"
  type        = bool
  default     = true
}

variable "vpc_id" {
  description = "An existing VPC, if create_vpc is false. It needs DNS host names and, if create_vpc_endpoints is false, endpoints that its own CIDR reaches: ecr.api, ecr.dkr, logs, s3; lambda, sts and sqs with Kafka; ssmmessages with ECS Exec, and kms if it has kms_key_arn"
  type        = string
  default     = null
}

variable "public_subnet_ids" {
  description = "Its public subnets, for the load balancer"
  type        = list(string)
  default     = []
}

variable "private_subnet_ids" {
  description = "Its private subnets, for tasks, brokers and endpoints"
  type        = list(string)
  default     = []
}

variable "private_route_table_ids" {
  description = "Route tables of those, for the endpoint of S3; none: the VPC has one"
  type        = list(string)
  default     = []
}

variable "enable_ipam" {
  description = "Let IPAM give the VPC its addresses. The default is a plain CIDR, which is free: IPAM takes 0.20 USD a month for each private address in use, and up to 25 minutes to be destroyed. It pays where many VPCs must not overlap"
  type        = bool
  default     = false
}

variable "vpc_ipv4_cidr_block_start" {
  description = "First address of the VPC, or of IPAM's pool"
  type        = string
  default     = "10.11.0.0"

  validation {
    condition     = can(cidrhost("${var.vpc_ipv4_cidr_block_start}/${var.vpc_netmask_length}", 0)) && try(cidrhost("${var.vpc_ipv4_cidr_block_start}/${var.vpc_netmask_length}", 0) == var.vpc_ipv4_cidr_block_start, false)
    error_message = "vpc_ipv4_cidr_block_start is the first IPv4 address of a block of vpc_netmask_length bits, such as 10.11.0.0."
  }
}

variable "vpc_netmask_length" {
  description = "Bits of the VPC's netmask"
  type        = number
  default     = 21

  # Amazon VPC, "VPC CIDR blocks".
  validation {
    condition     = var.vpc_netmask_length >= 16 && var.vpc_netmask_length <= 26
    error_message = "A VPC has a netmask of 16 to 28 bits; 26 leave room for four subnets."
  }
}

variable "vpc_subnet_netmask_length" {
  description = "Bits of each subnet's netmask"
  type        = number
  default     = 24

  # A load balancer wants 8 free addresses in each of its subnets, and AWS keeps 5 (Elastic Load Balancing, "Subnets").
  validation {
    condition     = var.vpc_subnet_netmask_length > var.vpc_netmask_length && var.vpc_subnet_netmask_length <= 28
    error_message = "A subnet has a longer netmask than its VPC, and one of 28 bits at most."
  }
}

variable "vpc_private_subnet_count" {
  description = "Private subnets, and as many public ones, each in a zone of its own. Endpoints cost by the zone"
  type        = number
  default     = 3

  validation {
    condition     = var.vpc_private_subnet_count >= 2 && floor(var.vpc_private_subnet_count) == var.vpc_private_subnet_count && 2 * var.vpc_private_subnet_count <= pow(2, var.vpc_subnet_netmask_length - var.vpc_netmask_length)
    error_message = "At least 2, since a load balancer and MSK Serverless need two zones; at most as many as fit into the VPC twice, private and public."
  }
}

variable "create_vpc_endpoints" {
  description = "Make the endpoints of AWS services, about 22 USD a month each in three zones. false: if an existing VPC has them, or nothing is to run"
  type        = bool
  default     = true

  validation {
    condition     = var.create_vpc_endpoints || !var.create_vpc || var.hello_api_aws_ecs_service_desired_count_tasks == 0 && !var.enable_kafka
    error_message = "In a VPC without NAT nothing runs without endpoints: set hello_api_aws_ecs_service_desired_count_tasks = 0 and enable_kafka = false, too."
  }
}

variable "enable_flow_logs" {
  description = "Log the connections of the VPC that is made"
  type        = bool
  default     = false
}

# The API

variable "hello_api_aws_ecr_image_tag" {
  description = "Tag of the API's image. Tags cannot be overwritten: take a new one for each version. With ECS Exec, `-debug` is added"
  type        = string
  default     = "1.0.0"

  validation {
    condition     = can(regex("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,121}$", var.hello_api_aws_ecr_image_tag))
    error_message = "A tag has letters, digits, underscores, dots and hyphens."
  }
}

variable "image_digest" {
  description = "The image by its digest, sha256:…, instead of by a tag. With ECS Exec it is to be the debug image's"
  type        = string
  default     = null

  validation {
    condition     = var.image_digest == null || can(regex("^sha256:[0-9a-f]{64}$", var.image_digest))
    error_message = "A digest is sha256: and 64 hexadecimal digits."
  }
}

variable "hello_api_aws_ecs_service_desired_count_tasks" {
  description = "Tasks at least; 0: none run"
  type        = number
  default     = 3

  validation {
    condition     = var.hello_api_aws_ecs_service_desired_count_tasks >= 0 && floor(var.hello_api_aws_ecs_service_desired_count_tasks) == var.hello_api_aws_ecs_service_desired_count_tasks
    error_message = "A number of tasks is a whole number, and not negative."
  }

  validation {
    condition     = var.hello_api_aws_ecs_service_desired_count_tasks == 0 || var.create_vpc || var.vpc_id != null
    error_message = "Tasks need a network: create_vpc = true, or vpc_id and its subnets; or 0 tasks."
  }
}

variable "hello_api_aws_ecs_service_max_count_tasks" {
  description = "Tasks at most, when autoscaling adds some"
  type        = number
  default     = 6

  validation {
    condition     = var.hello_api_aws_ecs_service_max_count_tasks >= var.hello_api_aws_ecs_service_desired_count_tasks && floor(var.hello_api_aws_ecs_service_max_count_tasks) == var.hello_api_aws_ecs_service_max_count_tasks
    error_message = "There cannot be fewer tasks at most than at least."
  }
}

variable "api_on_demand_base" {
  description = "Of those, tasks that do not run on Spot, which AWS may take back"
  type        = number
  default     = 1

  validation {
    condition     = var.api_on_demand_base >= 0 && floor(var.api_on_demand_base) == var.api_on_demand_base
    error_message = "A number of tasks is a whole number, and not negative."
  }
}

variable "api_cpu" {
  description = "CPU units of a task: 1024 are one core"
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.api_cpu)
    error_message = "Fargate has 256, 512, 1024, 2048, 4096, 8192 and 16384 units."
  }
}

variable "api_memory" {
  description = "MB of a task. Fargate takes twice to eight times the CPU units (7.5 times from 4096 on)"
  type        = number
  default     = 1024

  validation {
    condition     = var.api_memory >= 2 * var.api_cpu && var.api_memory <= (var.api_cpu < 4096 ? 8 : 7.5) * var.api_cpu
    error_message = "Fargate takes a memory of twice to eight times the CPU units, 7.5 times from 4096 on."
  }
}

variable "api_environment" {
  description = "Further variables of the API; `hello_api settings` lists them"
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setintersection(keys(var.api_environment), keys(local.environment))) == 0
    error_message = "The port, the timings and Kafka's variables are those of service.tf, which others depend on."
  }
}

variable "enable_https" {
  description = "Listen on port 443, and redirect port 80 there. Needs certificate_arn"
  type        = bool
  default     = true
}

variable "certificate_arn" {
  description = "Certificate in ACM. `./penstock deploy` imports a self-signed one: so no private key is in Terraform's state"
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null || can(regex("^arn:[a-z-]+:(acm|iam):", var.certificate_arn))
    error_message = "A certificate's ARN begins with arn:aws:acm:."
  }
}

variable "enable_ecs_exec" {
  description = "Let people open a shell in a task. Runs the debug image, and logs what is typed"
  type        = bool
  default     = false
}

variable "enable_access_logs" {
  description = "Keep the load balancer's access log in a bucket"
  type        = bool
  default     = false
}

variable "enable_container_insights" {
  description = "CloudWatch's metrics of each container, which cost by the metric"
  type        = bool
  default     = false
}

# Kafka and its consumer

variable "enable_kafka" {
  description = "Make an MSK Serverless cluster (about 550 USD a month) and the Lambda function that consumes it. false: the API only logs its events"
  type        = bool
  default     = false

  validation {
    condition     = !var.enable_kafka || var.create_vpc || var.vpc_id != null
    error_message = "Kafka needs a network: create_vpc = true, or vpc_id and its subnets."
  }
}

variable "kafka_topic" {
  description = "The topic of the API's events, which the API makes if it is missing"
  type        = string
  default     = "events"

  validation {
    condition     = can(regex("^[a-zA-Z0-9._-]{1,249}$", var.kafka_topic))
    error_message = "A topic's name has 1 to 249 letters, digits, dots, underscores and hyphens."
  }
}

variable "function_zip" {
  description = "Path of the function's package; null: where `./penstock package arm64` makes it"
  type        = string
  default     = null
}

variable "consumer_batch_size" {
  description = "Records of an invocation at most"
  type        = number
  default     = 100

  validation {
    condition     = var.consumer_batch_size >= 1 && var.consumer_batch_size <= 10000 && floor(var.consumer_batch_size) == var.consumer_batch_size
    error_message = "AWS takes batches of 1 to 10000 records."
  }
}

variable "consumer_batching_window" {
  description = "Seconds that the mapping waits for a batch to fill"
  type        = number
  default     = 1

  validation {
    condition     = var.consumer_batching_window >= 0 && var.consumer_batching_window <= 300 && floor(var.consumer_batching_window) == var.consumer_batching_window
    error_message = "AWS takes 0 to 300 whole seconds."
  }
}

variable "consumer_starting_position" {
  description = "Where a new consumer group starts: TRIM_HORIZON, with the oldest record, or LATEST, which leaves out what comes while the mapping is being made"
  type        = string
  default     = "TRIM_HORIZON"

  validation {
    condition     = contains(["TRIM_HORIZON", "LATEST"], var.consumer_starting_position)
    error_message = "consumer_starting_position is TRIM_HORIZON or LATEST."
  }
}

variable "consumer_provisioned_pollers" {
  description = "Event pollers of your own, about 135 USD a month each; null: AWS's shared ones. modules/consumer says what they bring"
  type = object({
    minimum = number
    maximum = number
  })
  default = null
}

variable "consumer_memory" {
  description = "MB of the function; processor time comes with it"
  type        = number
  default     = 128

  validation {
    condition     = var.consumer_memory >= 128 && var.consumer_memory <= 10240 && floor(var.consumer_memory) == var.consumer_memory
    error_message = "Lambda takes 128 to 10240 MB."
  }
}

variable "consumer_timeout" {
  description = "Seconds of an invocation at most"
  type        = number
  default     = 30

  # 14 minutes, not Lambda's 15 (AWS Lambda, "Using Lambda with Amazon MSK").
  validation {
    condition     = var.consumer_timeout >= 1 && var.consumer_timeout <= 840 && floor(var.consumer_timeout) == var.consumer_timeout
    error_message = "A function that reads Kafka may take 1 to 840 seconds."
  }
}

variable "consumer_reserved_concurrency" {
  description = "Concurrent invocations that are set aside for the function, and bound it; -1: none are"
  type        = number
  default     = -1

  validation {
    condition     = var.consumer_reserved_concurrency == -1 || var.consumer_reserved_concurrency >= 1
    error_message = "consumer_reserved_concurrency is -1, or at least 1."
  }
}

variable "consumer_log_level" {
  description = "What the function logs. Alarms read its METRICS line, which is INFO"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.consumer_log_level)
    error_message = "Lambda has TRACE, DEBUG, INFO, WARN, ERROR and FATAL."
  }
}

# Logs and alarms

variable "alarm_actions" {
  description = "ARNs, of SNS topics for instance, that are told when an alarm goes off, and when it is over"
  type        = list(string)
  default     = []
}

variable "alarm_thresholds" {
  description = "Where alarms go off; modules/monitoring lists them with their defaults"
  type        = map(number)
  default     = {}
}

variable "log_retention_days" {
  description = "Days that all logs are kept"
  type        = number
  default     = 3

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "kms_key_arn" {
  description = "Key for logs, sessions, the function's variable where it has one, and its queue; null: AWS's own keys. Its policy must let CloudWatch Logs use it"
  type        = string
  default     = null
}
