locals {
  load_balancer = local.has_api ? { LoadBalancer = var.api.load_balancer_arn_suffix } : {}
  target_group = local.has_api ? merge(local.load_balancer, {
    TargetGroup = var.api.target_group_arn_suffix
  }) : {}
  service = local.has_api ? {
    ClusterName = var.api.cluster_name
    ServiceName = var.api.service_name
  } : {}

  # Without tasks, nothing can be healthy or busy.
  has_tasks = local.has_api ? var.api.desired_count > 0 : false

  api_alarms = { for name, alarm in {
    api-latency = {
      meaning    = "At least 1 % of requests take longer than ${var.thresholds.latency_seconds} s"
      namespace  = "AWS/ApplicationELB"
      metric     = "TargetResponseTime"
      of         = local.load_balancer
      percentile = "p99"
      above      = var.thresholds.latency_seconds
      periods    = 5
    }
    api-unhealthy-task = {
      meaning   = "A task has failed its health check for 10 minutes, and was not replaced"
      namespace = "AWS/ApplicationELB"
      metric    = "UnHealthyHostCount"
      of        = local.target_group
      statistic = "Minimum"
      above     = 0
      periods   = 10
    }
    api-no-healthy-task = {
      meaning   = "No task is healthy, and every request fails"
      namespace = "AWS/ApplicationELB"
      metric    = "HealthyHostCount"
      of        = local.target_group
      statistic = "Maximum"
      below     = 1
      periods   = 3
      # A load balancer without targets reports no data at all.
      missing = "breaching"
    }
    api-cpu = {
      meaning = join(" ", [
        "CPU utilisation has been above ${var.thresholds.cpu_percent} % for 15 minutes:",
        "autoscaling is at its maximum, or cannot start tasks",
      ])
      namespace = "AWS/ECS"
      metric    = "CPUUtilization"
      of        = local.service
      statistic = "Average"
      above     = var.thresholds.cpu_percent
      periods   = 15
    }
    api-memory = {
      meaning   = "A task is close to its memory limit, at which it is killed"
      namespace = "AWS/ECS"
      metric    = "MemoryUtilization"
      of        = local.service
      statistic = "Maximum"
      above     = var.thresholds.memory_percent
      periods   = 5
    }
    api-publish-failures = {
      meaning = join(" ", [
        "Kafka did not store some events, or may not have stored them;",
        "their clients were asked to retry",
      ])
      namespace   = local.metric_namespace
      metric      = "PublishFailures"
      of          = {}
      statistic   = "Sum"
      above       = var.thresholds.publish_failures
      period      = 300
      needs_kafka = true
    }
  } : name => alarm if local.has_tasks && (local.has_kafka || !try(alarm.needs_kafka, false)) }
}

# The share of failed requests takes three metrics. RequestCount does not count requests for which
# there was no task. Fewer than 5 errors a minute do not count, since their share says nothing.
locals {
  failed_count  = "FILL(api, 0) + FILL(balancer, 0)"
  request_count = "FILL(requests, 0) + FILL(balancer, 0)"
}
resource "aws_cloudwatch_metric_alarm" "api_errors" {
  count = local.has_tasks ? 1 : 0

  alarm_name = "${var.name}-api-errors"
  alarm_description = join(" ", [
    "The API or the load balancer answered more than ${var.thresholds.error_percent} % of requests",
    "with 5xx. Runbook: docs/deploy.md#alarm-api-errors",
  ])

  comparison_operator = "GreaterThanThreshold"
  threshold           = var.thresholds.error_percent
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  # Without requests there are no errors.
  treat_missing_data = "notBreaching"

  metric_query {
    id    = "percent"
    label = "Requests answered with 5xx, %"
    expression = format(
      "IF(%s >= 5, 100 * (%s) / (%s), 0)",
      local.failed_count, local.failed_count, local.request_count,
    )
    return_data = true
  }

  dynamic "metric_query" {
    for_each = {
      api      = "HTTPCode_Target_5XX_Count"
      balancer = "HTTPCode_ELB_5XX_Count"
      requests = "RequestCount"
    }

    content {
      id = metric_query.key

      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = local.load_balancer
        stat        = "Sum"
        period      = 60
      }
    }
  }

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions
  tags          = var.tags
}
