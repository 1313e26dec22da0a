# There are two roles: ECS starts the task with one, and the API runs with the other.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    # Another account's tasks cannot take the role (Amazon ECS, "Amazon ECS task IAM role").
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.this.account_id]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values = [join(":", [
        "arn", data.aws_partition.this.partition, "ecs", data.aws_region.this.id,
        data.aws_caller_identity.this.account_id, "*",
      ])]
    }
  }
}

resource "aws_iam_role" "execution" {
  # An account has its roles for all regions, so the name contains the region.
  name               = "${var.name}_execution_${data.aws_region.this.id}"
  description        = "Pulls the image of ${var.name} and writes its log"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "execution" {
  name   = "start"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

data "aws_iam_policy_document" "execution" {
  # This action cannot be limited to a resource (Service Authorization Reference, Amazon ECR).
  statement {
    sid       = "LogInToTheRegistry"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid = "PullTheImage"
    actions = [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
    ]
    resources = [var.repository_arn]
  }

  statement {
    sid       = "WriteTheLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.api.arn}:*"]
  }

  # The page "Pass sensitive data to an Amazon ECS container" names these actions.
  dynamic "statement" {
    for_each = length(local.secret_arns) > 0 ? [local.secret_arns] : []

    content {
      sid       = "ReadSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }

  dynamic "statement" {
    for_each = length(local.parameter_arns) > 0 ? [local.parameter_arns] : []

    content {
      sid       = "ReadParameters"
      actions   = ["ssm:GetParameters"]
      resources = statement.value
    }
  }

  dynamic "statement" {
    for_each = var.secrets_kms_key_arn != null && length(var.secrets) > 0 ? [true] : []

    content {
      sid       = "DecryptSecrets"
      actions   = ["kms:Decrypt"]
      resources = [var.secrets_kms_key_arn]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.services_with_secrets
      }
    }
  }
}

locals {
  # Both decrypt in the name of who reads, so the role needs the key, and gets it for this alone.
  services_with_secrets = [
    "secretsmanager.${data.aws_region.this.id}.amazonaws.com",
    "ssm.${data.aws_region.this.id}.amazonaws.com",
  ]
}

resource "aws_iam_role" "task" {
  name               = "${var.name}_task_${data.aws_region.this.id}"
  description        = "What ${var.name} may do"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "task" {
  count = (
    var.kafka != null || var.enable_ecs_exec || length(var.authentication_secret_arns) > 0 ? 1 : 0
  )

  name   = "run"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.task.json
}

# These are of others, such as of the service's tables.
resource "aws_iam_role_policy" "more" {
  for_each = var.task_policies

  name   = each.key
  role   = aws_iam_role.task.id
  policy = each.value
}

data "aws_iam_policy_document" "task" {
  # docs/msk-iam/producer-policy.json has the same statements, and docs/msk-iam.md explains them.
  dynamic "statement" {
    for_each = var.kafka != null ? [var.kafka] : []

    content {
      sid       = "ConnectAndWriteIdempotently"
      actions   = ["kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"]
      resources = [statement.value.cluster_arn]
    }
  }

  dynamic "statement" {
    for_each = var.kafka != null ? [var.kafka] : []

    content {
      sid = "MakeAndWriteTheTopic"
      actions = [
        "kafka-cluster:CreateTopic",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:DescribeTopicDynamicConfiguration",
        "kafka-cluster:WriteData",
      ]
      resources = statement.value.topic_arns
    }
  }

  # docs/msk-iam/transactions-policy.json has the same statement.
  dynamic "statement" {
    for_each = (
      var.kafka != null && length(try(var.kafka.transactional_id_arns, [])) > 0 ? [var.kafka] : []
    )

    content {
      sid = "WriteInTransactions"
      actions = [
        "kafka-cluster:AlterTransactionalId",
        "kafka-cluster:DescribeTransactionalId",
      ]
      resources = statement.value.transactional_id_arns
    }
  }

  # The program reads keys and users again after a while, so that they change without a deployment.
  dynamic "statement" {
    for_each = length(local.authentication_secret_arns) > 0 ? [true] : []

    content {
      sid       = "ReadKeysAndUsers"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = local.authentication_secret_arns
    }
  }

  dynamic "statement" {
    for_each = (
      var.secrets_kms_key_arn != null && length(local.authentication_secret_arns) > 0 ? [true] : []
    )

    content {
      sid       = "DecryptKeysAndUsers"
      actions   = ["kms:Decrypt"]
      resources = [var.secrets_kms_key_arn]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.services_with_secrets
      }
    }
  }

  # These actions need "*" (Amazon ECS, "Task IAM role", permissions for ECS Exec): a channel has no
  # name before it is open, and DescribeLogGroups lists all groups.
  dynamic "statement" {
    for_each = aws_cloudwatch_log_group.exec

    content {
      sid = "OpenSessions"
      actions = [
        "logs:DescribeLogGroups",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = aws_cloudwatch_log_group.exec

    content {
      sid       = "LogSessions"
      actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      resources = ["${statement.value.arn}:*"]
    }
  }

  # The agent decrypts the session's data key.
  dynamic "statement" {
    for_each = var.enable_ecs_exec && var.kms_key_arn != null ? [var.kms_key_arn] : []

    content {
      sid       = "DecryptSessions"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}
