# Every combination of the five toggles can be planned. A run's name lists what is on. The variables
# of this file turn everything off, and name a network for the runs that do not create a VPC.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  create_vpc                                    = false
  enable_kafka                                  = false
  topics                                        = ["events"]
  enable_https                                  = false
  enable_ecs_exec                               = false
  hello_api_aws_ecs_service_desired_count_tasks = 0

  vpc_id             = "vpc-existing"
  public_subnet_ids  = ["subnet-public-a", "subnet-public-b"]
  private_subnet_ids = ["subnet-private-a", "subnet-private-b"]
  certificate_arn    = "arn:aws:acm:eu-central-1:123456789012:certificate/c"
  function_zip       = "tests/mocks/aws.tfmock.hcl" # Its content does not matter here.
}

run "nothing" {
  command = plan
}

run "tasks" {
  command = plan
  variables {
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "exec" {
  command = plan
  variables {
    enable_ecs_exec = true
  }
}

run "exec_tasks" {
  command = plan
  variables {
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "https" {
  command = plan
  variables {
    enable_https = true
  }
}

run "https_tasks" {
  command = plan
  variables {
    enable_https                                  = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "https_exec" {
  command = plan
  variables {
    enable_https    = true
    enable_ecs_exec = true
  }
}

run "https_exec_tasks" {
  command = plan
  variables {
    enable_https                                  = true
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "vpc" {
  command = plan
  variables {
    create_vpc = true
  }
}

run "vpc_tasks" {
  command = plan
  variables {
    create_vpc                                    = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "vpc_exec" {
  command = plan
  variables {
    create_vpc      = true
    enable_ecs_exec = true
  }
}

run "vpc_exec_tasks" {
  command = plan
  variables {
    create_vpc                                    = true
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "vpc_https" {
  command = plan
  variables {
    create_vpc   = true
    enable_https = true
  }
}

run "vpc_https_tasks" {
  command = plan
  variables {
    create_vpc                                    = true
    enable_https                                  = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "vpc_https_exec" {
  command = plan
  variables {
    create_vpc      = true
    enable_https    = true
    enable_ecs_exec = true
  }
}

run "vpc_https_exec_tasks" {
  command = plan
  variables {
    create_vpc                                    = true
    enable_https                                  = true
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka" {
  command = plan
  variables {
    enable_kafka = true
  }
}

run "kafka_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka_exec" {
  command = plan
  variables {
    enable_kafka    = true
    enable_ecs_exec = true
  }
}

run "kafka_exec_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka_https" {
  command = plan
  variables {
    enable_kafka = true
    enable_https = true
  }
}

run "kafka_https_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    enable_https                                  = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka_https_exec" {
  command = plan
  variables {
    enable_kafka    = true
    enable_https    = true
    enable_ecs_exec = true
  }
}

run "kafka_https_exec_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    enable_https                                  = true
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka_vpc" {
  command = plan
  variables {
    enable_kafka = true
    create_vpc   = true
  }
}

run "kafka_vpc_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    create_vpc                                    = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka_vpc_exec" {
  command = plan
  variables {
    enable_kafka    = true
    create_vpc      = true
    enable_ecs_exec = true
  }
}

run "kafka_vpc_exec_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    create_vpc                                    = true
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka_vpc_https" {
  command = plan
  variables {
    enable_kafka = true
    create_vpc   = true
    enable_https = true
  }
}

run "kafka_vpc_https_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    create_vpc                                    = true
    enable_https                                  = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}

run "kafka_vpc_https_exec" {
  command = plan
  variables {
    enable_kafka    = true
    create_vpc      = true
    enable_https    = true
    enable_ecs_exec = true
  }
}

run "kafka_vpc_https_exec_tasks" {
  command = plan
  variables {
    enable_kafka                                  = true
    create_vpc                                    = true
    enable_https                                  = true
    enable_ecs_exec                               = true
    hello_api_aws_ecs_service_desired_count_tasks = 3
  }
}
