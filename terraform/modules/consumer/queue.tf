# As the failure destination, the queue gets which records the mapping gave up and why, but not
# their values. `penstock_local redrive` reads those from Kafka again. The queue also exists if it
# is not the destination: it costs nothing then, and a change of the destination loses no message.
resource "aws_sqs_queue" "on_failure" {
  name                      = "${var.name}_on_failure"
  message_retention_seconds = var.queue_retention_seconds

  # SQS accepts either its own key or yours.
  sqs_managed_sse_enabled = var.kms_key_arn == null ? true : null
  kms_master_key_id       = var.kms_key_arn

  tags = var.tags
}

data "aws_iam_policy_document" "queue" {
  statement {
    sid       = "DenyPlainText"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.on_failure.arn]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "on_failure" {
  queue_url = aws_sqs_queue.on_failure.url
  policy    = data.aws_iam_policy_document.queue.json
}
