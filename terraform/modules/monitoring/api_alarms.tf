locals {
  load_balancer = local.has_api ? { LoadBalancer = var.api.load_balancer_arn_suffix } : {}
  target_group  = local.has_api ? merge(local.load_balancer, { TargetGroup = var.api.target_group_arn_suffix }) : {}
  service       = local.has_api ? { ClusterName = var.api.cluster_name, ServiceName = var.api.service_name } : {}

  # Without tasks there is nothing that could be healthy, or busy.
  has_tasks = local.has_api ? var.api.desired_count > 0 : false

  api_alarms = { for name, alarm in {
    api-latency = {
      meaning    = "1 of 100 requests takes longer than ${var.thresholds.latency_seconds} s"
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
      meaning   = "No task answers: every request fails"
      namespace = "AWS/ApplicationELB"
      metric    = "HealthyHostCount"
      of        = local.target_group
      statistic = "Maximum"
      below     = 1
      periods   = 3
      # The load balancer reports no number at all when it has no targets.
      missing = "breaching"
    }
    api-cpu = {
      meaning   = "The tasks have been busy for 15 minutes, and autoscaling did not help: it is at its maximum, or cannot start tasks"
      namespace = "AWS/ECS"
      metric    = "CPUUtilization"
      of        = local.service
      statistic = "Average"
      above     = var.thresholds.cpu_percent
      periods   = 15
    }
    api-memory = {
      meaning   = "A task is close to its memory limit, where it is killed"
      namespace = "AWS/ECS"
      metric    = "MemoryUtilization"
      of        = local.service
      statistic = "Maximum"
      above     = var.thresholds.memory_percent
      periods   = 5
    }
    api-publish-failures = {
      meaning     = "Events were not stored in Kafka, or perhaps not; those who sent them were told to try again"
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

# A share of the requests, which takes three metrics. RequestCount leaves out those for which there was no task. Fewer than 5
# errors a minute say nothing about a share.
resource "aws_cloudwatch_metric_alarm" "api_errors" {
  count = local.has_tasks ? 1 : 0

  alarm_name        = "${var.name}-api-errors"
  alarm_description = "More than ${var.thresholds.error_percent} % of requests were answered with 5xx, by the API or for it. Runbook: docs/deploy.md#alarm-api-errors"

  comparison_operator = "GreaterThanThreshold"
  threshold           = var.thresholds.error_percent
  evaluation_periods  = 5
  datapoints_to_alarm = 3
  # No requests, no errors.
  treat_missing_data = "notBreaching"

  metric_query {
    id          = "percent"
    label       = "Requests answered with 5xx, %"
    expression  = "IF(FILL(api, 0) + FILL(balancer, 0) >= 5, 100 * (FILL(api, 0) + FILL(balancer, 0)) / (FILL(requests, 0) + FILL(balancer, 0)), 0)"
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
