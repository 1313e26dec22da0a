# The stack consists of the modules below, and of the consumer and its alarms in consumer.tf.
data "aws_region" "this" {}
data "aws_partition" "this" {}
data "aws_caller_identity" "this" {}

locals {
  region    = data.aws_region.this.id
  partition = data.aws_partition.this.partition
  account   = data.aws_caller_identity.this.account_id

  # Without a VPC nothing can run, so the stack is empty.
  has_network = var.create_vpc || var.vpc_id != null

  # terraform/registry makes the repository.
  registry_uri   = "${local.account}.dkr.ecr.${local.region}.${data.aws_partition.this.dns_suffix}"
  repository_url = "${local.registry_uri}/${local.api_program}"
  repository_arn = join(":", [
    "arn", local.partition, "ecr", local.region, local.account, "repository/${local.api_program}",
  ])

  # ECS Exec needs a shell, which only the debug image has.
  image_tag = "${var.hello_api_aws_ecr_image_tag}${var.enable_ecs_exec ? "-debug" : ""}"
  image = (var.image_digest != null
    ? "${local.repository_url}@${var.image_digest}"
    : "${local.repository_url}:${local.image_tag}"
  )
}

module "network" {
  source = "./modules/network"
  count  = local.has_network ? 1 : 0

  name                    = local.service
  create_vpc              = var.create_vpc
  vpc_id                  = var.vpc_id
  public_subnet_ids       = var.public_subnet_ids
  private_subnet_ids      = var.private_subnet_ids
  private_route_table_ids = var.private_route_table_ids
  enable_ipam             = var.enable_ipam
  ipv4_cidr_block_start   = var.vpc_ipv4_cidr_block_start
  netmask_length          = var.vpc_netmask_length
  subnet_netmask_length   = var.vpc_subnet_netmask_length
  subnet_count            = var.vpc_private_subnet_count
  api_port                = local.port
  enable_kafka            = var.enable_kafka
  enable_ecs_exec         = var.enable_ecs_exec
  enable_https            = var.enable_https
  create_vpc_endpoints    = var.create_vpc_endpoints
  nat_gateway_count       = var.vpc_nat_gateway_count
  issuer_egress           = var.issuer_egress
  load_balancer_egress    = local.listener_asks_issuer
  secret_services         = local.secret_services
  mapping_services        = local.mapping_services
  mapping_bucket_arns     = local.to_bucket ? [module.consumer[0].bucket_arn] : []
  enable_tables           = local.has_tables
  table_arns              = local.has_tables ? values(module.tables[0].arns) : []
  enable_flow_logs        = var.enable_flow_logs
  log_retention_days      = var.log_retention_days
  kms_key_arn             = var.kms_key_arn
}

module "stream" {
  source = "./modules/stream"
  count  = var.enable_kafka ? 1 : 0

  # A cluster's name must not have underscores.
  name       = replace(local.service, "_", "-")
  subnet_ids = module.network[0].private_subnet_ids
  security_group_ids = [
    module.network[0].security_group_ids["kafka"],
    module.network[0].security_group_ids["consumer"],
  ]
}

module "api" {
  source = "./modules/api"
  count  = local.has_network ? 1 : 0

  name           = local.api_program
  image          = local.image
  repository_arn = local.repository_arn
  environment = merge(
    var.api_environment, local.environment, local.tables_environment,
    local.has_tables ? { AWS_REGION = local.region } : {},
  )
  port              = local.port
  health_check_path = local.health_check_path
  timings           = local.timings
  cpu               = var.api_cpu
  memory            = var.api_memory
  desired_count     = var.hello_api_aws_ecs_service_desired_count_tasks
  max_count         = var.hello_api_aws_ecs_service_max_count_tasks
  on_demand_base    = var.api_on_demand_base

  vpc_id                          = module.network[0].vpc_id
  public_subnet_ids               = module.network[0].public_subnet_ids
  private_subnet_ids              = module.network[0].private_subnet_ids
  load_balancer_security_group_id = module.network[0].security_group_ids["load_balancer"]
  task_security_group_id          = module.network[0].security_group_ids["api"]

  enable_https    = var.enable_https
  certificate_arn = var.certificate_arn
  enable_ecs_exec = var.enable_ecs_exec

  secrets                    = merge(var.api_secrets, local.database_secret)
  secrets_kms_key_arn        = var.api_secrets_kms_key_arn
  authentication             = var.api_authentication
  authentication_variable    = "${local.variable_prefix}AUTHENTICATION"
  authentication_secret_arns = local.authentication_secret_arns
  listener_authentication    = var.listener_authentication
  load_balancer_cidr_blocks  = module.network[0].public_cidr_blocks

  kafka = var.enable_kafka ? {
    cluster_arn = module.stream[0].cluster_arn
    topic_arns  = [for topic in var.topics : "${module.stream[0].topic_arn_prefix}/${topic}"]
    # Each process of the API makes an id of its own, which begins with the program's name.
    transactional_id_arns = var.atomic_events ? [
      "${module.stream[0].transactional_id_arn_prefix}/${local.api_program}-*",
    ] : []
  } : null

  task_policies = local.has_tables ? {
    for program, policy in module.tables[0].policies : "tables" => policy if program == "api"
  } : {}

  log_group_name            = local.log_group_name
  exec_log_group_name       = local.exec_log_group_name
  log_retention_days        = var.log_retention_days
  kms_key_arn               = var.kms_key_arn
  enable_access_logs        = var.enable_access_logs
  enable_container_insights = var.enable_container_insights
}
