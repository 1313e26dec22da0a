# Creates a VPC with public and private subnets, or uses an existing one. security_groups.tf says
# who may connect to whom, and endpoints.tf how private subnets reach AWS.
data "aws_region" "this" {}

data "aws_availability_zones" "this" {
  # checkov:skip=CKV_AWS_394:The first zones by name are used, and new zones get later letters.
  count = var.create_vpc ? 1 : 0

  state            = "available"
  exclude_zone_ids = var.excluded_zone_ids

  # Local and wavelength zones need an opt-in, and lack most services.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones = var.create_vpc ? data.aws_availability_zones.this[0].names : []

  # The keys are numbers, not zones or CIDRs, since they must be known before the VPC exists. So one
  # apply is enough.
  subnet_numbers = (var.create_vpc
    ? { for number in range(var.subnet_count) : tostring(number) => number }
    : {}
  )
  cidr_block     = "${var.ipv4_cidr_block_start}/${var.netmask_length}"
  subnet_newbits = var.subnet_netmask_length - var.netmask_length

  vpc_id = var.create_vpc ? aws_vpc.this[0].id : var.vpc_id
  vpc_cidr_block = (var.create_vpc
    ? aws_vpc.this[0].cidr_block
    : data.aws_vpc.existing[0].cidr_block
  )
  private_subnet_ids = (var.create_vpc
    ? [for subnet in aws_subnet.private : subnet.id]
    : var.private_subnet_ids
  )
  public_subnet_ids = (var.create_vpc
    ? [for subnet in aws_subnet.public : subnet.id]
    : var.public_subnet_ids
  )
  public_cidr_blocks = (var.create_vpc
    ? [for subnet in aws_subnet.public : subnet.cidr_block]
    : data.aws_subnet.existing_public[*].cidr_block
  )

  # Endpoints stay beside a way out to issuers, and one gateway is enough for it: the API keeps the
  # keys that it has while an issuer cannot be reached.
  nat_gateway_count = (var.nat_gateway_count > 0
    ? var.nat_gateway_count
    : var.issuer_egress && var.create_vpc ? 1 : 0
  )
}

data "aws_vpc" "existing" {
  count = var.create_vpc ? 0 : 1
  id    = var.vpc_id
}

data "aws_subnet" "existing_public" {
  count = var.create_vpc ? 0 : length(var.public_subnet_ids)
  id    = var.public_subnet_ids[count.index]
}

resource "aws_vpc" "this" {
  count = var.create_vpc ? 1 : 0

  cidr_block          = var.enable_ipam ? null : local.cidr_block
  ipv4_ipam_pool_id   = var.enable_ipam ? aws_vpc_ipam_pool.this[0].id : null
  ipv4_netmask_length = var.enable_ipam ? var.netmask_length : null

  # The endpoints' private names need both.
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = merge(var.tags, { Name = var.name })

  # The pool has no addresses before it has its CIDR.
  depends_on = [aws_vpc_ipam_pool_cidr.this]

  lifecycle {
    precondition {
      condition = length(local.zones) >= var.subnet_count
      error_message = join(" ", [
        "This region has only ${length(local.zones)} usable availability zones.",
        "Set vpc_private_subnet_count (in the module: subnet_count) to that number or less.",
      ])
    }
  }
}

# A resource without a named security group gets this one, which allows no connections.
resource "aws_default_security_group" "this" {
  count = var.create_vpc ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge(var.tags, { Name = "${var.name}-default-unused" })
}

resource "aws_internet_gateway" "this" {
  count = var.create_vpc ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge(var.tags, { Name = var.name })
}

resource "aws_subnet" "public" {
  for_each = local.subnet_numbers

  vpc_id            = aws_vpc.this[0].id
  availability_zone = local.zones[each.value]
  cidr_block        = cidrsubnet(aws_vpc.this[0].cidr_block, local.subnet_newbits, each.value)
  tags              = merge(var.tags, { Name = "${var.name}-public-${each.key}" })
}

resource "aws_subnet" "private" {
  for_each = local.subnet_numbers

  vpc_id            = aws_vpc.this[0].id
  availability_zone = local.zones[each.value]
  cidr_block = cidrsubnet(
    aws_vpc.this[0].cidr_block, local.subnet_newbits, var.subnet_count + each.value
  )
  tags = merge(var.tags, { Name = "${var.name}-private-${each.key}" })
}

resource "aws_route_table" "public" {
  count = var.create_vpc ? 1 : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge(var.tags, { Name = "${var.name}-public" })
}

resource "aws_route" "internet" {
  count = var.create_vpc ? 1 : 0

  route_table_id         = aws_route_table.public[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "public" {
  for_each = local.subnet_numbers

  route_table_id = aws_route_table.public[0].id
  subnet_id      = aws_subnet.public[each.key].id
}

# Private subnets have no route to the internet, unless there are NAT gateways, one for all zones or
# one in each. docs/deploy.md compares what endpoints and NAT gateways cost. With NAT, a compromised
# task can connect to any address on port 443.
resource "aws_route_table" "private" {
  count = var.create_vpc ? max(1, local.nat_gateway_count) : 0

  vpc_id = aws_vpc.this[0].id
  tags   = merge(var.tags, { Name = "${var.name}-private-${count.index}" })
}

resource "aws_route_table_association" "private" {
  for_each = local.subnet_numbers

  route_table_id = aws_route_table.private[each.value % length(aws_route_table.private)].id
  subnet_id      = aws_subnet.private[each.key].id
}

resource "aws_eip" "nat" {
  # checkov:skip=CKV2_AWS_19:A NAT gateway has the address.
  count = local.nat_gateway_count

  domain = "vpc"
  tags   = merge(var.tags, { Name = "${var.name}-nat-${count.index}" })

  depends_on = [aws_internet_gateway.this]
}

resource "aws_nat_gateway" "this" {
  count = local.nat_gateway_count

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[tostring(count.index)].id
  tags          = merge(var.tags, { Name = "${var.name}-${count.index}" })

  depends_on = [aws_route.internet]
}

resource "aws_route" "nat" {
  count = local.nat_gateway_count

  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[count.index].id
}
