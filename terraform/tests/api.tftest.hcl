# Tests modules/api alone: what it refuses, and properties of everything that it creates.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name  = "hello_api"
  image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/hello_api:1.0.0"

  repository_arn                  = "arn:aws:ecr:eu-central-1:123456789012:repository/hello_api"
  vpc_id                          = "vpc-existing"
  public_subnet_ids               = ["subnet-public-a", "subnet-public-b"]
  private_subnet_ids              = ["subnet-private-a", "subnet-private-b"]
  load_balancer_security_group_id = "sg-load-balancer"
  task_security_group_id          = "sg-api"
  log_group_name                  = "/hello/web"
  exec_log_group_name             = "/hello/exec"
  enable_https                    = false

  timings = {
    drain_delay                = 20
    deregistration_delay       = 20
    drain_timeout              = 10
    publish_deadline           = 2
    stop_timeout               = 60
    idle_timeout               = 75
    load_balancer_idle_timeout = 10
  }
}

run "the_api_alone" {
  command = plan
  module {
    source = "./modules/api"
  }
}

run "https_without_a_certificate" {
  command         = plan
  expect_failures = [aws_lb_listener.https]
  module {
    source = "./modules/api"
  }
  variables {
    enable_https = true
  }
}

run "a_task_that_is_killed_while_it_drains" {
  command         = plan
  expect_failures = [var.timings]
  module {
    source = "./modules/api"
  }
  variables {
    timings = {
      drain_delay                = 20
      deregistration_delay       = 20
      drain_timeout              = 10
      publish_deadline           = 2
      stop_timeout               = 32
      idle_timeout               = 75
      load_balancer_idle_timeout = 10
    }
  }
}

run "a_task_that_stops_longer_than_fargate_waits" {
  command         = plan
  expect_failures = [var.timings]
  module {
    source = "./modules/api"
  }
  variables {
    timings = {
      drain_delay                = 20
      deregistration_delay       = 20
      drain_timeout              = 10
      publish_deadline           = 2
      stop_timeout               = 121
      idle_timeout               = 75
      load_balancer_idle_timeout = 10
    }
  }
}

run "a_task_that_leaves_before_the_load_balancer_knows" {
  command         = plan
  expect_failures = [var.timings]
  module {
    source = "./modules/api"
  }
  variables {
    timings = {
      drain_delay                = 20
      deregistration_delay       = 30
      drain_timeout              = 10
      publish_deadline           = 2
      stop_timeout               = 60
      idle_timeout               = 75
      load_balancer_idle_timeout = 10
    }
  }
}

run "an_api_that_hangs_up_first" {
  command         = plan
  expect_failures = [var.timings]
  module {
    source = "./modules/api"
  }
  variables {
    timings = {
      drain_delay                = 20
      deregistration_delay       = 20
      drain_timeout              = 10
      publish_deadline           = 2
      stop_timeout               = 60
      idle_timeout               = 10
      load_balancer_idle_timeout = 10
    }
  }
}

run "properties" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    enable_https    = true
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/c"
    kafka = {
      cluster_arn = "arn:aws:kafka:eu-central-1:123456789012:cluster/hello/UUID"
      topic_arns  = ["arn:aws:kafka:eu-central-1:123456789012:topic/hello/UUID/events"]
    }
  }

  assert {
    condition     = aws_lb_listener.https[0].ssl_policy == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    error_message = "AWS's own default takes TLS 1.0."
  }

  assert {
    condition = (
      one(aws_lb_listener.http.default_action).type == "redirect" &&
      one(one(aws_lb_listener.http.default_action).redirect).status_code == "HTTP_301"
    )
    error_message = "HTTP must lead to HTTPS."
  }

  assert {
    condition = (
      aws_lb.this.idle_timeout == 10 &&
      aws_lb.this.drop_invalid_header_fields &&
      aws_lb.this.enable_tls_version_and_cipher_suite_headers
    )
    error_message = "The load balancer must drop idle connections after 10 s, and invalid headers."
  }

  assert {
    condition     = aws_lb_target_group.this.deregistration_delay == "20"
    error_message = "The load balancer must release a task before it stops accepting."
  }

  assert {
    condition     = one(aws_ecs_service.this.network_configuration).assign_public_ip == false
    error_message = "A task must have no public address."
  }

  assert {
    condition = (
      one(aws_ecs_service.this.deployment_circuit_breaker).rollback &&
      aws_ecs_service.this.availability_zone_rebalancing == "ENABLED"
    )
    error_message = "A failed deployment must be rolled back, and tasks spread over the zones."
  }

  assert {
    condition = (
      [
        for strategy in aws_ecs_service.this.capacity_provider_strategy :
        strategy.capacity_provider
        if coalesce(strategy.base, 0) == 1
      ] ==
      ["FARGATE"]
    )
    error_message = "One task must stay when Spot capacity is taken back."
  }

  assert {
    condition     = one(aws_ecs_task_definition.this.runtime_platform).cpu_architecture == "ARM64"
    error_message = "Tasks must run on ARM64."
  }

  assert {
    condition = {
      for key, value in jsondecode(aws_ecs_task_definition.this.container_definitions)[0] :
      key => jsonencode(value)
      if contains(["user", "readonlyRootFilesystem", "stopTimeout", "mountPoints"], key)
      } == {
      user                   = jsonencode("1011:1011")
      readonlyRootFilesystem = "true"
      stopTimeout            = "60"
      mountPoints            = "[]"
    }
    error_message = "The container must run without root, write nothing, and have its time to stop."
  }

  assert {
    condition = (
      jsondecode(
        aws_ecs_task_definition.this.container_definitions
      )[0].linuxParameters.capabilities.drop ==
      ["ALL"]
    )
    error_message = "The container must have no capabilities."
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].healthCheck.command ==
      ["CMD", "/api", "healthcheck"]
    )
    error_message = "The image has no shell: the program checks itself."
  }

  assert {
    condition     = aws_cloudwatch_log_group.api.retention_in_days == 3
    error_message = "A log must not be kept for ever."
  }

  assert {
    condition = !contains(
      data.aws_iam_policy_document.task.statement[*].sid, "WriteInTransactions"
    )
    error_message = "Without atomic events the API needs no transactions."
  }

  assert {
    condition = alltrue([
      for action in flatten(concat(
        data.aws_iam_policy_document.execution.statement[*].actions,
        data.aws_iam_policy_document.task.statement[*].actions
      )) :
      !strcontains(action, "*")
    ])
    error_message = "No action may be a wildcard."
  }

  assert {
    condition = (
      [
        for statement in concat(
          data.aws_iam_policy_document.execution.statement,
          data.aws_iam_policy_document.task.statement
        ) :
        statement.sid
        if contains(statement.resources, "*")
      ] ==
      ["LogInToTheRegistry"]
    )
    error_message = "Only the action that cannot be limited to a resource may have all of them."
  }

  assert {
    condition = (
      aws_appautoscaling_target.this.min_capacity == 3 &&
      aws_appautoscaling_target.this.max_capacity == 6 &&
      length(aws_appautoscaling_policy.this) == 2
    )
    error_message = "Autoscaling must keep between 3 and 6 tasks, by CPU and by requests."
  }
}

