variable "prefix" {
  description = "Begins the tables' names in DynamoDB; the programs know it as TABLES_PREFIX"
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]*$", var.prefix))
    error_message = "prefix must have letters, digits, underscores, hyphens and dots only."
  }
}

variable "tables" {
  description = <<-EOT
    Tables by name, as docs/tables.md describes them. A key's type is S, N or B. An index's
    projection_type is ALL, KEYS_ONLY or INCLUDE, with non_key_attributes.
  EOT
  type = map(object({
    partition_key = object({ name = string, type = string })
    sort_key      = optional(object({ name = string, type = string }))
    ttl           = optional(string)
    indexes = optional(map(object({
      partition_key      = object({ name = string, type = string })
      sort_key           = optional(object({ name = string, type = string }))
      projection_type    = optional(string, "ALL")
      non_key_attributes = optional(list(string))
    })), {})
  }))

  validation {
    condition = alltrue([
      for name in keys(var.tables) :
      length("${var.prefix}${name}") >= 3 && length("${var.prefix}${name}") <= 255 &&
      can(regex("^[A-Za-z0-9_.-]+$", name))
    ])
    error_message = join(" ", [
      "With its prefix, a table's name has 3 to 255 letters, digits, underscores, hyphens and",
      "dots.",
    ])
  }

  validation {
    condition = alltrue(flatten([
      for table in values(var.tables) : [
        for owner in concat([table], values(table.indexes)) : [
          for key in [owner.partition_key, owner.sort_key] :
          key == null ? true : contains(["S", "N", "B"], key.type)
        ]
      ]
    ]))
    error_message = "A key's type is S (text), N (number) or B (bytes)."
  }
}

variable "access" {
  description = <<-EOT
    Programs that use the tables, and for each what it may do with a table: read_write, read or
    none. It is read_write for a table that is not named.
  EOT
  type        = map(map(string))
  default     = {}

  validation {
    condition = alltrue(flatten([
      for tables in values(var.access) : [
        for table, access in tables :
        contains(keys(var.tables), table) && contains(["read_write", "read", "none"], access)
      ]
    ]))
    error_message = "access names tables that exist, and is read_write, read or none."
  }
}

variable "deletion_protection" {
  description = "Let DynamoDB refuse to delete a table, until an apply with false"
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = <<-EOT
    Keep what is needed to restore a table as it was at any second of the last 35 days, which is
    charged by the size of the table
  EOT
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of the module's resources, in addition to the provider's"
  type        = map(string)
  default     = {}
}
