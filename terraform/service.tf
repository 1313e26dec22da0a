# This file declares the service's names, ports and timings, each once. service.env has the names.
# `./penstock deploy` copies this root into the folder of another service than hello.
locals {
  service_folder = "${path.module}/../hello"
  service_env = {
    for line in regexall(local.assignment, file("${local.service_folder}/service.env")) :
    line[0] => join("", compact(slice(line, 1, 4)))
  }
  # A line is NAME='value', NAME="value" or NAME=value.
  assignment = "(?m)^([A-Z_][A-Z0-9_]*)=(?:'([^'\n]*)'|\"([^\"\n]*)\"|([^'\"\n]*))$"

  service          = local.service_env["SERVICE"]          # hello
  api_program      = local.service_env["API_PROGRAM"]      # hello_api
  function_program = local.service_env["FUNCTION_PROGRAM"] # kafka_consumer
  variable_prefix  = local.service_env["VARIABLE_PREFIX"]  # HELLO_API_

  function_name       = "${local.service}_${local.function_program}"
  log_group_name      = "/${local.service}/${local.api_program}_web_log"
  exec_log_group_name = "/${local.service}/${local.api_program}_ecs_exec_log"

  # Lambda's console offers these events in its Test tab.
  test_events_folder = "${local.service_folder}/test-events"
  test_events = {
    for name in fileset(local.test_events_folder, "*.json") :
    trimsuffix(name, ".json") => file("${local.test_events_folder}/${name}")
  }

  port              = 8000
  health_check_path = lookup(local.service_env, "HEALTHCHECK", "/healthcheck")

  # The path of the contract's first server, such as /v1; the server's URL may have a host, or none.
  # It is for what tries the API: only the program itself decides what it serves.
  contract_file = split(" ", trimspace(local.service_env["CONTRACT"]))[0]
  contract      = try(yamldecode(file("${local.service_folder}/${local.contract_file}")), {})
  server_path   = "^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?(?://[^/]*)?(/[^{}]*)$"
  base_path = try(
    trimsuffix(regex(local.server_path, local.contract.servers[0].url)[0], "/"),
    "",
  )

  # All timings are in seconds. modules/api refuses combinations that would lose requests.
  timings = {
    # The load balancer takes a while to learn that a task is stopping, so the task keeps accepting
    # requests for that long.
    drain_delay          = 20
    deregistration_delay = 20
    drain_timeout        = 10
    publish_deadline     = 2
    stop_timeout         = 60
    # It is the load balancer that closes idle connections, never the API.
    idle_timeout               = 75
    load_balancer_idle_timeout = 10
  }

  environment = { for name, value in {
    PORT                      = local.port
    DRAIN_DELAY               = local.timings.drain_delay
    DRAIN_TIMEOUT             = local.timings.drain_timeout
    PUBLISH_DEADLINE          = local.timings.publish_deadline
    IDLE_TIMEOUT              = local.timings.idle_timeout
    AWS_MSK_CLUSTER_BOOTSTRAP = local.bootstrap_brokers
    KAFKA_PARTITIONS          = var.kafka_partitions
    KAFKA_RETENTION           = var.kafka_retention_days * 24 * 60 * 60
  } : "${local.variable_prefix}${name}" => tostring(value) }

  # If this is empty, the API only logs its events.
  bootstrap_brokers = var.enable_kafka ? module.stream[0].bootstrap_brokers : ""
}
