# Only the API's log says that an event was not stored, or may not have been stored. It has one of
# these objects, each on one line:
#
#   {"time":"2025-11-23T12:13:20.020519Z","level":"ERROR","message":"request","method":"GET",
#    "route":"/current_time","status":503,"duration_us":110,"bytes":299,
#    "event_id":"f7d00169-0e82-43a7-ab5d-85d1d49ac0b1",
#    "reason":"topic 'events' is not known to exist"}
#   {"time":"2025-11-23T12:13:20.020519Z","level":"ERROR",
#    "message":"an event that nobody waits for was not stored",
#    "event_id":"f7d00169-0e82-43a7-ab5d-85d1d49ac0b1","outcome":"not_stored",
#    "reason":"too many events are waiting for Kafka"}
#
# src/http/api.cpp and src/events/publisher.cpp write them. The line of a request without an event
# has no event_id.
locals {
  metric_namespace = "Penstock/${var.name}"

  log_metrics = local.has_kafka && local.has_api ? {
    PublishFailures = join(" ", [
      "{ ($.message = \"request\" && $.status >= 500 && $.event_id = *) ||",
      "$.message = \"an event that nobody waits for was not stored\" ||",
      "$.message = \"an event that nobody waits for may not be stored\" }",
    ])
  } : {}
}

resource "aws_cloudwatch_log_metric_filter" "api" {
  for_each = local.log_metrics

  name           = "${var.name}-${each.key}"
  log_group_name = var.api.log_group_name
  pattern        = each.value

  metric_transformation {
    namespace     = local.metric_namespace
    name          = each.key
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}
