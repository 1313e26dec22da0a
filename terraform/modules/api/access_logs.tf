# The load balancer logs each request here. A destroy deletes the bucket with all its objects.
locals {
  access_log_count = var.enable_access_logs ? 1 : 0
}

resource "aws_s3_bucket" "access_logs" {
  # checkov:skip=CKV_AWS_18:The bucket itself holds access logs.
  # checkov:skip=CKV_AWS_21:A log file is written once, and expires after log_retention_days.
  # checkov:skip=CKV_AWS_144:A copy in another region costs more than a few days of logs are worth.
  # checkov:skip=CKV_AWS_145:Elastic Load Balancing can write only with S3's own key.
  # checkov:skip=CKV2_AWS_62:Nothing waits for a new log file.
  count = local.access_log_count

  # AWS accepts 37 characters.
  bucket_prefix = "${substr(lower(local.dashed_name), 0, 25)}-access-log-"
  force_destroy = true
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "access_logs" {
  count = local.access_log_count

  bucket                  = aws_s3_bucket.access_logs[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_lifecycle_configuration" "access_logs" {
  count = local.access_log_count

  bucket = aws_s3_bucket.access_logs[0].id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.log_retention_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_s3_bucket_policy" "access_logs" {
  count = local.access_log_count

  bucket = aws_s3_bucket.access_logs[0].id
  policy = data.aws_iam_policy_document.access_logs[0].json
}

data "aws_iam_policy_document" "access_logs" {
  count = local.access_log_count

  # Elastic Load Balancing writes as this service (its guide, "Enable access logs for your
  # Application Load Balancer").
  statement {
    sid     = "DeliverAccessLogs"
    actions = ["s3:PutObject"]
    resources = [
      "${aws_s3_bucket.access_logs[0].arn}/AWSLogs/${data.aws_caller_identity.this.account_id}/*",
    ]

    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }
  }

  statement {
    sid       = "RefusePlainHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.access_logs[0].arn, "${aws_s3_bucket.access_logs[0].arn}/*"]

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
