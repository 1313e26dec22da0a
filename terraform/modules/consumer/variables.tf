variable "name" {
  description = "Name of the function, its role, and (with additions) its queue and log group"
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,64}$", var.name))
    error_message = "A function's name has 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "function_zip" {
  description = "Path of the package that `./penstock package` makes"
  type        = string
}

variable "architecture" {
  description = "What the package is built for: arm64, which costs less, or x86_64"
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Lambda has arm64 and x86_64."
  }
}

variable "kafka_cluster_arn" {
  description = "ARN of the MSK cluster"
  type        = string
}

variable "topic" {
  description = "The topic that is read. It must exist before the mapping reads it; the API makes it when it starts"
  type        = string
}

variable "topic_arn" {
  description = "ARN of that topic: arn:…:topic/CLUSTER/UUID/TOPIC"
  type        = string
}

variable "group_arn_prefix" {
  description = "ARN of the cluster's consumer groups, without the name: arn:…:group/CLUSTER/UUID"
  type        = string
}

variable "consumer_group_id" {
  description = "Kafka's consumer group; null: the function's name. Another one starts anew, at starting_position"
  type        = string
  default     = null

  validation {
    condition     = var.consumer_group_id == null || can(regex("^[a-zA-Z0-9/*._-]{1,200}$", var.consumer_group_id))
    error_message = "AWS takes 1 to 200 letters, digits and / * . _ -; a colon would also cost the group its lag metrics."
  }
}

variable "subnet_ids" {
  description = "Subnets of the function itself. None are needed: the mapping reads Kafka from the cluster's own subnets"
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "Security groups of the function itself, if it has subnets"
  type        = list(string)
  default     = []

  validation {
    condition     = (length(var.subnet_ids) == 0) == (length(var.security_group_ids) == 0)
    error_message = "subnet_ids and security_group_ids go together: set both, or neither."
  }
}

variable "starting_position" {
  description = "Where a new consumer group starts: TRIM_HORIZON, with the oldest record, or LATEST, which leaves out what comes while the mapping is being made"
  type        = string
  default     = "TRIM_HORIZON"

  validation {
    condition     = contains(["TRIM_HORIZON", "LATEST"], var.starting_position)
    error_message = "starting_position is TRIM_HORIZON or LATEST."
  }
}

variable "batch_size" {
  description = "Records of an invocation at most; also bounded by 6 MB"
  type        = number
  default     = 100

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10000 && floor(var.batch_size) == var.batch_size
    error_message = "AWS takes batches of 1 to 10000 records."
  }
}

variable "batching_window" {
  description = "Seconds that the mapping waits for a batch to fill. It cannot go back to AWS's 0.5 s once it was set"
  type        = number
  default     = 1

  validation {
    condition     = var.batching_window >= 0 && var.batching_window <= 300 && floor(var.batching_window) == var.batching_window
    error_message = "AWS takes 0 to 300 whole seconds."
  }
}

variable "provisioned_pollers" {
  description = "Event pollers of your own: about 135 USD a month each, and with them partial batch responses, halving, and the two bounds below. Null: AWS's shared ones, at no cost, with which a batch that fails comes again as a whole, 10 times at most"
  type = object({
    minimum = number
    maximum = number
  })
  default = null

  validation {
    condition = var.provisioned_pollers == null || try(
      var.provisioned_pollers.minimum >= 1 && var.provisioned_pollers.minimum <= 200 &&
      var.provisioned_pollers.maximum >= var.provisioned_pollers.minimum && var.provisioned_pollers.maximum <= 2000,
      false,
    )
    error_message = "AWS takes a minimum of 1 to 200 pollers, and a maximum of that to 2000."
  }
}

variable "retry_attempts_max" {
  description = "Times that a batch comes again, with provisioned pollers. AWS's default is for ever, in which one bad record holds up its partition; 10 is what AWS does without provisioned pollers"
  type        = number
  default     = 10

  validation {
    condition     = var.retry_attempts_max >= 0 && var.retry_attempts_max <= 10000 && floor(var.retry_attempts_max) == var.retry_attempts_max
    error_message = "AWS takes 0 to 10000 attempts."
  }
}

variable "record_age_max" {
  description = "Seconds after which a record is given up, with provisioned pollers. 7 days are AWS's most, and Kafka's usual retention: an outage over a weekend costs no record"
  type        = number
  default     = 604800

  validation {
    condition     = var.record_age_max >= 60 && var.record_age_max <= 604800 && floor(var.record_age_max) == var.record_age_max
    error_message = "AWS takes 60 to 604800 seconds."
  }
}

variable "memory" {
  description = "MB; processor time comes with it"
  type        = number
  default     = 128

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240 && floor(var.memory) == var.memory
    error_message = "Lambda takes 128 to 10240 MB."
  }
}

variable "timeout" {
  description = "Seconds of an invocation at most"
  type        = number
  default     = 30

  # 14 minutes, not Lambda's 15 (AWS, "Using Lambda with Amazon MSK").
  validation {
    condition     = var.timeout >= 1 && var.timeout <= 840 && floor(var.timeout) == var.timeout
    error_message = "A function that reads Kafka may take 1 to 840 seconds."
  }
}

variable "reserved_concurrency" {
  description = "Concurrent invocations that are set aside for the function, and bound it; -1: none are"
  type        = number
  default     = -1

  # 0 would throttle every invocation: to stop the function, disable the mapping.
  validation {
    condition     = var.reserved_concurrency == -1 || var.reserved_concurrency >= 1
    error_message = "reserved_concurrency is -1, or at least 1."
  }
}

variable "log_level" {
  description = "What the function logs. Its METRICS line is INFO: above that, the alarms that look at it see nothing"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "Lambda has TRACE, DEBUG, INFO, WARN, ERROR and FATAL."
  }
}

variable "log_retention_days" {
  description = "Days that the function's log is kept"
  type        = number
  default     = 3

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}

variable "queue_retention_seconds" {
  description = "Seconds that the queue keeps what was given up: 14 days, which is SQS's most"
  type        = number
  default     = 1209600

  validation {
    condition     = var.queue_retention_seconds >= 60 && var.queue_retention_seconds <= 1209600
    error_message = "SQS keeps messages for 60 to 1209600 seconds."
  }
}

variable "kms_key_arn" {
  description = "Key for the function's log and queue, and for its variable where it has one (with provisioned pollers); null: AWS's own keys. Its policy must let CloudWatch Logs use it"
  type        = string
  default     = null
}

variable "test_events" {
  description = "Test events in JSON, by name"
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name, event in var.test_events : can(regex("^[a-zA-Z0-9._-]{1,64}$", name)) && can(jsondecode(event))])
    error_message = "A test event is JSON, and its name has letters, digits, dots, hyphens and underscores."
  }
}

variable "test_event_registry_name" {
  description = "EventBridge's schema registry that Lambda looks for test events in; it must exist"
  type        = string
  default     = "lambda-testevent-schemas"
}

variable "tags" {
  description = "Tags of everything that is made here, beside the provider's"
  type        = map(string)
  default     = {}
}
