# Creates the tables of a service in DynamoDB, and says what its programs may do with them.
locals {
  # DynamoDB wants the types of the keys alone, each once.
  keys = {
    for name, table in var.tables : name => merge([
      for owner in concat([table], values(table.indexes)) : merge(
        { (owner.partition_key.name) = owner.partition_key.type },
        owner.sort_key == null ? {} : { (owner.sort_key.name) = owner.sort_key.type },
      )
    ]...)
  }
}

resource "aws_dynamodb_table" "this" {
  # checkov:skip=CKV_AWS_119:DynamoDB encrypts with a key of its own, which costs nothing.
  for_each = var.tables

  name                        = "${var.prefix}${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = each.value.partition_key.name
  range_key                   = try(each.value.sort_key.name, null)
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  dynamic "attribute" {
    for_each = local.keys[each.key]

    content {
      name = attribute.key
      type = attribute.value
    }
  }

  dynamic "global_secondary_index" {
    for_each = each.value.indexes

    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.partition_key.name
      range_key          = try(global_secondary_index.value.sort_key.name, null)
      projection_type    = global_secondary_index.value.projection_type
      non_key_attributes = global_secondary_index.value.non_key_attributes
    }
  }

  dynamic "ttl" {
    for_each = each.value.ttl == null ? [] : [each.value.ttl]

    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }
}

locals {
  read_actions = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]
  # A transaction needs the actions of what it does; it has none of its own (Service Authorization
  # Reference, Amazon DynamoDB).
  write_actions = [
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
  ]

  access = {
    for program, tables in var.access : program => {
      for name in keys(var.tables) : name => lookup(tables, name, "read_write")
    }
  }
  # These are the indexes of the tables that the program may read.
  indexes = {
    for program, tables in local.access : program => flatten([
      for table, access in tables : [
        for name in keys(var.tables[table].indexes) : { table = table, name = name }
      ] if access != "none"
    ])
  }
  # A program that may do nothing has no policy.
  programs = toset([
    for program, tables in local.access : program
    if anytrue([for access in values(tables) : access != "none"])
  ])
}

data "aws_iam_policy_document" "program" {
  for_each = local.programs

  statement {
    sid     = "ReadTables"
    actions = local.read_actions
    resources = [
      for name, access in local.access[each.key] : aws_dynamodb_table.this[name].arn
      if access != "none"
    ]
  }

  dynamic "statement" {
    for_each = contains(values(local.access[each.key]), "read_write") ? [true] : []

    content {
      sid     = "WriteTables"
      actions = local.write_actions
      resources = [
        for name, access in local.access[each.key] : aws_dynamodb_table.this[name].arn
        if access == "read_write"
      ]
    }
  }

  # Only a query reads an index.
  dynamic "statement" {
    for_each = length(local.indexes[each.key]) > 0 ? [true] : []

    content {
      sid     = "QueryIndexes"
      actions = ["dynamodb:Query"]
      resources = [
        for index in local.indexes[each.key] :
        "${aws_dynamodb_table.this[index.table].arn}/index/${index.name}"
      ]
    }
  }
}
