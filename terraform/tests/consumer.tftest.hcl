# Tests modules/consumer alone: what its two halves, the function and the mapping, agree on, and
# what it refuses.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name              = "hello_kafka_consumer"
  function_zip      = "tests/mocks/aws.tfmock.hcl" # Its content does not matter here.
  kafka_cluster_arn = "arn:aws:kafka:eu-central-1:123456789012:cluster/hello/UUID"
  topics            = ["events"]
  topic_arn_prefix  = "arn:aws:kafka:eu-central-1:123456789012:topic/hello/UUID"
  group_arn_prefix  = "arn:aws:kafka:eu-central-1:123456789012:group/hello/UUID"
}

run "shared_pollers" {
  command = apply
  module {
    source = "./modules/consumer"
  }

  assert {
    condition = (
      length(aws_lambda_function.this.environment) == 0 &&
      aws_lambda_event_source_mapping.kafka["events"].function_response_types == null
    )
    error_message = "With shared pollers a batch fails as a whole: there are no partial responses."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.kafka["events"].bisect_batch_on_function_error == null &&
      length(aws_lambda_event_source_mapping.kafka["events"].provisioned_poller_config) == 0
    )
    error_message = "AWS refuses halving and limits without provisioned pollers."
  }

  assert {
    condition = (
      length(aws_lambda_function.this.vpc_config) == 0 &&
      aws_lambda_function.this.kms_key_arn == null &&
      aws_sqs_queue.on_failure.sqs_managed_sse_enabled
    )
    error_message = "The function must have no VPC, and no resource a key of yours."
  }
}

# The state of the previous run remains, so these runs are changes.
run "provisioned_pollers" {
  command = apply
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 1, maximum = 2 }
    retry_attempts_max  = 5
    record_age_max      = 3600
  }

  assert {
    condition = (
      one(aws_lambda_function.this.environment).variables ==
      tomap(
        {
          FUNCTION_RESPONSE_TYPES = join(
            ",", aws_lambda_event_source_mapping.kafka["events"].function_response_types
          )
        }
      ) &&
      aws_lambda_event_source_mapping.kafka["events"].function_response_types ==
      toset(["ReportBatchItemFailures"])
    )
    error_message = "The function must answer as the mapping asks, or a failed record is lost."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.kafka["events"].bisect_batch_on_function_error &&
      aws_lambda_event_source_mapping.kafka["events"].maximum_retry_attempts == 5 &&
      aws_lambda_event_source_mapping.kafka["events"].maximum_record_age_in_seconds == 3600
    )
    error_message = "A record that always fails must be given up."
  }

  assert {
    condition = (
      [for each in aws_lambda_event_source_mapping.kafka["events"].provisioned_poller_config :
        [each.minimum_pollers, each.maximum_pollers]
      ] == [[1, 2]]
    )
    error_message = "The number of pollers must be limited."
  }

  assert {
    condition = (
      output.event_source_mapping_uuids["events"] !=
      run.shared_pollers.event_source_mapping_uuids["events"]
    )
    error_message = "The mapping must be replaced, or it takes partial responses for successes."
  }
}

run "shared_pollers_again" {
  command = apply
  module {
    source = "./modules/consumer"
  }

  assert {
    condition = (
      length(aws_lambda_function.this.environment) == 0 &&
      aws_lambda_event_source_mapping.kafka["events"].function_response_types == null &&
      aws_lambda_event_source_mapping.kafka["events"].uuid !=
      run.provisioned_pollers.event_source_mapping_uuids["events"]
    )
    error_message = "The function and its mapping must both change back, with a new mapping."
  }
}

run "failures_in_a_bucket" {
  command = apply
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 1, maximum = 2 }
    kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/k"
  }

  assert {
    condition = (
      local.destination_arn == output.bucket_arn &&
      flatten([
        for destination in aws_lambda_event_source_mapping.kafka["events"].destination_config :
        [for each in destination.on_failure : each.destination_arn]
      ]) ==
      [local.destination_arn] &&
      output.failure_destination == "bucket"
    )
    error_message = "With pollers the failures must be kept with their records."
  }

  assert {
    condition = (
      aws_lambda_event_source_mapping.kafka["events"].maximum_record_age_in_seconds ==
      4 * 24 * 60 * 60 &&
      one(aws_lambda_event_source_mapping.kafka["events"].metrics_config).metrics ==
      toset(["EventCount"])
    )
    error_message = "A record must be given up while Kafka has it, and be counted."
  }

  assert {
    condition = (
      flatten([
        for rule in aws_s3_bucket_server_side_encryption_configuration.on_failure[0].rule :
        [for each in rule.apply_server_side_encryption_by_default : each.kms_master_key_id]
      ]) ==
      [var.kms_key_arn]
    )
    error_message = "The bucket must have the key."
  }

  assert {
    condition = (
      [
        for statement in data.aws_iam_policy_document.function.statement :
        [statement.actions, length(statement.resources), one(statement.condition).variable]
        if statement.sid == "TellFailures"
      ] ==
      [[toset(["s3:ListBucket", "s3:PutObject"]), 2, "s3:ResourceAccount"]]
    )
    error_message = "The mapping may write to a bucket of this account alone."
  }
}

