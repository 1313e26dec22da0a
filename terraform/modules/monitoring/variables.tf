variable "name" {
  description = "Comes before the names of alarms and of the dashboard"
  type        = string
}

variable "alarm_actions" {
  description = "ARNs, of SNS topics for instance, that are told when an alarm goes off, and when it is over"
  type        = list(string)
  default     = []
}

variable "api" {
  description = "The API: outputs of its module, its log group, and its number of tasks; null: there is none"
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
  description = "The consumer: outputs of its module; null: there is no Kafka"
  type = object({
    function_name     = string
    timeout           = number
    topic             = string
    consumer_group_id = string
    queue_name        = string
  })
  default = null
}

variable "kafka_cluster_name" {
  description = "Name of the MSK cluster, if there is a consumer"
  type        = string
  default     = null
}

variable "thresholds" {
  description = "Where alarms go off. Start with these, and set them to what you promise your users"
  type = object({
    error_percent           = optional(number, 1)    # of requests, from 5 errors a minute on
    latency_seconds         = optional(number, 1)    # that 99 % of requests take at most
    cpu_percent             = optional(number, 85)   # on average; autoscaling should keep it well below
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
  description = "Tags of everything that is made here, beside the provider's"
  type        = map(string)
  default     = {}
}
