variable "name" {
  description = "Name of the function, its role, and (with additions) its queue and log group"
  type        = string

  validation {
    condition     = can(regex("^[a-zA-Z0-9_-]{1,64}$", var.name))
    error_message = "name must have 1 to 64 letters, digits, hyphens and underscores."
  }
}

variable "function_zip" {
  description = "Path of the package that `./penstock package` creates"
  type        = string
}

variable "architecture" {
  description = "Architecture of the package: arm64, which costs less, or x86_64"
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "kafka_cluster_arn" {
  description = "ARN of the MSK cluster"
  type        = string
}

variable "topics" {
  description = <<-EOT
    Topics to read: each has a mapping of its own, since a mapping reads one topic. They must exist
    before the mappings read them; the API creates them at its start.
  EOT
  type        = list(string)

  validation {
    condition = length(var.topics) > 0 && alltrue([
      for topic in var.topics : can(regex("^[a-zA-Z0-9._-]{1,249}$", topic))
    ])
    error_message = join(" ", [
      "topics must name one topic or more, each of 1 to 249 letters, digits, dots, underscores and",
      "hyphens. `penstock_contract topics FILE` prints those of a contract.",
    ])
  }
}

variable "topic_arn_prefix" {
  description = "Start of the ARNs of the cluster's topics: arn:…:topic/CLUSTER/UUID"
  type        = string
}

variable "group_arn_prefix" {
  description = "Start of the ARNs of the cluster's consumer groups: arn:…:group/CLUSTER/UUID"
  type        = string
}

variable "consumer_group_ids" {
  description = <<-EOT
    Consumer groups of the mappings, by topic. A topic that is not here has the group NAME-TOPIC.
    Another group starts again at starting_position.
  EOT
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for group in values(var.consumer_group_ids) :
      can(regex("^[a-zA-Z0-9/*._-]{1,200}$", group))
    ])
    error_message = join(" ", [
      "consumer_group_ids must have 1 to 200 letters, digits and / * . _ - each. With a colon the",
      "group would have no lag metrics.",
    ])
  }

  # AWS wants it so (AWS Lambda, API reference, AmazonManagedKafkaEventSourceConfig).
  validation {
    condition = (
      length(distinct(values(var.consumer_group_ids))) == length(var.consumer_group_ids)
    )
    error_message = "consumer_group_ids must all differ: AWS gives a group to one mapping alone."
  }
}

variable "subnet_ids" {
  description = <<-EOT
    Subnets of the function itself. It needs none: the mapping reads Kafka from the cluster's own
    subnets.
  EOT
  type        = list(string)
  default     = []
}

variable "security_group_ids" {
  description = "Security groups of the function itself, if it has subnets"
  type        = list(string)
  default     = []

  validation {
    condition     = (length(var.subnet_ids) == 0) == (length(var.security_group_ids) == 0)
    error_message = "Set both subnet_ids and security_group_ids, or neither."
  }
}

variable "starting_position" {
  description = <<-EOT
    Where a new consumer group starts: at the oldest record (TRIM_HORIZON), or at the newest one
    (LATEST), which skips records that arrive while the mapping is being created.
  EOT
  type        = string
  default     = "TRIM_HORIZON"

  validation {
    condition     = contains(["TRIM_HORIZON", "LATEST"], var.starting_position)
    error_message = "starting_position must be TRIM_HORIZON or LATEST."
  }
}

variable "batch_size" {
  description = "Largest number of records in a batch, which 6 MB limit, too"
  type        = number
  default     = 100

  validation {
    condition = (
      var.batch_size >= 1 && var.batch_size <= 10000 && floor(var.batch_size) == var.batch_size
    )
    error_message = "batch_size must be a whole number from 1 to 10000."
  }
}

variable "batching_window" {
  description = <<-EOT
    Seconds for which the mapping waits for a batch to fill. Once set, it cannot go back to AWS's
    default of 0.5 s.
  EOT
  type        = number
  default     = 1

  validation {
    condition = (
      var.batching_window >= 0 && var.batching_window <= 300 &&
      floor(var.batching_window) == var.batching_window
    )
    error_message = "batching_window must be a whole number of seconds from 0 to 300."
  }
}

