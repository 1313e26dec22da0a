data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  region    = data.aws_region.current.id

  # Known before the function is made, since its role must name it.
  function_arn = "arn:${local.partition}:lambda:${local.region}:${local.account}:function:${var.name}"
  group_arn    = "${var.group_arn_prefix}/${local.consumer_group_id}"

  consumer_group_id = coalesce(var.consumer_group_id, var.name)
  in_vpc            = length(var.subnet_ids) > 0

  # Partial responses, halving, and bounds of one's own exist only with provisioned pollers
  # (AWS, "Configuring error handling controls for Kafka event sources").
  provisioned = var.provisioned_pollers != null
}

resource "aws_cloudwatch_log_group" "function" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key; a key of yours is set by kms_key_arn.
  # checkov:skip=CKV_AWS_338:A year of logs is dear, and the records themselves are in Kafka. log_retention_days sets it.
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_50:The function has no X-Ray client, and Kafka's records bring no trace of X-Ray's. The API's traceparent is in their headers.
  # checkov:skip=CKV_AWS_115:One invocation a partition at most, by Kafka. reserved_concurrency can bound it further.
  # checkov:skip=CKV_AWS_116:This queue is for asynchronous invocations. The mapping invokes synchronously, and has a destination of its own.
  # checkov:skip=CKV_AWS_117:The code calls nobody: the mapping reads Kafka for it. Without a VPC it can reach nothing in one.
  # checkov:skip=CKV_AWS_173:The one variable, which there is with provisioned pollers, is no secret. Lambda encrypts it, with a key of yours if kms_key_arn is set.
  # checkov:skip=CKV_AWS_272:Code signing needs a signing profile of the organisation; source_code_hash pins the package.
  function_name = var.name
  description   = "Handles the records of topic ${var.topic}"
  role          = aws_iam_role.function.arn

  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  filename         = var.function_zip
  source_code_hash = fileexists(var.function_zip) ? filebase64sha256(var.function_zip) : null

  memory_size                    = var.memory
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  # The key is for variables. Lambda forgets it where there are none, and each plan would set it again.
  kms_key_arn = local.provisioned ? var.kms_key_arn : null

  # What the function answers must be what the mapping asks for, else a record that failed is lost.
  dynamic "environment" {
    for_each = local.provisioned ? [true] : []

    content {
      variables = { FUNCTION_RESPONSE_TYPES = "ReportBatchItemFailures" }
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

  # Lambda looks at the network permissions when it makes a function in a VPC.
  depends_on = [aws_iam_role_policy.function]

  lifecycle {
    precondition {
      condition     = fileexists(var.function_zip)
      error_message = "There is no ${var.function_zip}. `./penstock package` makes it."
    }
  }
}

resource "aws_lambda_event_source_mapping" "kafka" {
  function_name     = aws_lambda_function.this.arn
  event_source_arn  = var.kafka_cluster_arn
  topics            = [var.topic]
  starting_position = var.starting_position

  batch_size                         = var.batch_size
  maximum_batching_window_in_seconds = var.batching_window

  # Without provisioned pollers AWS tries a batch again 10 times at most, because it has a destination.
  function_response_types        = local.provisioned ? ["ReportBatchItemFailures"] : null
  bisect_batch_on_function_error = local.provisioned ? true : null
  maximum_retry_attempts         = local.provisioned ? var.retry_attempts_max : null
  maximum_record_age_in_seconds  = local.provisioned ? var.record_age_max : null

  # A fixed name: the role names it, its lag has a metric, and a mapping that is made anew goes on where the old one was.
  amazon_managed_kafka_event_source_config {
    consumer_group_id = local.consumer_group_id
  }

  destination_config {
    on_failure {
      destination_arn = aws_sqs_queue.on_failure.arn
    }
  }

  dynamic "provisioned_poller_config" {
    for_each = local.provisioned ? [var.provisioned_pollers] : []

    content {
      minimum_pollers = provisioned_poller_config.value.minimum
      maximum_pollers = provisioned_poller_config.value.maximum
    }
  }

  tags = var.tags

  depends_on = [aws_iam_role_policy.function]

  lifecycle {
    # So Terraform deletes the mapping, changes what the function answers, and makes the mapping anew, in this order: there is
    # never a mapping that takes a partial response for a success. It also clears bounds that AWS would not take without pollers.
    replace_triggered_by = [terraform_data.provisioned]
  }
}

resource "terraform_data" "provisioned" {
  input = local.provisioned
}
