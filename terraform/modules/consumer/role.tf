data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "function" {
  # An account has its roles for all regions, so the name contains the region.
  name               = "${var.name}_${local.region}"
  description        = "What ${var.name} and its event source mapping may do"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "function" {
  name   = "consumer"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.function.json
}

# These are of others, such as of the service's tables.
resource "aws_iam_role_policy" "more" {
  for_each = var.policies

  name   = each.key
  role   = aws_iam_role.function.id
  policy = each.value
}

locals {
  describe_network = [
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
  ]
  # Lambda assigns addresses only if the function itself is in a VPC (AWS, "Giving Lambda functions
  # access to resources in an Amazon VPC").
  change_network_interfaces = concat(
    ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
    local.in_vpc ? ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"] : [],
  )
  describe_cluster = ["kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers"]
  connect = [
    "kafka-cluster:Connect",
    "kafka-cluster:DescribeClusterDynamicConfiguration",
  ]
  read_topic = ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"]
  join_group = ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"]

  # AWS names these for each kind of destination (AWS Lambda, "Capturing discarded batches for
  # Amazon MSK and self-managed Apache Kafka event sources", and "Using a Kafka topic as an
  # on-failure destination").
  tell_failures = (local.to_queue
    ? ["sqs:SendMessage"]
    : local.to_bucket
    ? ["s3:ListBucket", "s3:PutObject"]
    : ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"]
  )
  destination_arns = (local.to_queue
    ? [aws_sqs_queue.on_failure.arn]
    : local.to_bucket
    ? [aws_s3_bucket.on_failure.arn, "${aws_s3_bucket.on_failure.arn}/*"]
    : ["${var.topic_arn_prefix}/${local.destination_topic}"]
  )
}

# Two parties use this role: the function's code, and the event source mapping, which reads Kafka
# and reports failures.
data "aws_iam_policy_document" "function" {
  # checkov:skip=CKV_AWS_111:Network interfaces have no name yet; account and region limit them.
  # checkov:skip=CKV_AWS_356:EC2's describe actions cannot be limited to resources.
  statement {
    sid       = "WriteLogs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function.arn}:*"]
  }

  # The mapping needs the following statements (AWS, "Configuring Lambda permissions for Amazon MSK
  # event source mappings", and for the actions on Kafka itself "Configuring cluster authentication
  # methods", IAM role-based access control).
  statement {
    sid       = "DescribeCluster"
    actions   = local.describe_cluster
    resources = [var.kafka_cluster_arn]
  }

  statement {
    sid       = "Connect"
    actions   = local.connect
    resources = [var.kafka_cluster_arn]
  }

  statement {
    sid       = "ReadTopic"
    actions   = local.read_topic
    resources = local.topic_arns
  }

  statement {
    sid       = "JoinGroup"
    actions   = local.join_group
    resources = local.group_arns
  }

  statement {
    sid       = "DescribeNetwork"
    actions   = local.describe_network
    resources = ["*"]
  }

  statement {
    sid     = "ChangeNetworkInterfaces"
    actions = local.change_network_interfaces
    resources = [for kind in ["network-interface", "security-group", "subnet"] :
      "arn:${local.partition}:ec2:${local.region}:${local.account}:${kind}/*"
    ]
  }

  statement {
    sid       = "TellFailures"
    actions   = local.tell_failures
    resources = local.destination_arns

    # If the bucket was deleted, another account could make one of its name, and get the records
    # (AWS Lambda, "Security best practices for Amazon S3 destinations").
    dynamic "condition" {
      for_each = local.to_bucket ? [true] : []

      content {
        test     = "StringEquals"
        variable = "s3:ResourceAccount"
        values   = [local.account]
      }
    }
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]

    content {
      sid       = "UseKey"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = length(var.secret_arns) == 0 ? [] : [var.secret_arns]

    content {
      sid       = "ReadSecrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }

  # Lambda needs these actions to connect, and the code does not (AWS, "Giving Lambda functions
  # access to resources in an Amazon VPC"). The mapping is not affected: requests that Lambda itself
  # makes with the role do not carry lambda:SourceFunctionArn (AWS, "Working with Lambda execution
  # environment credentials").
  statement {
    sid       = "KeepCodeFromNetwork"
    effect    = "Deny"
    resources = ["*"]

    actions = distinct(concat(local.describe_network, local.change_network_interfaces, [
      "ec2:AssignPrivateIpAddresses",
      "ec2:DetachNetworkInterface",
      "ec2:UnassignPrivateIpAddresses",
    ]))

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [local.function_arn]
    }
  }

  # Only the mapping needs these actions, too. A function that produces to Kafka must have another
  # role, or this statement must be removed.
  statement {
    sid    = "KeepCodeFromKafka"
    effect = "Deny"
    actions = distinct(concat(
      local.describe_cluster, local.connect, local.read_topic, local.join_group,
      local.tell_failures,
    ))
    resources = concat(
      [var.kafka_cluster_arn], local.topic_arns, local.group_arns, local.destination_arns,
    )

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [local.function_arn]
    }
  }
}
