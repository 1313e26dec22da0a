# A pool of one block, from which the VPC takes its addresses: what an organisation's own pool would take the place of.
locals {
  ipam_count = var.create_vpc && var.enable_ipam ? 1 : 0
}

resource "aws_vpc_ipam" "this" {
  count = local.ipam_count

  description = var.name
  # So that a destroy takes what is in it along.
  cascade = true
  # The free tier knows no private addresses.
  tier = "advanced"
  tags = merge(var.tags, { Name = var.name })

  operating_regions {
    region_name = data.aws_region.this.id
  }
}

resource "aws_vpc_ipam_pool" "this" {
  count = local.ipam_count

  description                       = var.name
  ipam_scope_id                     = aws_vpc_ipam.this[0].private_default_scope_id
  address_family                    = "ipv4"
  locale                            = data.aws_region.this.id
  allocation_default_netmask_length = var.netmask_length
  tags                              = merge(var.tags, { Name = var.name })
}

resource "aws_vpc_ipam_pool_cidr" "this" {
  count = local.ipam_count

  ipam_pool_id = aws_vpc_ipam_pool.this[0].id
  cidr         = "${var.ipv4_cidr_block_start}/${var.netmask_length}"
}
