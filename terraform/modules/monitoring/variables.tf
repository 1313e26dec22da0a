variable "name" {
  description = "Prefix of the names of the alarms and the dashboard"
  type        = string
}

variable "alarm_actions" {
  description = "ARNs to notify when an alarm starts or ends, such as those of SNS topics"
  type        = list(string)
  default     = []
}

variable "api" {
  description = "Outputs of the API's module, and its number of tasks; null without an API"
  type = object({
    load_balancer_arn_suffix = string
    target_group_arn_suffix  = string
    cluster_name             = string
    service_name             = string
    log_group_name           = string
    desired_count            = number
  })
  default = null
}

variable "consumer" {
  description = "Outputs of the consumer's module; null without Kafka"
  type = object({
    function_name = string
    timeout       = number
    queue_name    = string

    # The keys are topics. The suffix ends the names of the alarms on this topic alone.
    mappings = map(object({
      consumer_group_id = string
      uuid              = optional(string)
      suffix            = string
    }))

    failure_destination = optional(string, "queue")
    counts_events       = optional(bool, false)
  })
  default = null
}

variable "kafka_cluster_name" {
  description = "Name of the MSK cluster, if there is a consumer"
  type        = string
  default     = null
}

variable "thresholds" {
  description = <<-EOT
    Thresholds of the alarms. Start with the defaults, and set them to what you promise your users
  EOT
  type = object({
    error_percent           = optional(number, 1)    # of requests, from 5 errors a minute on
    latency_seconds         = optional(number, 1)    # that 99 % of requests take at most
    cpu_percent             = optional(number, 85)   # on average; autoscaling aims well below
    memory_percent          = optional(number, 85)   # at most
    publish_failures        = optional(number, 5)    # in 5 minutes
    batch_age_seconds       = optional(number, 300)  # of the oldest record of a batch
    lag_seconds             = optional(number, 300)  # to catch up, as MSK estimates
    lag_records             = optional(number, 1000) # that wait for the function
    duration_timeout_shares = optional(number, 0.8)  # of the function's time-out
  })
  default  = {}
  nullable = false
}

variable "tags" {
  description = "Tags of the module's resources, in addition to the provider's"
  type        = map(string)
  default     = {}
}
