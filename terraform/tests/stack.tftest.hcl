# Tests the stack as a whole: its names, and the numbers that modules share.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/c"
  function_zip    = "tests/mocks/aws.tfmock.hcl"
  topics          = ["events"]
}

run "everything" {
  command = apply
  variables {
    enable_kafka              = true
    enable_ecs_exec           = true
    enable_ipam               = true
    enable_flow_logs          = true
    enable_access_logs        = true
    enable_container_insights = true
    kms_key_arn               = "arn:aws:kms:eu-central-1:123456789012:key/k"
  }

  assert {
    condition = (
      local.timings.drain_delay + local.timings.drain_timeout + local.timings.publish_deadline <
      local.timings.stop_timeout &&
      local.timings.stop_timeout <= 120
    )
    error_message = "A task must have done its work before ECS kills it."
  }

  assert {
    condition = (
      local.timings.idle_timeout > local.timings.load_balancer_idle_timeout &&
      local.timings.deregistration_delay == local.timings.drain_delay
    )
    error_message = "The load balancer must close connections first, and not use a stopping task."
  }

  assert {
    condition = local.environment == {
      HELLO_API_PORT             = "8000"
      HELLO_API_DRAIN_DELAY      = "20"
      HELLO_API_DRAIN_TIMEOUT    = "10"
      HELLO_API_PUBLISH_DEADLINE = "2"
      HELLO_API_IDLE_TIMEOUT     = "75"
      HELLO_API_KAFKA_PARTITIONS = "6"
      HELLO_API_KAFKA_RETENTION  = "604800"

      HELLO_API_AWS_MSK_CLUSTER_BOOTSTRAP = (
        "boot-x.kafka-serverless.eu-central-1.amazonaws.com:9098"
      )
    }
    error_message = "The task must get these variables."
  }

  assert {
    condition = (
      output.hello_api_log_group_name == "/hello/hello_api_web_log" &&
      output.hello_api_exec_log_group_name == "/hello/hello_api_ecs_exec_log"
    )
    error_message = "Log groups keep their names."
  }

  assert {
    condition = (
      output.hello_api_load_balander_domain_name == output.hello_api_load_balancer_domain_name &&
      output.hello_api_url == "https://${output.hello_api_load_balancer_domain_name}"
    )
    error_message = "The output with the old, misspelt name must exist, too."
  }

  assert {
    condition = (
      output.hello_api_image ==
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com/hello_api:1.0.0-debug"
    )
    error_message = "ECS Exec needs the image that has a shell."
  }

  assert {
    condition     = contains(keys(local.test_events), "basic_test")
    error_message = "The test events of hello/test-events must be there."
  }
}