variable "provisioned_pollers" {
  description = <<-EOT
    Provisioned event pollers, which add partial responses, halving of batches, retry_attempts_max
    and record_age_max. AWS charges for Event Poller Units (EPU), about 135 USD a month each: one
    has room for 10 pollers and 20 MB/s. Each topic's mapping has pollers of its own. The mappings
    of a VPC with the same group share EPUs: up to 100 mappings, and 2000 pollers in all. A group
    needs version 6.28 of the provider; poller_group_override.tf.example says how. Null uses AWS's
    shared pollers at no cost, which retry a failed batch as a whole, at most 10 times.
  EOT
  type = object({
    minimum = number
    maximum = number
    group   = optional(string)
  })
  default = null

  validation {
    condition = var.provisioned_pollers == null || try(
      var.provisioned_pollers.minimum >= 1 && var.provisioned_pollers.minimum <= 200 &&
      var.provisioned_pollers.maximum >= var.provisioned_pollers.minimum &&
      var.provisioned_pollers.maximum <= 2000,
      false,
    )
    error_message = join(" ", [
      "provisioned_pollers.minimum must be from 1 to 200, and provisioned_pollers.maximum from the",
      "minimum to 2000.",
    ])
  }

  validation {
    condition = (
      try(var.provisioned_pollers.group, null) == null ||
      can(regex("^[a-zA-Z0-9_-]{1,128}$", var.provisioned_pollers.group))
    )
    error_message = join(" ", [
      "provisioned_pollers.group must have 1 to 128 letters, digits, hyphens and underscores.",
    ])
  }
}

variable "failure_destination" {
  description = <<-EOT
    Where the mapping tells which records it gave up. "bucket" also gets the records themselves, as
    "kafka://TOPIC" does, an existing topic of the same cluster, which needs provisioned pollers and
    version 6.28 of the provider. "queue" gets only their offsets, so Kafka must still have them.
    Null is "bucket" with provisioned pollers, else "queue". Bucket and queue exist in any case, so
    a change of the destination keeps what they have.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.failure_destination == null ||
      can(regex("^(bucket|queue|kafka://[a-zA-Z0-9._-]{1,249})$", var.failure_destination))
    )
    error_message = "failure_destination must be \"bucket\", \"queue\" or \"kafka://TOPIC\"."
  }

  validation {
    condition = (
      !startswith(coalesce(var.failure_destination, "-"), "kafka:") ||
      var.provisioned_pollers != null &&
      !contains(
        [for topic in var.topics : "kafka://${topic}"], coalesce(var.failure_destination, "-")
      )
    )
    error_message = join(" ", [
      "A topic as failure_destination needs provisioned_pollers, and must not be a topic that is",
      "read.",
    ])
  }
}

variable "retry_attempts_max" {
  description = <<-EOT
    Largest number of retries of a batch, with provisioned pollers. AWS's default is without limit,
    so that one bad record blocks its partition; 10 is AWS's number without provisioned pollers.
  EOT
  type        = number
  default     = 10

  validation {
    condition = (
      var.retry_attempts_max >= 0 && var.retry_attempts_max <= 10000 &&
      floor(var.retry_attempts_max) == var.retry_attempts_max
    )
    error_message = "retry_attempts_max must be a whole number from 0 to 10000."
  }
}

variable "record_age_max" {
  description = <<-EOT
    Age in seconds at which a record is given up, with provisioned pollers. With the default of 4
    days, an outage over a weekend gives up no record, and Kafka, whose usual retention is 7 days,
    keeps it for 3 more days, in which it can be redriven. 7 days is AWS's maximum.
  EOT
  type        = number
  default     = 345600

  validation {
    condition = (
      var.record_age_max >= 60 && var.record_age_max <= 604800 &&
      floor(var.record_age_max) == var.record_age_max
    )
    error_message = "record_age_max must be a whole number of seconds from 60 to 604800."
  }
}

