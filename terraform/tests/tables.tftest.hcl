# Tests modules/tables alone, and what the stack does for a service that declares tables. The file
# tests/tables.json has each member of a declaration.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  prefix = "hello-"
  tables = {
    notes = {
      partition_key = { name = "owner", type = "S" }
      sort_key      = { name = "id", type = "S" }
      ttl           = "expires_at"
      indexes = {
        by_topic = {
          partition_key      = { name = "topic", type = "S" }
          sort_key           = { name = "id", type = "S" }
          projection_type    = "INCLUDE"
          non_key_attributes = ["title"]
        }
      }
    }
    seen = { partition_key = { name = "event", type = "B" } }
  }
}

run "tables" {
  command = apply
  module {
    source = "./modules/tables"
  }
  variables {
    access = {
      api      = { notes = "read", seen = "none" }
      consumer = {}
      nobody   = { notes = "none", seen = "none" }
    }
  }

  assert {
    condition = (
      aws_dynamodb_table.this["notes"].name == "hello-notes" &&
      aws_dynamodb_table.this["notes"].billing_mode == "PAY_PER_REQUEST" &&
      aws_dynamodb_table.this["notes"].hash_key == "owner" &&
      aws_dynamodb_table.this["notes"].range_key == "id" &&
      one(aws_dynamodb_table.this["notes"].ttl).attribute_name == "expires_at"
    )
    error_message = "A table must have the keys and the time to live of its declaration."
  }

  assert {
    condition = {
      for attribute in aws_dynamodb_table.this["notes"].attribute : attribute.name => attribute.type
    } == { owner = "S", id = "S", topic = "S" }
    error_message = "The keys of table and indexes must have their types, each once."
  }

  assert {
    condition = (
      one(aws_dynamodb_table.this["notes"].global_secondary_index).hash_key == "topic" &&
      one(aws_dynamodb_table.this["notes"].global_secondary_index).projection_type == "INCLUDE" &&
      one(aws_dynamodb_table.this["notes"].global_secondary_index).non_key_attributes ==
      toset(["title"])
    )
    error_message = "An index must have its keys and its projection."
  }

  assert {
    condition = alltrue([
      for table in values(aws_dynamodb_table.this) :
      table.deletion_protection_enabled && table.point_in_time_recovery[0].enabled
    ])
    error_message = "Nothing deletes a table by mistake, and what is overwritten can be restored."
  }

  assert {
    condition     = keys(output.policies) == ["api", "consumer"]
    error_message = "A program that may do nothing must have no policy."
  }
}

run "a_key_without_a_type" {
  command         = plan
  expect_failures = [var.tables]
  module {
    source = "./modules/tables"
  }
  variables {
    tables = { notes = { partition_key = { name = "owner", type = "text" } } }
  }
}

run "a_name_that_is_too_short" {
  command         = plan
  expect_failures = [var.tables]
  module {
    source = "./modules/tables"
  }
  variables {
    prefix = ""
    tables = { ab = { partition_key = { name = "owner", type = "S" } } }
  }
}

run "access_to_a_table_that_is_not_there" {
  command         = plan
  expect_failures = [var.access]
  module {
    source = "./modules/tables"
  }
  variables {
    access = { api = { letters = "read" } }
  }
}

run "the_stack_has_the_tables_of_its_file" {
  command = plan
  variables {
    enable_https = false
    tables_file  = "tests/tables.json"
  }

  assert {
    condition = output.table_names == tomap({
      notes = "hello-notes", seen_events = "hello-seen_events"
    })
    error_message = "The tables must be those of the file, behind the service's name."
  }

  assert {
    condition     = length(module.network[0].dynamodb_endpoint_ids) == 1
    error_message = "The tasks must reach DynamoDB by a gateway endpoint."
  }
}

run "the_stack_without_a_file" {
  command = plan
  variables {
    enable_https = false
  }

  assert {
    condition = (
      length(module.tables) == 0 && output.tables_prefix == null &&
      length(module.network[0].dynamodb_endpoint_ids) == 0
    )
    error_message = "A service without tables has no endpoint, and no variable for them."
  }
}
