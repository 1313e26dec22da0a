variable "enable_kafka" {
  description = <<-EOT
    Create an MSK Serverless cluster (about 550 USD a month) and the Lambda function that reads it.
    If false, the API only logs its events.
  EOT
  type        = bool
  default     = false

  validation {
    condition     = !var.enable_kafka || var.create_vpc || var.vpc_id != null
    error_message = "Kafka needs a network. Set create_vpc = true, or vpc_id and its subnets."
  }
}

variable "atomic_events" {
  description = <<-EOT
    Whether the contract has operations with atomic events, for which the API needs Kafka's
    transactions. `./penstock deploy` finds it out (`penstock_contract topics --atomic`).
  EOT
  type        = bool
  default     = false
}

variable "topics" {
  description = <<-EOT
    Topics of the contract's events, which Kafka needs. `./penstock deploy` reads them from the
    contract, as `penstock_contract topics FILE` prints them. The API creates those that are
    missing.
  EOT
  type        = list(string)
  default     = []

  validation {
    condition = length(distinct(var.topics)) == length(var.topics) && alltrue([
      for topic in var.topics : can(regex("^[a-zA-Z0-9._-]{1,249}$", topic))
    ])
    error_message = join(" ", [
      "topics must differ, and have 1 to 249 letters, digits, dots, underscores and hyphens each.",
    ])
  }

  # This setting of the API sends all events to one topic, whatever the contract says.
  validation {
    condition = join(",", var.topics) == lookup(
      var.api_environment, "${local.variable_prefix}AWS_MSK_CLUSTER_TOPIC", join(",", var.topics),
    )
    error_message = join(" ", [
      "api_environment sends all events to one topic, by the setting AWS_MSK_CLUSTER_TOPIC: topics",
      "must be this topic alone, or no mapping reads it.",
    ])
  }
}

variable "kafka_partitions" {
  description = <<-EOT
    Partitions of each topic, about 1.10 USD a month each. The function has at most one invocation
    at a time for each. The API makes the topics with them when it starts; a topic that is there
    keeps its own.
  EOT
  type        = number
  default     = 6

  validation {
    condition = (
      var.kafka_partitions >= 1 && var.kafka_partitions <= 1000 &&
      floor(var.kafka_partitions) == var.kafka_partitions
    )
    error_message = "kafka_partitions must be a whole number from 1 to 1000."
  }
}

variable "kafka_retention_days" {
  description = <<-EOT
    Days for which a topic keeps its records. The API makes the topics with them when it starts; a
    topic that is there keeps its own.
  EOT
  type        = number
  default     = 7

  validation {
    condition = (
      var.kafka_retention_days >= 1 && var.kafka_retention_days <= 3650 &&
      floor(var.kafka_retention_days) == var.kafka_retention_days
    )
    error_message = "kafka_retention_days must be a whole number from 1 to 3650."
  }
}

variable "function_zip" {
  description = "Path of the function's package; null for that of `./penstock package arm64`"
  type        = string
  default     = null
}

variable "consumer_batch_size" {
  description = "Largest number of records in a batch"
  type        = number
  default     = 100

  validation {
    condition = (
      var.consumer_batch_size >= 1 && var.consumer_batch_size <= 10000 &&
      floor(var.consumer_batch_size) == var.consumer_batch_size
    )
    error_message = "consumer_batch_size must be a whole number from 1 to 10000."
  }
}

variable "consumer_batching_window" {
  description = "Seconds for which the mapping waits for a batch to fill"
  type        = number
  default     = 1

  validation {
    condition = (
      var.consumer_batching_window >= 0 && var.consumer_batching_window <= 300 &&
      floor(var.consumer_batching_window) == var.consumer_batching_window
    )
    error_message = "consumer_batching_window must be a whole number of seconds from 0 to 300."
  }
}

