# Runs the API as an ECS service on Fargate. load_balancer.tf has what stands in front of it,
# task_definition.tf has its container, roles.tf its permissions, and autoscaling.tf its size.
data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}

resource "aws_cloudwatch_log_group" "api" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key unless kms_key_arn sets another.
  # checkov:skip=CKV_AWS_338:A year of logs is expensive. log_retention_days sets the period.
  name              = var.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_log_group" "exec" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key unless kms_key_arn sets another.
  # checkov:skip=CKV_AWS_338:A year of logs is expensive. log_retention_days sets the period.
  count = var.enable_ecs_exec ? 1 : 0

  name              = var.exec_log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_ecs_cluster" "this" {
  # checkov:skip=CKV_AWS_65:Container Insights are charged per metric, and no alarm reads them.
  # checkov:skip=CKV_AWS_224:TLS encrypts sessions, and kms_key_arn adds a key of yours.
  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = var.enable_container_insights ? "enabled" : "disabled"
  }

  configuration {
    execute_command_configuration {
      kms_key_id = var.kms_key_arn
      logging    = var.enable_ecs_exec ? "OVERRIDE" : "NONE"

      dynamic "log_configuration" {
        for_each = aws_cloudwatch_log_group.exec

        content {
          cloud_watch_encryption_enabled = var.kms_key_arn != null
          cloud_watch_log_group_name     = log_configuration.value.name
        }
      }
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this.arn
  # This is only the number at creation. Autoscaling changes it afterwards.
  desired_count          = var.desired_count
  enable_execute_command = var.enable_ecs_exec
  propagate_tags         = "SERVICE"
  tags                   = var.tags

  availability_zone_rebalancing      = "ENABLED"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  # Without this the provider replaces the service when the capacity provider strategy changes, and
  # no task runs for minutes. ECS can change it in place by a new deployment (Amazon ECS API
  # Reference, UpdateService).
  force_new_deployment = true

  # The base keeps running when AWS takes all Spot capacity back.
  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = var.on_demand_base
    weight            = 1
  }

  capacity_provider_strategy {
    capacity_provider = "FARGATE_SPOT"
    weight            = var.spot_weight
  }

  network_configuration {
    subnets          = var.private_subnet_ids
    security_groups  = [var.task_security_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = var.name
    container_port   = var.port
  }

  # ECS accepts the target group only once a listener uses it, and the roles are useless until they
  # have their policies.
  depends_on = [
    aws_ecs_cluster_capacity_providers.this,
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
    aws_iam_role_policy.more,
  ]

  lifecycle {
    ignore_changes       = [desired_count]
    replace_triggered_by = [terraform_data.vpc]
  }
}
