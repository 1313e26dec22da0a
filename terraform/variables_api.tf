variable "hello_api_aws_ecr_image_tag" {
  description = <<-EOT
    Tag of the API's image. Tags cannot be overwritten, so each version needs a new one. With ECS
    Exec, -debug is added.
  EOT
  type        = string
  default     = "1.0.0"

  validation {
    condition = can(
      regex("^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,121}$", var.hello_api_aws_ecr_image_tag)
    )
    error_message = join(" ", [
      "hello_api_aws_ecr_image_tag must have 1 to 122 letters, digits, underscores, dots and",
      "hyphens, and must not begin with a dot or a hyphen.",
    ])
  }
}

variable "image_digest" {
  description = <<-EOT
    Digest of the image, sha256:…, which replaces the tag. With ECS Exec it must be the debug
    image's.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.image_digest == null || can(regex("^sha256:[0-9a-f]{64}$", var.image_digest))
    )
    error_message = "image_digest must be sha256: followed by 64 lower-case hexadecimal digits."
  }
}

variable "hello_api_aws_ecs_service_desired_count_tasks" {
  description = "Least number of tasks; with 0 no task runs"
  type        = number
  default     = 3

  validation {
    condition = (
      var.hello_api_aws_ecs_service_desired_count_tasks >= 0 &&
      floor(var.hello_api_aws_ecs_service_desired_count_tasks) ==
      var.hello_api_aws_ecs_service_desired_count_tasks
    )
    error_message = "The number of tasks must be a whole number, and not negative."
  }

  validation {
    condition = (
      var.hello_api_aws_ecs_service_desired_count_tasks == 0 || var.create_vpc || var.vpc_id != null
    )
    error_message = join(" ", [
      "Tasks need a network. Set create_vpc = true, or vpc_id and its subnets, or",
      "hello_api_aws_ecs_service_desired_count_tasks = 0.",
    ])
  }
}

variable "hello_api_aws_ecs_service_max_count_tasks" {
  description = "Largest number of tasks that autoscaling may start"
  type        = number
  default     = 6

  validation {
    condition = (
      var.hello_api_aws_ecs_service_max_count_tasks >=
      var.hello_api_aws_ecs_service_desired_count_tasks &&
      floor(var.hello_api_aws_ecs_service_max_count_tasks) ==
      var.hello_api_aws_ecs_service_max_count_tasks
    )
    error_message = join(" ", [
      "hello_api_aws_ecs_service_max_count_tasks must be a whole number, and at least",
      "hello_api_aws_ecs_service_desired_count_tasks.",
    ])
  }
}

variable "api_on_demand_base" {
  description = "Number of tasks that never run on Spot, whose capacity AWS may take back"
  type        = number
  default     = 1

  validation {
    condition = (
      var.api_on_demand_base >= 0 && floor(var.api_on_demand_base) == var.api_on_demand_base
    )
    error_message = "api_on_demand_base must be a whole number, and not negative."
  }
}

variable "api_cpu" {
  description = "CPU units of a task; 1024 are one core"
  type        = number
  default     = 512

  validation {
    condition     = contains([256, 512, 1024, 2048, 4096, 8192, 16384], var.api_cpu)
    error_message = "api_cpu must be 256, 512, 1024, 2048, 4096, 8192 or 16384, as Fargate offers."
  }
}

variable "api_memory" {
  description = <<-EOT
    Memory of a task in MiB. Fargate accepts 2 to 8 times api_cpu, and 2 to 7.5 times from 4096 on.
  EOT
  type        = number
  default     = 1024

  validation {
    condition = (
      var.api_memory >= 2 * var.api_cpu &&
      var.api_memory <= (var.api_cpu < 4096 ? 8 : 7.5) * var.api_cpu
    )
    error_message = "api_memory must be 2 to 8 times api_cpu, and 2 to 7.5 times from 4096 on."
  }
}

variable "api_environment" {
  description = "More environment variables for the API; `hello_api settings` lists them"
  type        = map(string)
  default     = {}

  validation {
    condition = length(setintersection(keys(var.api_environment), keys(local.environment))) == 0
    error_message = join(" ", [
      "api_environment must not set the port, the timings or Kafka's settings: service.tf sets",
      "them, because other resources depend on them. There are variables for partitions and",
      "retention: kafka_partitions and kafka_retention_days. The contract names the topics.",
    ])
  }
}

variable "enable_https" {
  description = "Listen on port 443 and redirect port 80 to it; needs certificate_arn"
  type        = bool
  default     = true
}

variable "certificate_arn" {
  description = <<-EOT
    ARN of a certificate in ACM. `./penstock deploy` imports a self-signed one, which keeps its
    private key out of Terraform's state.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.certificate_arn == null ||
      can(regex("^arn:[a-z-]+:(acm|iam):", var.certificate_arn))
    )
    error_message = "certificate_arn must begin with arn:aws:acm: (or the partition's equivalent)."
  }
}

variable "enable_ecs_exec" {
  description = "Allow a shell in a task: runs the debug image, and logs the sessions"
  type        = bool
  default     = false
}

variable "enable_access_logs" {
  description = "Keep the load balancer's access logs in a bucket"
  type        = bool
  default     = false
}

variable "enable_container_insights" {
  description = "Collect CloudWatch's metrics of each container, which are charged per metric"
  type        = bool
  default     = false
}