run "failures_in_a_queue_with_pollers" {
  command = apply
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 1, maximum = 2 }
    failure_destination = "queue"
  }

  assert {
    condition = (
      local.destination_arn == output.queue_arn &&
      output.bucket_name == run.failures_in_a_bucket.bucket_name
    )
    error_message = "The bucket must stay with what it has, though the failures go to the queue."
  }
}

run "failures_after_the_pollers" {
  command = apply
  module {
    source = "./modules/consumer"
  }

  assert {
    condition     = output.bucket_name == run.failures_in_a_bucket.bucket_name
    error_message = "The bucket must stay without provisioned pollers, too."
  }
}

run "a_topic_for_failures_without_pollers" {
  command         = plan
  expect_failures = [var.failure_destination]
  module {
    source = "./modules/consumer"
  }
  variables {
    failure_destination = "kafka://failures"
  }
}

run "failures_into_the_topic_that_is_read" {
  command         = plan
  expect_failures = [var.failure_destination]
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 1, maximum = 2 }
    failure_destination = "kafka://events"
  }
}

# Version 5 of the provider has no poller groups.
run "a_poller_group_without_its_file" {
  command         = plan
  expect_failures = [aws_lambda_event_source_mapping.kafka]
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 1, maximum = 2, group = "hello" }
  }
}

run "a_poller_group_that_aws_refuses" {
  command         = plan
  expect_failures = [var.provisioned_pollers]
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 1, maximum = 2, group = "a group" }
  }
}

run "in_a_vpc" {
  command = apply
  module {
    source = "./modules/consumer"
  }
  variables {
    subnet_ids         = ["subnet-a", "subnet-b"]
    security_group_ids = ["sg-function"]
  }

  assert {
    condition = (
      one(aws_lambda_function.this.vpc_config).subnet_ids == toset(["subnet-a", "subnet-b"]) &&
      one(aws_lambda_function.this.vpc_config).security_group_ids == toset(["sg-function"])
    )
    error_message = "The function must be in its subnets."
  }

  assert {
    condition = (
      [
        for statement in data.aws_iam_policy_document.function.statement :
        contains(statement.actions, "ec2:AssignPrivateIpAddresses")
        if statement.sid == "ChangeNetworkInterfaces"
      ] ==
      [true]
    )
    error_message = "A function in a VPC needs addresses there."
  }
}

run "a_key" {
  command = apply
  module {
    source = "./modules/consumer"
  }
  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/k"
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.function.kms_key_id == var.kms_key_arn &&
      aws_sqs_queue.on_failure.kms_master_key_id == var.kms_key_arn
    )
    error_message = "The log and the queue must have the key."
  }

  assert {
    condition     = aws_lambda_function.this.kms_key_arn == null
    error_message = "Lambda forgets the key of a function without variables."
  }

  assert {
    condition = (
      [
        for statement in data.aws_iam_policy_document.function.statement :
        [statement.actions, statement.resources]
        if statement.sid == "UseKey"
      ] ==
      [[toset(["kms:Decrypt", "kms:GenerateDataKey"]), toset([var.kms_key_arn])]]
    )
    error_message = "The role must be able to use this key, and no other."
  }
}

run "a_key_and_a_variable" {
  command = plan
  module {
    source = "./modules/consumer"
  }
  variables {
    kms_key_arn         = "arn:aws:kms:eu-central-1:123456789012:key/k"
    provisioned_pollers = { minimum = 1, maximum = 2 }
  }

  assert {
    condition     = aws_lambda_function.this.kms_key_arn == var.kms_key_arn
    error_message = "The variable must have the key."
  }
}

run "settings_of_the_service" {
  command = plan
  module {
    source = "./modules/consumer"
  }
  variables {
    environment         = { ORDERS_API_GREETING = "Ahoy" }
    provisioned_pollers = { minimum = 1, maximum = 2 }
  }

  assert {
    condition = (
      one(aws_lambda_function.this.environment).variables == tomap({
        FUNCTION_RESPONSE_TYPES = "ReportBatchItemFailures"
        ORDERS_API_GREETING     = "Ahoy"
      })
    )
    error_message = "The function must get the service's settings beside its own."
  }
}

