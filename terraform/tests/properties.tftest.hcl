mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  enable_kafka    = true
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/c"
  function_zip    = "tests/mocks/aws.tfmock.hcl"
}

run "everything" {
  command = apply
  variables {
    enable_ecs_exec    = true
    enable_access_logs = true
    enable_flow_logs   = true
    enable_ipam        = true
  }
}
