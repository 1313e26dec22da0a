locals {
  balancer_of = flatten([for name, value in local.load_balancer : [name, value]])
  targets_of  = flatten([for name, value in local.target_group : [name, value]])
  service_of  = flatten([for name, value in local.service : [name, value]])
  function_of = flatten([for name, value in local.function : [name, value]])
  groups_of = [
    for group in local.groups : flatten([for name, value in group : [name, value]])
  ]

  api_graphs = [for graph in [
    { title = "Requests a minute", stat = "Sum", metrics = [
      concat(["AWS/ApplicationELB", "RequestCount"], local.balancer_of),
    ] },
    { title = "Errors a minute", stat = "Sum", metrics = [
      concat(["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count"], local.balancer_of),
      concat(["AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count"], local.balancer_of),
      concat(["AWS/ApplicationELB", "HTTPCode_Target_4XX_Count"], local.balancer_of),
    ] },
    { title = "Latency, s", stat = "p99", metrics = [
      for line in [{ stat = "p50", label = "p50" }, { stat = "p99", label = "p99" }] :
      concat(["AWS/ApplicationELB", "TargetResponseTime"], local.balancer_of, [line])
    ] },
    { title = "Tasks", stat = "Maximum", metrics = [
      concat(["AWS/ApplicationELB", "HealthyHostCount"], local.targets_of),
      concat(["AWS/ApplicationELB", "UnHealthyHostCount"], local.targets_of),
    ] },
    { title = "Processor and memory of the tasks, %", stat = "Average", metrics = [
      concat(["AWS/ECS", "CPUUtilization"], local.service_of),
      concat(["AWS/ECS", "MemoryUtilization"], local.service_of),
    ] },
    { title = "Publish failures a minute", stat = "Sum", metrics = [
      for name, pattern in local.log_metrics : [local.metric_namespace, name]
    ] },
  ] : graph if local.has_api && length(graph.metrics) > 0]

  consumer_graphs = [for graph in [
    { title = "Records and invocations a minute", stat = "Sum", metrics = [
      concat(["Penstock", "Records"], local.function_of),
      concat(["AWS/Lambda", "Invocations"], local.function_of),
    ] },
    { title = "Consumer lag, records", stat = "Maximum", metrics = concat(
      [concat(["AWS/Lambda", "OffsetLag"], local.function_of)],
      [for group_of in local.groups_of : concat(["AWS/Kafka", "SumOffsetLag"], group_of)],
    ) },
    { title = "Batch age, ms", stat = "Maximum", metrics = [
      concat(["Penstock", "BatchAge"], local.function_of),
    ] },
    { title = "Dead letters", stat = local.to_queue ? "Maximum" : "Sum", metrics = [
      for each in local.dead_letters : concat(
        [each.namespace, each.metric],
        flatten([for name, value in each.of : [name, value]]),
      )
    ] },
    { title = "Failures a minute", stat = "Sum", metrics = [
      concat(["AWS/Lambda", "Errors"], local.function_of),
      concat(["AWS/Lambda", "Throttles"], local.function_of),
      concat(["AWS/Lambda", "DestinationDeliveryFailures"], local.function_of),
      concat(["Penstock", "PoisonRecords"], local.function_of),
      concat(["Penstock", "RetriedRecords"], local.function_of),
      concat(["Penstock", "DuplicateRecords"], local.function_of),
    ] },
    { title = "Duration, ms", stat = "Maximum", metrics = [
      for line in [{ stat = "p50", label = "p50" }, { stat = "Maximum", label = "longest" }] :
      concat(["AWS/Lambda", "Duration"], local.function_of, [line])
    ] },
  ] : graph if local.has_kafka]

  graphs = concat(local.api_graphs, local.consumer_graphs)
}

resource "aws_cloudwatch_dashboard" "this" {
  count = local.has_api || local.has_kafka ? 1 : 0

  dashboard_name = var.name
  dashboard_body = jsonencode({
    # Each row has 24 columns, which three widgets fill.
    widgets = [for place, graph in local.graphs : {
      type   = "metric"
      x      = place % 3 * 8
      y      = floor(place / 3) * 6
      width  = 8
      height = 6
      properties = {
        title   = graph.title
        region  = data.aws_region.current.id
        stat    = graph.stat
        period  = 60
        metrics = graph.metrics
        yAxis   = { left = { min = 0 } }
      }
    }]
  })
}
