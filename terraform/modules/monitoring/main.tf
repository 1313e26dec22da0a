data "aws_region" "current" {}

# The alarms are in api_alarms.tf and consumer_alarms.tf. docs/deploy.md has a section for each,
# with the heading "Alarm NAME":
#   api-errors api-latency api-unhealthy-task api-no-healthy-task api-cpu api-memory
#   api-publish-failures
#   consumer-errors consumer-throttles consumer-duration consumer-poison consumer-batch-age
#   consumer-lag consumer-lag-time consumer-dead-letters consumer-destination-failures
#   consumer-dropped-records consumer-stopped
# An alarm on one topic alone has the topic behind its name.
# Alarms on what exists only with Kafka are created only with Kafka. Missing data counts as good,
# unless an alarm says otherwise: having no requests or records is not a fault.
locals {
  has_api   = var.api != null
  has_kafka = var.consumer != null
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = merge(local.api_alarms, local.consumer_alarms, local.topic_alarms)

  alarm_name = "${var.name}-${each.key}"
  alarm_description = join(" ", [
    "${each.value.meaning}. Runbook:",
    "docs/deploy.md#alarm-${try(each.value.heading, each.key)}",
  ])

  namespace   = each.value.namespace
  metric_name = each.value.metric
  dimensions  = each.value.of

  statistic          = try(each.value.statistic, null)
  extended_statistic = try(each.value.percentile, null)
  # A percentile of a few requests says nothing.
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
