variable "name" {
  description = <<-EOT
    Name of the cluster, service, task and container, and (with hyphens) of the load balancer
  EOT
  type        = string

  validation {
    condition = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,30}[a-zA-Z0-9]$", var.name))
    error_message = join(" ", [
      "name must have 2 to 32 letters, digits, hyphens and underscores, and begin and end with a",
      "letter or digit. In the load balancer's name, underscores become hyphens.",
    ])
  }
}

variable "image" {
  description = "Container image with its tag or digest; its program must be /api"
  type        = string
}

variable "repository_arn" {
  description = "ARN of the image's ECR repository"
  type        = string
}

variable "environment" {
  description = "Environment variables of the container"
  type        = map(string)
  default     = {}
}

variable "port" {
  description = "Port of the API"
  type        = number
  default     = 8000
}

variable "health_check_path" {
  description = <<-EOT
    Path of the load balancer's health check, which must answer 200: HEALTHCHECK of the service.env
    that the image was built with. ECS's own check runs `/api healthcheck`, which knows it.
  EOT
  type        = string
  default     = "/healthcheck"

  validation {
    condition     = can(regex("^/[A-Za-z0-9._~/-]*$", var.health_check_path))
    error_message = "health_check_path must begin with a slash, and have no query and no space."
  }
}

variable "timings" {
  description = <<-EOT
    Timings in seconds, which must equal those in the container's environment. After SIGTERM a task
    accepts requests for drain_delay, finishes them within drain_timeout, and waits for Kafka for
    publish_deadline.
  EOT
  type = object({
    drain_delay                = number
    drain_timeout              = number
    publish_deadline           = number
    stop_timeout               = number
    deregistration_delay       = number
    idle_timeout               = number
    load_balancer_idle_timeout = number
  })

  # 120 s is Fargate's maximum, and the warning before Spot capacity is taken back (Amazon ECS,
  # "Fargate capacity providers").
  validation {
    condition = (
      var.timings.drain_delay + var.timings.drain_timeout + var.timings.publish_deadline <
      var.timings.stop_timeout &&
      var.timings.stop_timeout <= 120
    )
    error_message = join(" ", [
      "drain_delay + drain_timeout + publish_deadline must be less than stop_timeout, and",
      "stop_timeout at most 120 s. Otherwise ECS kills a task that still has requests to answer.",
    ])
  }

  # ECS stops a task on Spot and removes it from the load balancer at the same time.
  validation {
    condition = var.timings.deregistration_delay <= var.timings.drain_delay
    error_message = join(" ", [
      "deregistration_delay must not be longer than drain_delay: a task must accept requests as",
      "long as the load balancer may send them.",
    ])
  }

  # Otherwise the load balancer sends a request on a connection that is being closed, and answers
  # 502.
  validation {
    condition     = var.timings.idle_timeout > var.timings.load_balancer_idle_timeout
    error_message = "idle_timeout must be longer than load_balancer_idle_timeout."
  }
}

variable "vpc_id" {
  description = "ID of the VPC"
  type        = string
}

variable "public_subnet_ids" {
  description = "Subnets of the load balancer"
  type        = list(string)
}

variable "private_subnet_ids" {
  description = "Subnets of the tasks"
  type        = list(string)
}

variable "load_balancer_security_group_id" {
  description = "Security group of the load balancer"
  type        = string
}

variable "task_security_group_id" {
  description = "Security group of the tasks"
  type        = string
}

variable "enable_https" {
  description = "Listen on port 443 and redirect port 80 to it"
  type        = bool
  default     = true
}

variable "certificate_arn" {
  description = "ARN of a certificate in ACM, which enable_https needs"
  type        = string
  default     = null
}

variable "ssl_policy" {
  description = <<-EOT
    TLS versions and ciphers of the load balancer: by default TLS 1.3, and 1.2 with forward secrecy.
    ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 adds post-quantum key exchange.
  EOT
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
}

variable "enable_ecs_exec" {
  description = "Allow a shell in a task; the image must have one"
  type        = bool
  default     = false
}

variable "desired_count" {
  description = "Least number of tasks; with 0 no task runs"
  type        = number
  default     = 3

  validation {
    condition     = var.desired_count >= 0 && floor(var.desired_count) == var.desired_count
    error_message = "desired_count must be a whole number, and not negative."
  }
}

variable "max_count" {
  description = "Largest number of tasks that autoscaling may start"
  type        = number
  default     = 6
}

variable "on_demand_base" {
  description = "Number of tasks that never run on Spot, whose capacity AWS may take back"
  type        = number
  default     = 1
}

variable "spot_weight" {
  description = "Tasks on Spot for each further task that is not on Spot; 0 for none"
  type        = number
  default     = 4
}

variable "cpu_percent_target" {
  description = "Average CPU utilisation of the tasks that autoscaling aims at, in percent"
  type        = number
  default     = 60
}

variable "requests_per_minute_target" {
  description = "Requests a minute for each task that autoscaling aims at"
  type        = number
  default     = 30000
}

variable "cpu" {
  description = "CPU units of a task; 1024 are one core"
  type        = number
  default     = 512
}

variable "memory" {
  description = "Memory of a task in MiB"
  type        = number
  default     = 1024
}

variable "kafka" {
  description = <<-EOT
    ARNs of the MSK cluster, of the topics that the API writes, and of its transactional ids if the
    contract has atomic operations; null without Kafka
  EOT
  type = object({
    cluster_arn           = string
    topic_arns            = list(string)
    transactional_id_arns = optional(list(string), [])
  })
  default = null
}

variable "task_policies" {
  description = "More that the API may do: names, and IAM policies in JSON"
  type        = map(string)
  default     = {}
}

variable "log_group_name" {
  description = "Log group of the API"
  type        = string
}

variable "exec_log_group_name" {
  description = "Log group of ECS Exec's sessions"
  type        = string
}

variable "log_retention_days" {
  description = "Days for which logs are kept, in CloudWatch and in the bucket of access logs"
  type        = number
  default     = 3
}

variable "kms_key_arn" {
  description = <<-EOT
    KMS key for logs and sessions; null uses AWS's own keys. The key's policy must allow CloudWatch
    Logs to use it.
  EOT
  type        = string
  default     = null
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

variable "tags" {
  description = "Tags of the module's resources, in addition to the provider's"
  type        = map(string)
  default     = {}
}
