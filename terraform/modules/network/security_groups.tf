# This table says who may open a connection to whom, on which TCP port. Both sides get a rule for
# each flow, and no other rules.
locals {
  roles = merge(
    {
      load_balancer = "The public load balancer"
      api           = "The API's tasks"
    },
    local.has_interface_endpoints ? { endpoints = "Interface endpoints of AWS services" } : {},
    var.enable_kafka ? {
      kafka = "Kafka's brokers"
      # The pollers run in the cluster's subnets with the cluster's groups, so the cluster has this
      # group, too (AWS Lambda, "Configuring your Amazon MSK cluster and Amazon VPC network for
      # Lambda").
      consumer = "The pollers of Lambda's event source mapping"
    } : {},
  )

  # `internet`, `vpc`, `s3` and `dynamodb` are not groups, but all IPv4 addresses, the VPC's, and
  # those of S3 and DynamoDB in this region.
  flow_table = [
    { from = "internet", to = "load_balancer", port = 80, on = true },
    { from = "internet", to = "load_balancer", port = 443, on = var.enable_https },
    { from = "load_balancer", to = "api", port = var.api_port, on = true },
    { from = "load_balancer", to = "internet", port = 443, on = var.load_balancer_egress },
    { from = "api", to = "endpoints", port = 443, on = local.has_interface_endpoints },
    { from = "api", to = "vpc", port = 443, on = local.endpoints_elsewhere },
    {
      from = "api", to = "internet", port = 443, on = var.nat_gateway_count > 0 || var.issuer_egress
    },
    { from = "api", to = "s3", port = 443, on = true },
    { from = "api", to = "dynamodb", port = 443, on = var.enable_tables },
    { from = "api", to = "kafka", port = 9098, on = var.enable_kafka },
    { from = "consumer", to = "kafka", port = 9098, on = var.enable_kafka },
    { from = "consumer", to = "s3", port = 443, on = length(var.mapping_bucket_arns) > 0 },
    {
      from = "consumer", to = "endpoints", port = 443,
      on   = local.pollers_call_aws && local.has_interface_endpoints
    },
    {
      from = "consumer", to = "vpc", port = 443,
      on   = local.pollers_call_aws && local.endpoints_elsewhere
    },
    {
      from = "consumer", to = "internet", port = 443,
      on   = local.pollers_call_aws && var.nat_gateway_count > 0
    },
  ]

  pollers_call_aws = length(local.mapping_services) > 0

  # An existing VPC has endpoints that this module does not know.
  endpoints_elsewhere = !var.create_vpc && !var.create_vpc_endpoints

  flows = {
    for flow in local.flow_table : "${flow.from}-to-${flow.to}-${flow.port}" => flow if flow.on
  }

  cidr_blocks = { internet = "0.0.0.0/0", vpc = local.vpc_cidr_block }
  prefix_lists = {
    s3       = data.aws_ec2_managed_prefix_list.s3.id
    dynamodb = one(data.aws_ec2_managed_prefix_list.dynamodb[*].id)
  }
}

data "aws_ec2_managed_prefix_list" "s3" {
  name = "com.amazonaws.${data.aws_region.this.id}.s3"
}

data "aws_ec2_managed_prefix_list" "dynamodb" {
  count = var.enable_tables ? 1 : 0
  name  = "com.amazonaws.${data.aws_region.this.id}.dynamodb"
}

resource "aws_security_group" "this" {
  # checkov:skip=CKV2_AWS_5:Other modules attach them to the load balancer, tasks, brokers and more.
  for_each = local.roles

  name        = "${var.name}-${replace(each.key, "_", "-")}"
  description = each.value
  vpc_id      = local.vpc_id
  tags        = merge(var.tags, { Name = "${var.name}-${replace(each.key, "_", "-")}" })
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = {
    for name, flow in local.flows : name => flow if contains(keys(local.roles), flow.to)
  }

  security_group_id            = aws_security_group.this[each.value.to].id
  description                  = "From ${replace(each.value.from, "_", " ")}"
  referenced_security_group_id = try(aws_security_group.this[each.value.from].id, null)
  cidr_ipv4                    = lookup(local.cidr_blocks, each.value.from, null)
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  tags                         = merge(var.tags, { Name = each.key })
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = {
    for name, flow in local.flows : name => flow if contains(keys(local.roles), flow.from)
  }

  security_group_id            = aws_security_group.this[each.value.from].id
  description                  = "To ${replace(each.value.to, "_", " ")}"
  referenced_security_group_id = try(aws_security_group.this[each.value.to].id, null)
  cidr_ipv4                    = lookup(local.cidr_blocks, each.value.to, null)
  prefix_list_id               = lookup(local.prefix_lists, each.value.to, null)
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  tags                         = merge(var.tags, { Name = each.key })
}