# The state of the previous run remains, so these runs are changes.
run "without_https" {
  command = apply
  module {
    source = "./modules/api"
  }

  assert {
    condition = (
      one(aws_lb_listener.http.default_action).type == "forward" &&
      length(aws_lb_listener.https) == 0
    )
    error_message = "Without HTTPS, port 80 must answer."
  }

  assert {
    condition     = length(aws_iam_role_policy.task) == 0
    error_message = "Without Kafka and ECS Exec, the program may do nothing on AWS."
  }
}

run "without_tasks" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    desired_count = 0
  }

  assert {
    condition = (
      aws_appautoscaling_target.this.min_capacity == 0 &&
      aws_appautoscaling_target.this.max_capacity == 0
    )
    error_message = "Autoscaling must stop all tasks."
  }
}

run "with_exec" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    enable_ecs_exec = true
  }

  assert {
    condition = (
      jsondecode(
        aws_ecs_task_definition.this.container_definitions
      )[0].mountPoints[*].containerPath ==
      ["/managed-agents", "/var/log/amazon/ssm", "/var/lib/amazon/ssm"]
    )
    error_message = "ECS Exec's agent must be able to write, and to these paths only."
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].readonlyRootFilesystem &&
      jsondecode(
        aws_ecs_task_definition.this.container_definitions
      )[0].linuxParameters.initProcessEnabled
    )
    error_message = "The rest must stay read-only, and sessions must be waited for."
  }

  assert {
    condition = (
      one(
        one(one(aws_ecs_cluster.this.configuration).execute_command_configuration).log_configuration
      ).cloud_watch_log_group_name ==
      "/hello/exec"
    )
    error_message = "Sessions must be logged."
  }
}

# An apply with a cycle would fail.
run "in_another_vpc_and_on_another_port" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    vpc_id = "vpc-other"
    port   = 8080
  }

  assert {
    condition = (
      aws_lb_target_group.this.vpc_id == "vpc-other" && aws_lb_target_group.this.port == 8080
    )
    error_message = "The target group must move."
  }
}

run "an_api_with_atomic_events" {
  command = plan
  module {
    source = "./modules/api"
  }
  variables {
    kafka = {
      cluster_arn = "arn:aws:kafka:eu-central-1:123456789012:cluster/hello/UUID"
      topic_arns  = ["arn:aws:kafka:eu-central-1:123456789012:topic/hello/UUID/events"]
      transactional_id_arns = [
        "arn:aws:kafka:eu-central-1:123456789012:transactional-id/hello/UUID/hello_api-*",
      ]
    }
  }

  assert {
    condition = jsonencode([
      for statement in data.aws_iam_policy_document.task.statement :
      [sort(tolist(statement.actions)), tolist(statement.resources)]
      if statement.sid == "WriteInTransactions"
      ]) == jsonencode([[
        ["kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"],
        ["arn:aws:kafka:eu-central-1:123456789012:transactional-id/hello/UUID/hello_api-*"],
    ]])
    error_message = "Transactions need both actions, on the ids of the API's processes."
  }
}