variable "environment" {
  description = "Environment variables of the function: the service's own settings"
  type        = map(string)
  default     = {}

  validation {
    condition     = !contains(keys(var.environment), "FUNCTION_RESPONSE_TYPES")
    error_message = "environment must not set FUNCTION_RESPONSE_TYPES: provisioned_pollers decides."
  }
}

variable "policies" {
  description = "More that the function's code may do: names, and IAM policies in JSON"
  type        = map(string)
  default     = {}
}

variable "secret_arns" {
  description = <<-EOT
    ARNs of secrets in Secrets Manager that the function's code may read, with kms_key_arn if that
    encrypts them. Lambda itself puts no secrets into a function's environment.
  EOT
  type        = list(string)
  default     = []

  # In a policy, an ARN without the six characters that AWS appends matches nothing, and a wildcard
  # would match more.
  validation {
    condition = alltrue([
      for arn in var.secret_arns : can(regex(join("", [
        "^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:",
        "[a-zA-Z0-9/_+=.@-]+-[a-zA-Z0-9]{6}$",
      ]), arn))
    ])
    error_message = join(" ", [
      "secret_arns must be complete ARNs",
      "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX.",
    ])
  }
}

variable "memory" {
  description = "Memory of the function in MB; its share of processor time grows with it"
  type        = number
  default     = 128

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240 && floor(var.memory) == var.memory
    error_message = "memory must be a whole number of MB from 128 to 10240."
  }
}

variable "timeout" {
  description = "Time-out of an invocation in seconds"
  type        = number
  default     = 30

  # A function that reads Kafka may take 14 minutes, not Lambda's 15 (AWS, "Using Lambda with Amazon
  # MSK").
  validation {
    condition     = var.timeout >= 1 && var.timeout <= 840 && floor(var.timeout) == var.timeout
    error_message = "timeout must be a whole number of seconds from 1 to 840."
  }
}

variable "reserved_concurrency" {
  description = "Invocations reserved for the function, which also limit it; -1 reserves none"
  type        = number
  default     = -1

  # 0 would throttle every invocation. To stop the function, disable the mapping.
  validation {
    condition     = var.reserved_concurrency == -1 || var.reserved_concurrency >= 1
    error_message = "reserved_concurrency must be -1, or at least 1."
  }
}

variable "log_level" {
  description = "Log level of the function; the alarms need its METRICS lines, which are INFO"
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "log_level must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "log_retention_days" {
  description = "Days for which the function's log is kept"
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

variable "queue_retention_seconds" {
  description = <<-EOT
    Seconds for which the queue keeps a message; the default of 14 days is SQS's maximum
  EOT
  type        = number
  default     = 1209600

  validation {
    condition     = var.queue_retention_seconds >= 60 && var.queue_retention_seconds <= 1209600
    error_message = "queue_retention_seconds must be from 60 to 1209600."
  }
}

variable "bucket_retention_days" {
  description = "Days for which the bucket of the failure destination keeps an object"
  type        = number
  default     = 14

  validation {
    condition = (
      var.bucket_retention_days >= 1 &&
      floor(var.bucket_retention_days) == var.bucket_retention_days
    )
    error_message = "bucket_retention_days must be a whole number, and at least 1."
  }
}

variable "kms_key_arn" {
  description = <<-EOT
    KMS key for the function's log, queue and bucket, and for its environment variables, if it has
    some; null uses AWS's own keys. The key's policy must allow CloudWatch Logs to use it.
  EOT
  type        = string
  default     = null
}

variable "test_events" {
  description = "Test events: JSON text by name"
  type        = map(string)
  default     = {}

  validation {
    condition = alltrue([
      for name, event in var.test_events :
      can(regex("^[a-zA-Z0-9._-]{1,64}$", name)) && can(jsondecode(event))
    ])
    error_message = join(" ", [
      "A test event must be JSON, and its name must have 1 to 64 letters, digits, dots, hyphens",
      "and underscores.",
    ])
  }
}

variable "test_event_registry_name" {
  description = "Schema registry in which Lambda looks for test events; it must exist"
  type        = string
  default     = "lambda-testevent-schemas"
}

variable "tags" {
  description = "Tags of the module's resources, in addition to the provider's"
  type        = map(string)
  default     = {}
}