run "secrets_and_authentication" {
  command = apply
  variables {
    api_secrets = {
      HELLO_TOKEN = "arn:aws:ssm:eu-central-1:123456789012:parameter/hello/token"
    }
    api_authentication = {
      schemes = {
        key = {
          keys = { secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-a1B2c3" }
        }
        staff = {
          users = { secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:users-a1B2c3" }
        }
        login = { issuer = "https://id.example", audience = ["orders"] }
      }
    }
    issuer_egress = true
  }

  assert {
    condition = (
      local.authentication_secret_arns == tolist([
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-a1B2c3",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:users-a1B2c3",
      ])
    )
    error_message = "The API must read the secrets that the document names."
  }

  assert {
    condition     = toset(local.secret_services) == toset(["secretsmanager", "ssm"])
    error_message = "Both services need an endpoint."
  }

  assert {
    condition     = !local.listener_asks_issuer
    error_message = "The load balancer needs no way out if it verifies nothing."
  }
}

run "secrets_of_the_document_alone" {
  command = plan
  variables {
    api_authentication_secret_arns = [
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-a1B2c3",
    ]
  }

  assert {
    condition     = local.secret_services == tolist(["secretsmanager"])
    error_message = "There must be no endpoint of SSM that nobody uses."
  }
}

# The failures go to a bucket then, and Lambda and STS are not called through the VPC.
run "pollers" {
  command = apply
  variables {
    enable_kafka                 = true
    consumer_provisioned_pollers = { minimum = 1, maximum = 2 }
  }

  assert {
    condition = (
      output.consumer_failure_destination == "bucket" &&
      output.consumer_bucket_name != null &&
      module.consumer[0].failure_destination == local.failure_destination
    )
    error_message = "With pollers, what is given up must be kept with its records."
  }

  assert {
    condition     = length(local.mapping_services) == 0
    error_message = "Provisioned pollers need no endpoint of Lambda, STS or SQS."
  }

  assert {
    condition = (
      contains(output.alarm_names, "hello-consumer-dropped-records") &&
      contains(output.alarm_names, "hello-consumer-destination-failures")
    )
    error_message = "Records that are lost must raise an alarm."
  }
}

run "two_topics" {
  command = apply
  variables {
    enable_kafka                 = true
    topics                       = ["events", "orders"]
    consumer_provisioned_pollers = { minimum = 1, maximum = 2 }
  }

  assert {
    condition = (
      keys(output.consumer_event_source_mapping_uuids) == ["events", "orders"] &&
      module.consumer[0].consumer_group_ids == {
        events = "hello_kafka_consumer"
        orders = "hello_kafka_consumer-orders"
      }
    )
    error_message = "Each topic must be read, and the first one must keep its group."
  }

  assert {
    condition = (
      [for name in output.alarm_names : name if length(regexall("orders$", name)) > 0] == [
        "hello-consumer-dead-letters-orders",
        "hello-consumer-dropped-records-orders",
        "hello-consumer-lag-time-orders",
        "hello-consumer-stopped-orders",
        ] && length(setsubtract([
          "hello-consumer-dead-letters",
          "hello-consumer-dropped-records",
          "hello-consumer-lag-time",
          "hello-consumer-stopped",
      ], output.alarm_names)) == 0
    )
    error_message = "Each topic must have its alarms, and the first one must keep their names."
  }
}

run "pollers_and_a_queue" {
  command = plan
  variables {
    enable_kafka                 = true
    consumer_provisioned_pollers = { minimum = 1, maximum = 2 }
    consumer_failure_destination = "queue"
  }

  assert {
    condition     = join(",", local.mapping_services) == "sqs" && !local.to_bucket
    error_message = "The queue must be reachable, and S3 closed to the mapping."
  }
}

run "shared_pollers_and_a_bucket" {
  command = plan
  variables {
    enable_kafka                 = true
    consumer_failure_destination = "bucket"
  }

  assert {
    condition     = join(",", local.mapping_services) == "lambda,sts"
    error_message = "Shared pollers invoke the function through the VPC."
  }
}

run "nat_instead_of_endpoints" {
  command = plan
  variables {
    enable_kafka          = true
    create_vpc_endpoints  = false
    vpc_nat_gateway_count = 3
  }
}

# This goes from everything to the cheapest stack in one step.
run "no_kafka" {
  command = apply
  variables {
    image_digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
    enable_https = false
  }

  assert {
    condition = (
      local.environment["HELLO_API_AWS_MSK_CLUSTER_BOOTSTRAP"] == "" &&
      output.kafka_cluster_arn == null &&
      output.consumer_function_name == null
    )
    error_message = "Without Kafka the API must not connect to it."
  }

  assert {
    condition = (
      output.hello_api_image ==
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com/hello_api@${var.image_digest}" &&
      startswith(output.hello_api_url, "http://")
    )
    error_message = "A digest takes the place of the tag."
  }
}

run "another_network" {
  command = apply
  variables {
    create_vpc         = false
    vpc_id             = "vpc-existing"
    public_subnet_ids  = ["subnet-public-a", "subnet-public-b"]
    private_subnet_ids = ["subnet-private-a", "subnet-private-b"]
  }

  assert {
    condition     = output.vpc_id == "vpc-existing"
    error_message = "The stack must move to the existing network."
  }
}

run "a_network_of_its_own_again" {
  command = apply
  variables {
    enable_kafka = true
  }
}

run "no_network" {
  command = apply
  variables {
    create_vpc                                    = false
    hello_api_aws_ecs_service_desired_count_tasks = 0
  }

  assert {
    condition = (
      output.vpc_id == null &&
      output.hello_api_url == null &&
      length(output.alarm_names) == 0 &&
      output.hello_api_aws_ecr_repository_url ==
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com/hello_api"
    )
    error_message = "Without a network the stack must be empty."
  }
}
