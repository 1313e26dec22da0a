output "hello_api_aws_ecr_registry_region" {
  description = "Region of the registry and the stack"
  value       = data.aws_region.this.id
}

output "hello_api_aws_ecr_registry_uri" {
  description = "Registry that `docker login` needs"
  value       = local.registry_uri
}

output "hello_api_aws_ecr_repository_url" {
  description = "Repository of the image, without a tag"
  value       = local.repository_url
}

output "hello_api_aws_ecr_image_tag" {
  description = "Tag of the image, with -debug for ECS Exec; unused if image_digest is set"
  value       = local.image_tag
}

output "hello_api_image" {
  description = "The image that runs, with its tag or digest"
  value       = local.image
}

output "hello_api_load_balancer_domain_name" {
  description = "DNS name of the load balancer, or null without a network"
  value       = one(module.api[*].load_balancer_dns_name)
}

output "hello_api_load_balander_domain_name" {
  description = "The same under its former misspelt name, for scripts that still use it"
  value       = one(module.api[*].load_balancer_dns_name)
}

output "hello_api_url" {
  description = "URL of the API, or null without a network"
  value = (local.has_network
    ? "${var.enable_https ? "https" : "http"}://${module.api[0].load_balancer_dns_name}"
    : null
  )
}

output "hello_api_health_check_path" {
  description = "Path of the load balancer's health check"
  value       = local.health_check_path
}

output "hello_api_base_path" {
  description = "Path before the contract's paths, such as /v1; empty if its servers have none"
  value       = local.base_path
}

output "hello_api_aws_ecs_cluster_name" {
  description = "Name of the ECS cluster"
  value       = one(module.api[*].cluster_name)
}

output "hello_api_aws_ecs_service_name" {
  description = "Name of the ECS service"
  value       = one(module.api[*].service_name)
}

output "hello_api_aws_ecs_task_definition_arn" {
  description = "ARN of the service's task definition revision, or null without a network"
  value       = one(module.api[*].task_definition_arn)
}

output "hello_api_log_group_name" {
  description = "Log group of the API"
  value       = one(module.api[*].log_group_name)
}

output "hello_api_exec_log_group_name" {
  description = "Log group of ECS Exec's sessions, or null if ECS Exec is off"
  value       = one(module.api[*].exec_log_group_name)
}

output "hello_api_access_log_bucket" {
  description = "Bucket of the load balancer's access logs, or null if they are off"
  value       = one(module.api[*].access_log_bucket)
}

output "vpc_id" {
  description = "ID of the VPC"
  value       = one(module.network[*].vpc_id)
}

output "kafka_cluster_arn" {
  description = "ARN of the MSK cluster, or null without Kafka"
  value       = one(module.stream[*].cluster_arn)
}

output "kafka_bootstrap_brokers" {
  description = "Kafka's bootstrap brokers as HOST:PORT,… within the VPC, or null without Kafka"
  value       = one(module.stream[*].bootstrap_brokers)
}

output "consumer_function_name" {
  description = "Name of the Lambda function, or null without Kafka"
  value       = one(module.consumer[*].function_name)
}

output "consumer_log_group_name" {
  description = "Log group of the function, or null without Kafka"
  value       = one(module.consumer[*].log_group_name)
}

output "consumer_queue_url" {
  description = "URL of the queue for given-up batches, or null without Kafka"
  value       = one(module.consumer[*].queue_url)
}

output "consumer_bucket_name" {
  description = "Bucket for given-up batches, or null without Kafka"
  value       = one(module.consumer[*].bucket_name)
}

output "consumer_failure_destination" {
  description = "What gets the batches that are given up: bucket, queue or kafka://TOPIC"
  value       = var.enable_kafka ? local.failure_destination : null
}

output "consumer_event_source_mapping_uuids" {
  description = "UUIDs of the event source mappings by topic, or null without Kafka"
  value       = one(module.consumer[*].event_source_mapping_uuids)
}

output "alarm_names" {
  description = "Names of all alarms"
  value       = local.has_network ? module.monitoring[0].alarm_names : []
}

output "dashboard_name" {
  description = "Name of the CloudWatch dashboard"
  value       = one(module.monitoring[*].dashboard_name)
}

output "tables_prefix" {
  description = "What the tables' names begin with, or null without tables"
  value       = local.has_tables ? local.tables_prefix : null
}

output "table_names" {
  description = "Names of the tables in DynamoDB, by the names of their declaration"
  value       = local.has_tables ? module.tables[0].names : {}
}
