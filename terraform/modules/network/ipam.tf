# The VPC takes its addresses from a pool with one block. An organisation's own pool would replace
# it.
locals {
  ipam_count = var.create_vpc && var.enable_ipam ? 1 : 0
}

resource "aws_vpc_ipam" "this" {
  count = local.ipam_count

  description = var.name
  # A destroy deletes the pool and its allocations, too.
  cascade = true
  # The free tier does not manage private addresses.
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
  cidr         = local.cidr_block
}
