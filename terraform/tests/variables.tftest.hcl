# Values that are out of range, or do not fit each other, are refused before anything is created.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/c"
  function_zip    = "tests/mocks/aws.tfmock.hcl"
  topics          = ["events"]
}

run "tasks_without_a_network" {
  command         = plan
  expect_failures = [var.hello_api_aws_ecs_service_desired_count_tasks]
  variables {
    create_vpc = false
  }
}

run "kafka_without_a_network" {
  command         = plan
  expect_failures = [var.enable_kafka]
  variables {
    create_vpc                                    = false
    enable_kafka                                  = true
    hello_api_aws_ecs_service_desired_count_tasks = 0
  }
}

run "tasks_without_endpoints" {
  command         = plan
  expect_failures = [var.create_vpc_endpoints]
  variables {
    create_vpc_endpoints = false
  }
}

run "fewer_tasks_than_none" {
  command         = plan
  expect_failures = [var.hello_api_aws_ecs_service_desired_count_tasks]
  variables {
    hello_api_aws_ecs_service_desired_count_tasks = -1
  }
}

run "fewer_tasks_at_most_than_at_least" {
  command         = plan
  expect_failures = [var.hello_api_aws_ecs_service_max_count_tasks]
  variables {
    hello_api_aws_ecs_service_max_count_tasks = 2
  }
}

run "memory_that_fargate_does_not_have" {
  command         = plan
  expect_failures = [var.api_memory]
  variables {
    api_memory = 512
  }
}

run "cpu_that_fargate_does_not_have" {
  command         = plan
  expect_failures = [var.api_cpu]
  variables {
    api_cpu = 300
  }
}

run "an_address_that_is_no_first_one" {
  command         = plan
  expect_failures = [var.vpc_ipv4_cidr_block_start]
  variables {
    vpc_ipv4_cidr_block_start = "10.11.0.1"
  }
}

run "a_vpc_that_aws_does_not_have" {
  command         = plan
  expect_failures = [var.vpc_netmask_length]
  variables {
    vpc_ipv4_cidr_block_start = "10.0.0.0"
    vpc_netmask_length        = 15
  }
}

run "subnets_as_large_as_the_vpc" {
  command         = plan
  expect_failures = [var.vpc_subnet_netmask_length]
  variables {
    vpc_subnet_netmask_length = 21
  }
}

run "one_zone" {
  command         = plan
  expect_failures = [var.vpc_private_subnet_count]
  variables {
    vpc_private_subnet_count = 1
  }
}

run "more_subnets_than_fit" {
  command         = plan
  expect_failures = [var.vpc_private_subnet_count]
  variables {
    vpc_private_subnet_count = 5
  }
}

run "a_tag_that_is_none" {
  command         = plan
  expect_failures = [var.hello_api_aws_ecr_image_tag]
  variables {
    hello_api_aws_ecr_image_tag = "1.0:0"
  }
}

run "a_digest_that_is_none" {
  command         = plan
  expect_failures = [var.image_digest]
  variables {
    image_digest = "sha256:1"
  }
}

run "a_variable_that_service_tf_sets" {
  command         = plan
  expect_failures = [var.api_environment]
  variables {
    api_environment = { HELLO_API_DRAIN_DELAY = "0" }
  }
}

run "a_certificate_that_is_none" {
  command         = plan
  expect_failures = [var.certificate_arn]
  variables {
    certificate_arn = "server.pem"
  }
}

# This would be a wildcard in a policy.
run "a_topic_with_a_wildcard" {
  command         = plan
  expect_failures = [var.topics]
  variables {
    topics = ["*"]
  }
}

run "a_topic_twice" {
  command         = plan
  expect_failures = [var.topics]
  variables {
    topics = ["events", "events"]
  }
}

run "events_that_no_mapping_reads" {
  command         = plan
  expect_failures = [var.topics]
  variables {
    topics          = ["events"]
    api_environment = { HELLO_API_AWS_MSK_CLUSTER_TOPIC = "elsewhere" }
  }
}

run "a_retention_that_cloudwatch_does_not_have" {
  command         = plan
  expect_failures = [var.log_retention_days]
  variables {
    log_retention_days = 2
  }
}

run "a_consumer_out_of_range" {
  command = plan
  expect_failures = [
    var.consumer_batch_size,
    var.consumer_batching_window,
    var.consumer_starting_position,
    var.consumer_memory,
    var.consumer_timeout,
    var.consumer_reserved_concurrency,
    var.consumer_log_level,
  ]
  variables {
    consumer_batch_size           = 10001
    consumer_batching_window      = 301
    consumer_starting_position    = "AT_TIMESTAMP"
    consumer_memory               = 127
    consumer_timeout              = 841
    consumer_reserved_concurrency = 0
    consumer_log_level            = "WARNING"
  }
}

run "a_record_that_kafka_deletes_when_it_is_given_up" {
  command         = plan
  expect_failures = [var.consumer_record_age_max]
  variables {
    enable_kafka                 = true
    consumer_provisioned_pollers = { minimum = 1, maximum = 1 }
    consumer_record_age_max      = 604800
  }
}

run "a_shorter_retention_than_the_default_age" {
  command         = plan
  expect_failures = [var.consumer_record_age_max]
  variables {
    enable_kafka                 = true
    consumer_provisioned_pollers = { minimum = 1, maximum = 1 }
    kafka_retention_days         = 4
  }
}

run "a_longer_retention" {
  command = plan
  variables {
    enable_kafka                 = true
    consumer_provisioned_pollers = { minimum = 1, maximum = 1 }
    consumer_record_age_max      = 604800
    kafka_retention_days         = 8
  }
}

run "a_topic_without_partitions" {
  command         = plan
  expect_failures = [var.kafka_partitions]
  variables {
    kafka_partitions = 0
  }
}

run "a_topic_that_keeps_nothing" {
  command         = plan
  expect_failures = [var.kafka_retention_days]
  variables {
    kafka_retention_days = 0
  }
}

run "partitions_twice" {
  command         = plan
  expect_failures = [var.api_environment]
  variables {
    api_environment = { HELLO_API_KAFKA_PARTITIONS = "3" }
  }
}

run "nat_in_two_of_three_zones" {
  command         = plan
  expect_failures = [var.vpc_nat_gateway_count]
  variables {
    vpc_nat_gateway_count = 2
  }
}

run "a_key_that_is_an_alias" {
  command         = plan
  expect_failures = [var.api_secrets_kms_key_arn]
  variables {
    api_secrets_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:alias/hello"
  }
}

run "a_sign_in_whose_key_the_api_cannot_fetch" {
  command         = plan
  expect_failures = [var.listener_authentication]
  variables {
    listener_authentication = {
      scheme = "login"
      oidc = {
        issuer                 = "https://id.example"
        authorization_endpoint = "https://id.example/authorize"
        token_endpoint         = "https://id.example/token"
        user_info_endpoint     = "https://id.example/userinfo"
        client_secret_arn      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-a1B2c3"
      }
    }
  }
}