variable "consumer_starting_position" {
  description = <<-EOT
    Where a new consumer group starts: at the oldest record (TRIM_HORIZON), or at the newest one
    (LATEST), which skips records that arrive while the mapping is being created.
  EOT
  type        = string
  default     = "TRIM_HORIZON"

  validation {
    condition     = contains(["TRIM_HORIZON", "LATEST"], var.consumer_starting_position)
    error_message = "consumer_starting_position must be TRIM_HORIZON or LATEST."
  }
}

variable "consumer_provisioned_pollers" {
  description = <<-EOT
    Provisioned event pollers, recommended for everything that must not lose records: with them,
    failed records are retried and given up one by one. AWS charges for Event Poller Units (EPU) of
    up to 10 pollers, about 135 USD a month each, which mappings with the same group share; the
    endpoints of Lambda and STS are not needed then. Null uses AWS's shared ones. modules/consumer
    says what they add, and what a group needs.
  EOT
  type = object({
    minimum = number
    maximum = number
    group   = optional(string)
  })
  default = null
}

variable "consumer_failure_destination" {
  description = <<-EOT
    What gets the batches that are given up: "bucket" and "kafka://TOPIC" with their records,
    "queue" without. Null is "bucket" with provisioned pollers, else "queue". A change keeps what
    the bucket and the queue have. modules/consumer says more.
  EOT
  type        = string
  default     = null
}

variable "consumer_record_age_max" {
  description = <<-EOT
    Age in seconds at which a record is given up, with provisioned pollers. Kafka must keep it for a
    day more at least, so that it can be redriven.
  EOT
  type        = number
  default     = 345600

  validation {
    condition = (
      var.consumer_provisioned_pollers == null ||
      var.consumer_record_age_max <= (var.kafka_retention_days - 1) * 24 * 60 * 60
    )
    error_message = join(" ", [
      "consumer_record_age_max must be at least a day shorter than kafka_retention_days, or Kafka",
      "may delete a record before it can be redriven.",
    ])
  }
}

variable "consumer_group_ids" {
  description = <<-EOT
    Consumer groups of the mappings, by topic, for those that must not be FUNCTION-TOPIC. Another
    group starts again at consumer_starting_position.
  EOT
  type        = map(string)
  default     = {}
}

variable "consumer_environment" {
  description = "Environment variables of the function: the service's own settings"
  type        = map(string)
  default     = {}
}

variable "consumer_secret_arns" {
  description = "ARNs of secrets in Secrets Manager that the function's code may read"
  type        = list(string)
  default     = []
}

variable "consumer_memory" {
  description = "Memory of the function in MB; its share of processor time grows with it"
  type        = number
  default     = 128

  validation {
    condition = (
      var.consumer_memory >= 128 && var.consumer_memory <= 10240 &&
      floor(var.consumer_memory) == var.consumer_memory
    )
    error_message = "consumer_memory must be a whole number of MB from 128 to 10240."
  }
}

variable "consumer_timeout" {
  description = "Time-out of an invocation in seconds"
  type        = number
  default     = 30

  # A function that reads Kafka may take 14 minutes, not Lambda's 15 (AWS Lambda, "Using Lambda with
  # Amazon MSK").
  validation {
    condition = (
      var.consumer_timeout >= 1 && var.consumer_timeout <= 840 &&
      floor(var.consumer_timeout) == var.consumer_timeout
    )
    error_message = "consumer_timeout must be a whole number of seconds from 1 to 840."
  }
}

variable "consumer_reserved_concurrency" {
  description = "Invocations reserved for the function, which also limit it; -1 reserves none"
  type        = number
  default     = -1

  validation {
    condition = (
      var.consumer_reserved_concurrency == -1 || var.consumer_reserved_concurrency >= 1
    )
    error_message = "consumer_reserved_concurrency must be -1, or at least 1."
  }
}

variable "consumer_log_level" {
  description = "Log level of the function; the alarms need its METRICS lines, which are INFO"
  type        = string
  default     = "INFO"

  validation {
    condition = contains(
      ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.consumer_log_level
    )
    error_message = "consumer_log_level must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}
