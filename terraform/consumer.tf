locals {
  # modules/consumer has the same default. Which endpoints there are must not depend on a resource.
  failure_destination = coalesce(
    var.consumer_failure_destination,
    var.consumer_provisioned_pollers == null ? "queue" : "bucket",
  )
  to_bucket = var.enable_kafka && local.failure_destination == "bucket"

  # AWS's shared pollers invoke the function, and take its role, through the cluster's subnets.
  # Provisioned ones do not.
  mapping_services = concat(
    var.consumer_provisioned_pollers == null ? ["lambda", "sts"] : [],
    local.failure_destination == "queue" ? ["sqs"] : [],
  )
}

locals {
  # Before there could be several topics, all events went to `events`. What belonged to it keeps its
  # name, and so its offsets.
  consumer_group_ids = merge({ events = local.function_name }, var.consumer_group_ids)
  alarm_suffixes     = { events = "" }
}

module "consumer" {
  source = "./modules/consumer"
  count  = var.enable_kafka ? 1 : 0

  name = local.function_name
  function_zip = coalesce(
    var.function_zip,
    "${path.root}/../build/package/${local.function_program}-arm64.zip",
  )
  kafka_cluster_arn = module.stream[0].cluster_arn
  topics            = var.topics
  topic_arn_prefix  = module.stream[0].topic_arn_prefix
  group_arn_prefix  = module.stream[0].group_arn_prefix
  consumer_group_ids = {
    for topic, group in local.consumer_group_ids : topic => group if contains(var.topics, topic)
  }

  batch_size          = var.consumer_batch_size
  batching_window     = var.consumer_batching_window
  starting_position   = var.consumer_starting_position
  provisioned_pollers = var.consumer_provisioned_pollers
  failure_destination = local.failure_destination
  record_age_max      = var.consumer_record_age_max
  environment = merge(
    var.consumer_environment, local.tables_environment, local.database_environment,
  )
  policies = local.has_tables ? {
    for program, policy in module.tables[0].policies : "tables" => policy if program == "consumer"
  } : {}
  secret_arns          = concat(var.consumer_secret_arns, values(local.database_secret))
  memory               = var.consumer_memory
  timeout              = var.consumer_timeout
  reserved_concurrency = var.consumer_reserved_concurrency
  log_level            = var.consumer_log_level
  log_retention_days   = var.log_retention_days
  kms_key_arn          = var.kms_key_arn
  test_events          = local.test_events
}

module "monitoring" {
  source = "./modules/monitoring"
  count  = local.has_network ? 1 : 0

  name          = local.service
  alarm_actions = var.alarm_actions
  thresholds    = var.alarm_thresholds

  api = {
    load_balancer_arn_suffix = module.api[0].load_balancer_arn_suffix
    target_group_arn_suffix  = module.api[0].target_group_arn_suffix
    cluster_name             = module.api[0].cluster_name
    service_name             = module.api[0].service_name
    log_group_name           = module.api[0].log_group_name
    desired_count            = var.hello_api_aws_ecs_service_desired_count_tasks
  }

  consumer = var.enable_kafka ? {
    function_name = module.consumer[0].function_name
    timeout       = module.consumer[0].timeout
    queue_name    = module.consumer[0].queue_name

    mappings = { for topic in var.topics : topic => {
      consumer_group_id = module.consumer[0].consumer_group_ids[topic]
      uuid              = module.consumer[0].event_source_mapping_uuids[topic]
      suffix            = lookup(local.alarm_suffixes, topic, "-${topic}")
    } }

    failure_destination = local.failure_destination
    counts_events       = module.consumer[0].counts_events
  } : null

  kafka_cluster_name = one(module.stream[*].cluster_name)
}
