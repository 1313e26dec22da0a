locals {
  function = local.has_kafka ? { FunctionName = var.consumer.function_name } : {}
  queue    = local.has_kafka ? { QueueName = var.consumer.queue_name } : {}
  # The metrics of the mapping itself exist only if it has MetricsConfig (AWS Lambda, "Types of
  # metrics for Lambda functions", event source mapping metrics).
  counts_events = try(var.consumer.counts_events, false)
  to_queue      = try(var.consumer.failure_destination, "queue") == "queue"
  mappings      = local.has_kafka ? var.consumer.mappings : {}
  # MSK Serverless publishes lag by group and topic (AWS, "Monitoring Amazon MSK Serverless
  # clusters").
  groups = { for topic, mapping in local.mappings : topic => {
    "Cluster Name"   = var.kafka_cluster_name
    "Consumer Group" = mapping.consumer_group_id
    Topic            = topic
  } }
  # A queue says what is in it now; of the others only the mapping says what it wrote.
  dead_letters = concat(
    [for queue in [local.queue] : {
      namespace = "AWS/SQS", metric = "ApproximateNumberOfMessagesVisible", of = queue
      statistic = "Maximum", suffix = ""
    } if local.has_kafka && local.to_queue],
    [for mapping in local.mappings : {
      namespace = "AWS/Lambda", metric = "OnFailureDestinationDeliveredEventCount"
      of        = { EventSourceMappingUUID = mapping.uuid }
      statistic = "Sum", suffix = mapping.suffix
    } if !local.to_queue],
  )

  consumer_alarms = { for name, alarm in {
    consumer-errors = {
      meaning = join(" ", [
        "Invocations have failed for 15 minutes: their batches are retried, and the records behind",
        "them wait",
      ])
      namespace = "AWS/Lambda"
      metric    = "Errors"
      of        = local.function
      statistic = "Sum"
      above     = 0
      period    = 300
      periods   = 3
    }
    consumer-throttles = {
      meaning = join(" ", [
        "Lambda has refused invocations for 15 minutes: reserved_concurrency or the account's",
        "limit is too low",
      ])
      namespace = "AWS/Lambda"
      metric    = "Throttles"
      of        = local.function
      statistic = "Sum"
      above     = 0
      period    = 300
      periods   = 3
    }
    consumer-duration = {
      meaning   = "An invocation came close to its time-out, at which its whole batch fails"
      namespace = "AWS/Lambda"
      metric    = "Duration"
      of        = local.function
      statistic = "Maximum"
      above = (local.has_kafka
        ? var.consumer.timeout * 1000 * var.thresholds.duration_timeout_shares
        : 0
      )
      period = 300
    }
    consumer-poison = {
      meaning = join(" ", [
        "The function got poison records, which can never be handled;",
        "its log has an EXCEPTION line for each",
      ])
      namespace = "Penstock"
      metric    = "PoisonRecords"
      of        = local.function
      statistic = "Sum"
      above     = 0
      period    = 300
    }
    consumer-batch-age = {
      meaning = join(" ", [
        "For 15 minutes, the function has got records that were more than",
        "${var.thresholds.batch_age_seconds} s old",
      ])
      namespace = "Penstock"
      metric    = "BatchAge"
      of        = local.function
      statistic = "Maximum"
      above     = var.thresholds.batch_age_seconds * 1000
      period    = 300
      periods   = 3
    }
    consumer-lag = {
      meaning = join(" ", [
        "For 15 minutes, more than ${var.thresholds.lag_records} records have waited for the",
        "function",
      ])
      namespace = "AWS/Lambda"
      metric    = "OffsetLag"
      of        = local.function
      statistic = "Maximum"
      above     = var.thresholds.lag_records
      period    = 300
      periods   = 3
    }
    consumer-destination-failures = {
      meaning = join(" ", [
        "The mapping gave up batches and could not tell the failure destination; only Kafka has",
        "their records",
      ])
      namespace = "AWS/Lambda"
      metric    = "DestinationDeliveryFailures"
      of        = local.function
      statistic = "Sum"
      above     = 0
      period    = 300
    }
  } : name => alarm if local.has_kafka }

  topic_alarms = merge(
    { for topic, mapping in local.mappings : "consumer-lag-time${mapping.suffix}" => {
      heading   = "consumer-lag-time"
      meaning   = "MSK estimates that the group is more than ${var.thresholds.lag_seconds} s behind"
      namespace = "AWS/Kafka"
      metric    = "EstimatedMaxTimeLag"
      of        = local.groups[topic]
      statistic = "Maximum"
      above     = var.thresholds.lag_seconds
      period    = 300
      periods   = 3
    } },
    { for each in local.dead_letters : "consumer-dead-letters${each.suffix}" => merge(each, {
      heading = "consumer-dead-letters"
      meaning = "Batches were given up; the failure destination says which"
      above   = 0
      period  = 300
    }) },
    { for mapping in local.mappings : "consumer-dropped-records${mapping.suffix}" => {
      heading   = "consumer-dropped-records"
      meaning   = "The mapping gave up records, and no failure destination got them"
      namespace = "AWS/Lambda"
      metric    = "DroppedEventCount"
      of        = { EventSourceMappingUUID = mapping.uuid }
      statistic = "Sum"
      above     = 0
      period    = 300
    } if local.counts_events },
  )
}

# A mapping that has stopped reports nothing, but Kafka reports that records wait.
resource "aws_cloudwatch_metric_alarm" "consumer_stopped" {
  for_each = local.mappings

  alarm_name = "${var.name}-consumer-stopped${each.value.suffix}"
  alarm_description = join(" ", [
    "Records wait in Kafka, and the function was not invoked for 15 minutes: the event source",
    "mapping does not run. Runbook: docs/deploy.md#alarm-consumer-stopped",
  ])

  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 3
  # If the group reports no lag, no record waits, or the group does not exist yet.
  treat_missing_data = "notBreaching"

  metric_query {
    id          = "waiting"
    label       = "Records that wait while nothing is invoked"
    expression  = "IF(FILL(invocations, 0) == 0, lag, 0)"
    return_data = true
  }

  metric_query {
    id = "invocations"

    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Invocations"
      dimensions  = local.function
      stat        = "Sum"
      period      = 300
    }
  }

  metric_query {
    id = "lag"

    metric {
      namespace   = "AWS/Kafka"
      metric_name = "SumOffsetLag"
      dimensions  = local.groups[each.key]
      stat        = "Minimum"
      period      = 300
    }
  }

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions
  tags          = var.tags
}

# A stack of before there could be several topics has one alarm. The topic was `events` unless the
# stack said otherwise.
moved {
  from = aws_cloudwatch_metric_alarm.consumer_stopped[0]
  to   = aws_cloudwatch_metric_alarm.consumer_stopped["events"]
}
