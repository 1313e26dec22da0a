# The flow log contains accepted and refused connections. CloudWatch Logs charges 0.50 USD a GB.
locals {
  flow_log_count = var.create_vpc && var.enable_flow_logs ? 1 : 0
}

data "aws_caller_identity" "this" {}

resource "aws_cloudwatch_log_group" "flow" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key unless kms_key_arn sets another.
  # checkov:skip=CKV_AWS_338:A year of flow logs is expensive. log_retention_days sets the period.
  count = local.flow_log_count

  name              = "/${var.name}/vpc_flow_log"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_flow_log" "this" {
  count = local.flow_log_count

  vpc_id          = aws_vpc.this[0].id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flow[0].arn
  iam_role_arn    = aws_iam_role.flow_log[0].arn
  tags            = merge(var.tags, { Name = var.name })
}

resource "aws_iam_role" "flow_log" {
  count = local.flow_log_count

  name               = "${var.name}-flow-log-${data.aws_region.this.id}"
  assume_role_policy = data.aws_iam_policy_document.flow_log_trust.json
  tags               = var.tags
}

data "aws_iam_policy_document" "flow_log_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    # Another account's flow logs cannot use the role (IAM, "The confused deputy problem").
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }
  }
}

resource "aws_iam_role_policy" "flow_log" {
  count = local.flow_log_count

  name   = "write-flow-log"
  role   = aws_iam_role.flow_log[0].id
  policy = data.aws_iam_policy_document.flow_log[0].json
}

data "aws_iam_policy_document" "flow_log" {
  count = local.flow_log_count

  statement {
    sid       = "WriteFlowLog"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = [aws_cloudwatch_log_group.flow[0].arn, "${aws_cloudwatch_log_group.flow[0].arn}:*"]
  }

  # This action always lists all groups (Amazon VPC, "IAM role for publishing flow logs to
  # CloudWatch Logs").
  statement {
    sid       = "FindLogGroup"
    actions   = ["logs:DescribeLogGroups"]
    resources = ["*"]
  }
}
