variable "name" {
  description = "Name of the cluster, service, task and container; with hyphens, of the load balancer"
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,30}[a-zA-Z0-9]$", var.name))
    error_message = "A load balancer's name has 2 to 32 letters, digits and hyphens; underscores are made hyphens."
  }
}

variable "image" {
  description = "The container image, with its tag or digest. Its program is /api"
  type        = string
}

variable "repository_arn" {
  description = "ARN of the ECR repository that it is in"
  type        = string
}

variable "environment" {
  description = "Variables of the container"
  type        = map(string)
  default     = {}
}

variable "port" {
  description = "Port of the API"
  type        = number
  default     = 8000
}

variable "health_check_path" {
  description = "What the load balancer asks for; 200 is healthy"
  type        = string
  default     = "/healthcheck"
}

variable "timings" {
  description = "Seconds, as the container's environment has them. After SIGTERM a task accepts for drain_delay, answers for drain_timeout, and waits for Kafka for publish_deadline"
  type = object({
    drain_delay                = number
    drain_timeout              = number
    publish_deadline           = number
    stop_timeout               = number
    deregistration_delay       = number
    idle_timeout               = number
    load_balancer_idle_timeout = number
  })

  # 120 s is Fargate's most, and the warning before Spot capacity is taken (Amazon ECS, "Fargate capacity providers").
  validation {
    condition     = var.timings.drain_delay + var.timings.drain_timeout + var.timings.publish_deadline < var.timings.stop_timeout && var.timings.stop_timeout <= 120
    error_message = "drain_delay + drain_timeout + publish_deadline must be less than stop_timeout, and that at most 120 s: else ECS kills a task in the middle of its work."
  }

  # A task on Spot is told to stop and taken from the load balancer at the same time.
  validation {
    condition     = var.timings.deregistration_delay <= var.timings.drain_delay
    error_message = "deregistration_delay must not be longer than drain_delay: a task accepts requests as long as the load balancer may send them."
  }

  # Else the load balancer sends a request down a connection that is being closed, and answers 502.
  validation {
    condition     = var.timings.idle_timeout > var.timings.load_balancer_idle_timeout
    error_message = "The API must keep idle connections longer than the load balancer."
  }
}

variable "vpc_id" {
  description = "The VPC"
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
  description = "Listen on port 443, and redirect port 80 there"
  type        = bool
  default     = true
}

variable "certificate_arn" {
  description = "Certificate in ACM, if enable_https"
  type        = string
  default     = null
}

variable "ssl_policy" {
  description = "TLS versions and ciphers of the load balancer: TLS 1.3, and 1.2 with forward secrecy. ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09 adds post-quantum key exchange"
  type        = string
  default     = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
}

variable "enable_ecs_exec" {
  description = "Let people open a shell in a task. The image must have one"
  type        = bool
  default     = false
}

variable "desired_count" {
  description = "Tasks at least; 0: none run"
  type        = number
  default     = 3

  validation {
    condition     = var.desired_count >= 0 && floor(var.desired_count) == var.desired_count
    error_message = "A number of tasks is a whole number, and not negative."
  }
}

variable "max_count" {
  description = "Tasks at most, when autoscaling adds some"
  type        = number
  default     = 6
}

variable "on_demand_base" {
  description = "Tasks that do not run on Spot, which AWS may take back"
  type        = number
  default     = 1
}

variable "spot_weight" {
  description = "Of the tasks beyond those, so many on Spot for each one that is not; 0: none on Spot"
  type        = number
  default     = 4
}

variable "cpu_percent_target" {
  description = "Autoscaling keeps the tasks so busy on average"
  type        = number
  default     = 60
}

variable "requests_per_minute_target" {
  description = "Autoscaling keeps a task's requests a minute near this"
  type        = number
  default     = 30000
}

variable "cpu" {
  description = "CPU units of a task: 1024 are one core"
  type        = number
  default     = 512
}

variable "memory" {
  description = "MB of a task"
  type        = number
  default     = 1024
}

variable "kafka" {
  description = "ARNs of the MSK cluster and of the topic that the API writes; null: no Kafka"
  type = object({
    cluster_arn = string
    topic_arn   = string
  })
  default = null
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
  description = "Days that logs are kept, in CloudWatch and in the bucket of access logs"
  type        = number
  default     = 3
}

variable "kms_key_arn" {
  description = "Key for logs and sessions; null: AWS's own keys. Its policy must let CloudWatch Logs use it"
  type        = string
  default     = null
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

variable "tags" {
  description = "Tags of everything that is made here, beside the provider's"
  type        = map(string)
  default     = {}
}
