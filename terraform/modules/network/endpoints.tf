locals {
  # With nat_gateway_count, private subnets reach all of AWS in the internet.
  has_interface_endpoints = var.create_vpc_endpoints && var.nat_gateway_count == 0

  # Provisioned pollers do not call Lambda and STS through the VPC (AWS Lambda, "Configuring your
  # Amazon MSK cluster and Amazon VPC network for Lambda"). The API gets its credentials from its
  # task.
  mapping_services = var.enable_kafka ? var.mapping_services : []

  endpoint_services = local.has_interface_endpoints ? toset(concat(
    ["ecr.api", "ecr.dkr", "logs"],
    local.mapping_services,
    var.secret_services,
    var.enable_ecs_exec ? ["ssmmessages"] : [],
    # ECS Exec's agent, which runs in the task, decrypts the session's data key.
    var.enable_ecs_exec && var.kms_key_arn != null ? ["kms"] : [],
  )) : toset([])

  # DynamoDB's endpoint has the same.
  s3_route_table_ids = var.create_vpc ? aws_route_table.private[*].id : var.private_route_table_ids
}

# Each of these costs 7.30 USD a month in each zone.
resource "aws_vpc_endpoint" "interface" {
  for_each = local.endpoint_services

  vpc_id              = local.vpc_id
  service_name        = "com.amazonaws.${data.aws_region.this.id}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.private_subnet_ids
  security_group_ids  = [aws_security_group.this["endpoints"].id]
  tags                = merge(var.tags, { Name = "${var.name}-${each.value}" })
}

# ECR keeps the layers of images in S3. This endpoint costs nothing.
resource "aws_vpc_endpoint" "s3" {
  count = (
    var.create_vpc_endpoints && (var.create_vpc || length(var.private_route_table_ids) > 0) ? 1 : 0
  )

  vpc_id            = local.vpc_id
  service_name      = "com.amazonaws.${data.aws_region.this.id}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.s3_route_table_ids
  policy            = var.create_vpc ? data.aws_iam_policy_document.s3.json : null
  tags              = merge(var.tags, { Name = "${var.name}-s3" })
}

# Only the bucket of ECR's layers is reachable (Amazon ECR, "Amazon ECR interface VPC endpoints"),
# and that of the mapping's failure destination, for pollers that write to it through the VPC, and
# for `penstock_local redrive`.
# An existing VPC keeps the default policy, since others use it, too.
data "aws_iam_policy_document" "s3" {
  statement {
    sid     = "PullLayers"
    actions = ["s3:GetObject"]
    resources = [join(":", [
      "arn", data.aws_partition.this.partition, "s3", "", "",
      "prod-${data.aws_region.this.id}-starport-layer-bucket/*",
    ])]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(var.mapping_bucket_arns) > 0 ? [true] : []

    content {
      sid     = "Failures"
      actions = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]
      resources = flatten([
        for arn in var.mapping_bucket_arns : [arn, "${arn}/*"]
      ])

      principals {
        type        = "*"
        identifiers = ["*"]
      }
    }
  }
}

# This endpoint costs nothing, either. With NAT gateways it saves their price for each GB.
resource "aws_vpc_endpoint" "dynamodb" {
  count = (
    var.enable_tables && var.create_vpc_endpoints &&
    (var.create_vpc || length(var.private_route_table_ids) > 0) ? 1 : 0
  )

  vpc_id            = local.vpc_id
  service_name      = "com.amazonaws.${data.aws_region.this.id}.dynamodb"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.s3_route_table_ids
  policy            = var.create_vpc ? data.aws_iam_policy_document.dynamodb[0].json : null
  tags              = merge(var.tags, { Name = "${var.name}-dynamodb" })
}

# Only the service's own tables are reachable. What a task may do with them is up to its role.
data "aws_iam_policy_document" "dynamodb" {
  count = var.enable_tables ? 1 : 0

  statement {
    sid = "UseTables"
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = flatten([for arn in var.table_arns : [arn, "${arn}/index/*"]])

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

data "aws_partition" "this" {}
