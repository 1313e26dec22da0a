data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}

resource "aws_cloudwatch_log_group" "api" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key; a key of yours is set by kms_key_arn.
  # checkov:skip=CKV_AWS_338:A year of logs is dear. log_retention_days sets it.
  name              = var.log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_cloudwatch_log_group" "exec" {
  # checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key; a key of yours is set by kms_key_arn.
  # checkov:skip=CKV_AWS_338:log_retention_days sets it.
  count = var.enable_ecs_exec ? 1 : 0

  name              = var.exec_log_group_name
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_ecs_cluster" "this" {
  # checkov:skip=CKV_AWS_65:Container Insights cost by the metric, and no alarm reads them. enable_container_insights sets them.
  # checkov:skip=CKV_AWS_224:Sessions are logged, and encrypted by TLS; with a key of yours, too, if kms_key_arn is set.
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
  # Where it begins. Then autoscaling has it.
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

  # Not for its deployment: without this the provider makes a new service for a change of the strategy, with no task for minutes.
  # ECS changes it in place (Amazon ECS API Reference, UpdateService), by a new deployment.
  force_new_deployment = true

  # The base stays when AWS takes all Spot capacity back.
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

  # The target group is taken once a listener has it; the roles are of use once they have their policies.
  depends_on = [
    aws_ecs_cluster_capacity_providers.this,
    aws_lb_listener.http,
    aws_lb_listener.https,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.task,
  ]

  lifecycle {
    ignore_changes       = [desired_count]
    replace_triggered_by = [terraform_data.vpc]
  }
}
