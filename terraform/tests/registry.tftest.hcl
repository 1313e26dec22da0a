mock_provider "aws" {
  source = "./tests/mocks"
}

run "the_registry" {
  command = plan
  module {
    source = "./registry"
  }

  assert {
    condition = (
      aws_ecr_repository.this.image_tag_mutability == "IMMUTABLE" &&
      aws_ecr_repository.this.image_scanning_configuration[0].scan_on_push
    )
    error_message = "A tag must always mean the same image, and each image must be scanned."
  }
}

run "a_registry_beside_an_account_s_own" {
  command = plan
  module {
    source = "./registry"
  }
  variables {
    create_lambda_testevent_schema_registry = false
  }

  assert {
    condition     = length(aws_schemas_registry.lambda_testevents) == 0
    error_message = "The account has a registry of test events already."
  }
}
