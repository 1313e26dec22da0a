# AWS moves the number of tasks into these bounds whenever they are set (Application Auto Scaling,
# RegisterScalableTarget). So a change of desired_count takes effect at once, although the service
# ignores it, and 0 stops all tasks.
resource "aws_appautoscaling_target" "this" {
  service_namespace  = "ecs"
  scalable_dimension = "ecs:service:DesiredCount"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${aws_ecs_service.this.name}"
  min_capacity       = var.desired_count
  max_capacity       = var.desired_count == 0 ? 0 : max(var.desired_count, var.max_count)
  tags               = var.tags

  lifecycle {
    replace_triggered_by = [aws_ecs_service.this.id]
  }
}

locals {
  scaling = {
    cpu = {
      metric = "ECSServiceAverageCPUUtilization"
      label  = null
      target = var.cpu_percent_target
    }
    requests = {
      metric = "ALBRequestCountPerTarget"
      label  = "${aws_lb.this.arn_suffix}/${aws_lb_target_group.this.arn_suffix}"
      target = var.requests_per_minute_target
    }
  }
}

# The policy that asks for more tasks wins.
resource "aws_appautoscaling_policy" "this" {
  for_each = local.scaling

  name               = "${var.name}_${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.this.service_namespace
  scalable_dimension = aws_appautoscaling_target.this.scalable_dimension
  resource_id        = aws_appautoscaling_target.this.resource_id

  target_tracking_scaling_policy_configuration {
    target_value = each.value.target
    # Tasks are added quickly and removed slowly.
    scale_out_cooldown = 30
    scale_in_cooldown  = 300

    predefined_metric_specification {
      predefined_metric_type = each.value.metric
      resource_label         = each.value.label
    }
  }

  lifecycle {
    replace_triggered_by = [aws_ecs_service.this.id]
  }
}
