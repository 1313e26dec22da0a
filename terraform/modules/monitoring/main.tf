data "aws_region" "current" {}

# The alarms: api_alarms.tf and consumer_alarms.tf. Each has its entry in docs/deploy.md, under the heading "Alarm NAME":
#   api-errors api-latency api-unhealthy-task api-no-healthy-task api-cpu api-memory api-publish-failures
#   consumer-errors consumer-throttles consumer-duration consumer-poison consumer-batch-age consumer-lag consumer-lag-time
#   consumer-dead-letters consumer-stopped
# What exists only with Kafka is made only with it. Where nothing is reported nothing happens, unless an alarm says otherwise:
# no requests and no records are no fault.
locals {
  has_api   = var.api != null
  has_kafka = var.consumer != null
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = merge(local.api_alarms, local.consumer_alarms)

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${each.value.meaning}. Runbook: docs/deploy.md#alarm-${each.key}"

  namespace   = each.value.namespace
  metric_name = each.value.metric
  dimensions  = each.value.of

  statistic          = try(each.value.statistic, null)
  extended_statistic = try(each.value.percentile, null)
  # Of a few requests a slow one says nothing about a percentile.
  evaluate_low_sample_count_percentiles = can(each.value.percentile) ? "ignore" : null

  comparison_operator = can(each.value.below) ? "LessThanThreshold" : "GreaterThanThreshold"
  threshold           = try(each.value.below, each.value.above)
  period              = try(each.value.period, 60)
  evaluation_periods  = try(each.value.periods, 1)
  treat_missing_data  = try(each.value.missing, "notBreaching")

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions
  tags          = var.tags
}
