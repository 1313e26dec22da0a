# These resources must exist before the first image is pushed, and outlive the stack.
data "aws_region" "this" {}

locals {
  service_env = {
    for line in regexall(local.assignment, file("${path.module}/../../hello/service.env")) :
    line[0] => join("", compact(slice(line, 1, 4)))
  }
  # A line is NAME='value', NAME="value" or NAME=value.
  assignment = "(?m)^([A-Z_][A-Z0-9_]*)=(?:'([^'\n]*)'|\"([^\"\n]*)\"|([^'\"\n]*))$"
}

resource "aws_ecr_repository" "this" {
  name                 = local.service_env["API_PROGRAM"]
  image_tag_mutability = "IMMUTABLE"
  # A destroy deletes the images, too. They can be built again.
  force_delete = true

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = var.kms_key_arn == null ? "AES256" : "KMS"
    kms_key         = var.kms_key_arn
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Keep the newest"
      selection = {
        tagStatus   = "any"
        countType   = "imageCountMoreThan"
        countNumber = var.images_max
      }
      action = { type = "expire" }
    }]
  })
}

# Lambda's console looks for shared test events here. An account has one such registry per region.
resource "aws_schemas_registry" "lambda_testevents" {
  count = var.create_lambda_testevent_schema_registry ? 1 : 0

  name        = "lambda-testevent-schemas"
  description = "Test events of Lambda functions"
}
