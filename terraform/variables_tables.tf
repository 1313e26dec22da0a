# These variables are about the service's tables in DynamoDB, which the file that TABLES in
# service.env names declares (docs/tables.md), and about its database.

variable "tables_file" {
  description = "File that declares the tables, instead of the one that service.env names"
  type        = string
  default     = null
}

variable "tables_prefix" {
  description = <<-EOT
    Begins the tables' names; null is the service's name and a hyphen. Another one makes new, empty
    tables.
  EOT
  type        = string
  default     = null
}

variable "tables_deletion_protection" {
  description = <<-EOT
    Let DynamoDB refuse to delete a table. An apply with false comes before a destroy, or before a
    table is taken out of its file.
  EOT
  type        = bool
  default     = true
}

variable "tables_point_in_time_recovery" {
  description = <<-EOT
    Keep what is needed to restore a table as it was at any second of the last 35 days, for about
    0.20 USD a month for each GB in us-east-1 (November 2026).
  EOT
  type        = bool
  default     = true
}

variable "tables_access" {
  description = <<-EOT
    What the API and the function (consumer) may do with a table: read_write, read or none. It is
    read_write for a table that is not named.
  EOT
  type = object({
    api      = optional(map(string), {})
    consumer = optional(map(string), {})
  })
  default = {}
}

variable "database_url_secret_arn" {
  description = <<-EOT
    ARN of a secret in Secrets Manager with the URL of the service's database in PostgreSQL. The API
    gets the URL as DATABASE_URL. The function gets the ARN as DATABASE_URL_SECRET, and reads the
    secret when it starts.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.database_url_secret_arn == null ||
      can(regex(
        "^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:", var.database_url_secret_arn
      ))
    )
    error_message = "database_url_secret_arn must be the ARN of a secret in Secrets Manager."
  }
}
