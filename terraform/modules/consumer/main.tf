# Creates the Lambda function and the event source mappings that invoke it with the records of its
# topics, one for each topic.
# role.tf has the permissions of both; queue.tf and bucket.tf have the failure destinations.
data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id

  # The role names the function, and the function needs the role, so the ARN is built here.
  function_arn = join(":", [
    "arn", local.partition, "lambda", local.region, local.account, "function", var.name,
  ])

  consumer_group_ids = {
    for topic in var.topics : topic => lookup(var.consumer_group_ids, topic, "${var.name}-${topic}")
  }
  topic_arns = [for topic in var.topics : "${var.topic_arn_prefix}/${topic}"]
  group_arns = [for topic in var.topics :
    "${var.group_arn_prefix}/${local.consumer_group_ids[topic]}"
  ]

  in_vpc = length(var.subnet_ids) > 0

  # Partial responses, halving of batches, and limits that you can set exist only with provisioned
  # pollers (AWS, "Configuring error handling controls for Kafka event sources").
  provisioned = var.provisioned_pollers != null

  # The function must answer in the form that the mapping expects, or a record that failed is lost.
  environment = merge(
    var.environment,
    local.provisioned ? { FUNCTION_RESPONSE_TYPES = "ReportBatchItemFailures" } : {},
  )

  # The values of records matter most when they are given up for good, as provisioned pollers do
  # record by record. A bucket gets them, and a queue does not.
  destination       = coalesce(var.failure_destination, local.provisioned ? "bucket" : "queue")
  to_queue          = local.destination == "queue"
  to_bucket         = local.destination == "bucket"
  destination_topic = local.to_queue || local.to_bucket ? null : split("://", local.destination)[1]
  destination_arn = (local.to_queue
    ? aws_sqs_queue.on_failure.arn
    : local.to_bucket ? aws_s3_bucket.on_failure.arn : local.destination
  )

  # AWS accepts 256 characters.
  description = substr(join(" ", [
    "Handles the records of",
    length(var.topics) == 1 ? "topic ${var.topics[0]}" : "the topics ${join(", ", var.topics)}",
  ]), 0, 256)

  # AWS charges for these metrics. A queue alone has a metric of its own that says enough.
  counts_events = local.provisioned || !local.to_queue
}

resource "aws_cloudwatch_log_group" "function" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key unless kms_key_arn sets another.
  # checkov:skip=CKV_AWS_338:A year of logs is expensive, and Kafka has the records themselves.
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:The function has no X-Ray client; records carry the API's traceparent.
  # checkov:skip=CKV_AWS_115:Kafka limits it to one invocation a partition, without reservation.
  # checkov:skip=CKV_AWS_116:The mapping invokes synchronously, and has its own failure destination.
  # checkov:skip=CKV_AWS_117:The code opens no connections to a VPC: the mapping reads Kafka for it.
  # checkov:skip=CKV_AWS_173:Variables are no place for secrets; Lambda encrypts them in any case.
  # checkov:skip=CKV_AWS_272:Code signing needs the organisation's profile; a hash pins the package.
  function_name = var.name
  description   = local.description
  role          = aws_iam_role.function.arn

  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = var.function_zip
  source_code_hash = fileexists(var.function_zip) ? filebase64sha256(var.function_zip) : null

  memory_size                    = var.memory
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  # The key encrypts environment variables. Without any, Lambda drops the key, and each plan would
  # set it again.
  kms_key_arn = length(local.environment) > 0 ? var.kms_key_arn : null

  dynamic "environment" {
    for_each = length(local.environment) > 0 ? [local.environment] : []

    content {
      variables = environment.value
    }
  }

  logging_config {
    log_format            = "JSON"
    log_group             = aws_cloudwatch_log_group.function.name
    application_log_level = var.log_level
    system_log_level      = "INFO"
  }

  dynamic "vpc_config" {
    for_each = local.in_vpc ? [true] : []

    content {
      subnet_ids         = var.subnet_ids
      security_group_ids = var.security_group_ids
    }
  }

  tags = var.tags

  # Lambda checks the network permissions when it creates a function in a VPC.
  depends_on = [aws_iam_role_policy.function]

  lifecycle {
    precondition {
      condition     = fileexists(var.function_zip)
      error_message = "${var.function_zip} does not exist. `./penstock package` creates it."
    }
  }
}

resource "aws_lambda_event_source_mapping" "kafka" {
  for_each = toset(var.topics)

  function_name     = aws_lambda_function.this.arn
  event_source_arn  = var.kafka_cluster_arn
  topics            = [each.key]
  starting_position = var.starting_position

  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batching_window

  # Without provisioned pollers, AWS retries a batch at most 10 times, because the mapping has a
  # failure destination.
  function_response_types        = local.provisioned ? ["ReportBatchItemFailures"] : null
  bisect_batch_on_function_error = local.provisioned ? true : null
  maximum_retry_attempts         = local.provisioned ? var.retry_attempts_max : null
  maximum_record_age_in_seconds  = local.provisioned ? var.record_age_max : null

  # The name is fixed: the role and the lag metric contain it, and a mapping that replaces this one
  # continues at its offsets.
  amazon_managed_kafka_event_source_config {
    consumer_group_id = local.consumer_group_ids[each.key]
  }

  destination_config {
    on_failure {
      destination_arn = local.destination_arn
    }
  }

  dynamic "metrics_config" {
    for_each = local.counts_events ? [true] : []

    content {
      metrics = ["EventCount"]
    }
  }

  dynamic "provisioned_poller_config" {
    for_each = local.provisioned ? [var.provisioned_pollers] : []

    # poller_group_override.tf replaces this block, and adds the group.
    content {
      minimum_pollers = provisioned_poller_config.value.minimum
      maximum_pollers = provisioned_poller_config.value.maximum
    }
  }

  tags = var.tags

  depends_on = [aws_iam_role_policy.function]

  lifecycle {
    # Terraform deletes the mapping, changes what the function answers, and creates the mapping
    # again, in this order. So no mapping ever takes a partial response for a success. It also
    # removes limits that AWS refuses without provisioned pollers.
    replace_triggered_by = [terraform_data.provisioned]

    precondition {
      condition = length(local.consumer_group_ids[each.key]) <= 200
      error_message = join(" ", [
        "The consumer group of topic ${each.key} would have more than 200 characters, which is",
        "AWS's limit. Name a shorter one in consumer_group_ids.",
      ])
    }

    precondition {
      condition = (
        try(var.provisioned_pollers.group, null) == null ||
        fileexists("${path.module}/poller_group_override.tf")
      )
      error_message = join(" ", [
        "provisioned_pollers.group needs version 6.28 of the provider, or a newer one. Run",
        "terraform init -upgrade, and copy poller_group_override.tf.example in modules/consumer",
        "to poller_group_override.tf.",
      ])
    }
  }
}

# A stack of before there could be several topics has one mapping. The topic was `events` unless the
# stack said otherwise.
moved {
  from = aws_lambda_event_source_mapping.kafka
  to   = aws_lambda_event_source_mapping.kafka["events"]
}

resource "terraform_data" "provisioned" {
  input = local.provisioned
}