run "secrets_of_the_code" {
  command = plan
  module {
    source = "./modules/consumer"
  }
  variables {
    secret_arns = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-a1B2c3"]
  }

  assert {
    condition = (
      [
        for statement in data.aws_iam_policy_document.function.statement :
        [statement.actions, statement.resources]
        if statement.sid == "ReadSecrets"
      ] ==
      [[
        toset(["secretsmanager:GetSecretValue"]),
        toset(["arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-a1B2c3"]),
      ]]
    )
    error_message = "The code must read this secret, and no others."
  }
}

run "secrets_with_a_wildcard" {
  command         = plan
  expect_failures = [var.secret_arns]
  module {
    source = "./modules/consumer"
  }
  variables {
    secret_arns = ["arn:aws:secretsmanager:eu-central-1:123456789012:secret:*"]
  }
}

run "a_setting_that_the_mapping_decides" {
  command         = plan
  expect_failures = [var.environment]
  module {
    source = "./modules/consumer"
  }
  variables {
    environment = { FUNCTION_RESPONSE_TYPES = "" }
  }
}

run "subnets_without_security_groups" {
  command         = plan
  expect_failures = [var.security_group_ids]
  module {
    source = "./modules/consumer"
  }
  variables {
    subnet_ids = ["subnet-a"]
  }
}

run "endless_retries" {
  command         = plan
  expect_failures = [var.retry_attempts_max]
  module {
    source = "./modules/consumer"
  }
  variables {
    retry_attempts_max = -1
  }
}

run "too_many_retries" {
  command         = plan
  expect_failures = [var.retry_attempts_max]
  module {
    source = "./modules/consumer"
  }
  variables {
    retry_attempts_max = 10001
  }
}

run "a_record_that_is_given_up_at_once" {
  command         = plan
  expect_failures = [var.record_age_max]
  module {
    source = "./modules/consumer"
  }
  variables {
    record_age_max = 59
  }
}

run "a_record_older_than_aws_takes" {
  command         = plan
  expect_failures = [var.record_age_max]
  module {
    source = "./modules/consumer"
  }
  variables {
    record_age_max = 604801
  }
}

# Each topic is read by a mapping of its own, in a group of its own.
run "several_topics" {
  command = apply
  module {
    source = "./modules/consumer"
  }
  variables {
    topics             = ["orders", "order.lines"]
    consumer_group_ids = { orders = "orders-since-2026" }
  }

  assert {
    condition = (
      { for topic, mapping in aws_lambda_event_source_mapping.kafka : topic => concat(
        tolist(mapping.topics),
        [one(mapping.amazon_managed_kafka_event_source_config).consumer_group_id],
        ) } == {
        orders        = ["orders", "orders-since-2026"]
        "order.lines" = ["order.lines", "hello_kafka_consumer-order.lines"]
      }
    )
    error_message = "Each topic must have its mapping, with a group of its own."
  }

  assert {
    condition = (
      {
        for statement in data.aws_iam_policy_document.function.statement :
        statement.sid => [for arn in statement.resources : split("/UUID/", arn)[1]]
        if contains(["ReadTopic", "JoinGroup"], statement.sid)
        } == {
        ReadTopic = ["order.lines", "orders"]
        JoinGroup = ["hello_kafka_consumer-order.lines", "orders-since-2026"]
      }
    )
    error_message = "The role must allow these topics and groups, and no others."
  }

  assert {
    condition = (
      aws_lambda_function.this.description ==
      "Handles the records of the topics orders, order.lines"
    )
    error_message = "The function must say what it reads."
  }
}

run "no_topic" {
  command         = plan
  expect_failures = [var.topics]
  module {
    source = "./modules/consumer"
  }
  variables {
    topics = []
  }
}

run "one_group_for_two_topics" {
  command         = plan
  expect_failures = [var.consumer_group_ids]
  module {
    source = "./modules/consumer"
  }
  variables {
    topics             = ["a", "b"]
    consumer_group_ids = { a = "group", b = "group" }
  }
}

run "a_group_that_is_too_long" {
  command         = plan
  expect_failures = [aws_lambda_event_source_mapping.kafka]
  module {
    source = "./modules/consumer"
  }
  variables {
    topics = [join("", [for i in range(200) : "a"])]
  }
}

run "a_group_with_a_colon" {
  command         = plan
  expect_failures = [var.consumer_group_ids]
  module {
    source = "./modules/consumer"
  }
  variables {
    consumer_group_ids = { events = "hello:consumer" }
  }
}

run "no_pollers" {
  command         = plan
  expect_failures = [var.provisioned_pollers]
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 0, maximum = 1 }
  }
}

run "fewer_pollers_at_most_than_at_least" {
  command         = plan
  expect_failures = [var.provisioned_pollers]
  module {
    source = "./modules/consumer"
  }
  variables {
    provisioned_pollers = { minimum = 3, maximum = 2 }
  }
}
