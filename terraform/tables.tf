# This makes the service's tables. `./penstock up` makes the same ones on one machine, of the same
# file.
locals {
  tables_file = try(coalesce(
    var.tables_file,
    try("${local.service_folder}/${local.service_env["TABLES"]}", null),
  ), null)
  declared_tables = jsondecode(
    local.tables_file == null ? "{\"tables\":{}}" : file(local.tables_file)
  ).tables
  tables = {
    for name, table in local.declared_tables : name => {
      partition_key = table.partition_key
      sort_key      = try(table.sort_key, null)
      ttl           = try(table.ttl, null)
      indexes = {
        for index, value in try(table.indexes, {}) : index => {
          partition_key = value.partition_key
          sort_key      = try(value.sort_key, null)
          projection_type = (can(value.projection[0])
            ? "INCLUDE" : upper(try(tostring(value.projection), "all"))
          )
          non_key_attributes = can(value.projection[0]) ? tolist(value.projection) : null
        }
      }
    }
  }

  # Which resources there are must be known before there are any.
  has_tables    = length(local.tables) > 0
  tables_prefix = coalesce(var.tables_prefix, "${local.service}-")

  tables_environment = local.has_tables ? { TABLES_PREFIX = local.tables_prefix } : {}

  # ECS reads the secret for a task. Lambda does not, so the function reads it itself.
  has_database    = var.database_url_secret_arn != null
  database_secret = local.has_database ? { DATABASE_URL = var.database_url_secret_arn } : {}
  database_environment = (
    local.has_database ? { DATABASE_URL_SECRET = var.database_url_secret_arn } : {}
  )
}

module "tables" {
  source = "./modules/tables"
  count  = local.has_tables ? 1 : 0

  prefix                 = local.tables_prefix
  tables                 = local.tables
  access                 = { api = var.tables_access.api, consumer = var.tables_access.consumer }
  deletion_protection    = var.tables_deletion_protection
  point_in_time_recovery = var.tables_point_in_time_recovery
}
