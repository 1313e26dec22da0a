# As the failure destination, the bucket gets an object for each batch that is given up, with its
# records. It also exists if it is not the destination, as the queue does: it costs nothing then,
# and a change of the destination loses no object. A destroy deletes it with all its objects.
resource "aws_s3_bucket" "on_failure" {
  # checkov:skip=CKV_AWS_18:Only the mapping writes to it, and who may read it is up to IAM.
  # checkov:skip=CKV_AWS_21:An object is written once, and expires after bucket_retention_days.
  # checkov:skip=CKV_AWS_144:Kafka has the records, too, and a copy elsewhere costs more.
  # checkov:skip=CKV_AWS_145:S3 encrypts with its own key unless kms_key_arn sets another.
  # checkov:skip=CKV2_AWS_62:The alarm consumer-dead-letters tells of new objects.
  # AWS accepts 37 characters.
  bucket_prefix = "${substr(replace(lower(var.name), "_", "-"), 0, 25)}-on-failure-"
  force_destroy = true
  tags          = var.tags
}

resource "aws_s3_bucket_public_access_block" "on_failure" {
  bucket                  = aws_s3_bucket.on_failure.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "on_failure" {
  count = var.kms_key_arn != null ? 1 : 0

  bucket = aws_s3_bucket.on_failure.id

  rule {
    bucket_key_enabled = true

    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "on_failure" {
  bucket = aws_s3_bucket.on_failure.id

  rule {
    id     = "expire"
    status = "Enabled"

    filter {}

    expiration {
      days = var.bucket_retention_days
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

data "aws_iam_policy_document" "bucket" {
  statement {
    sid       = "DenyPlainText"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.on_failure.arn, "${aws_s3_bucket.on_failure.arn}/*"]

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

resource "aws_s3_bucket_policy" "on_failure" {
  bucket = aws_s3_bucket.on_failure.id
  policy = data.aws_iam_policy_document.bucket.json
}
