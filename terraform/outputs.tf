output "hello_api_aws_ecr_registry_region" {
  description = "Region of the registry, and of the stack"
  value       = data.aws_region.this.id
}

output "hello_api_aws_ecr_registry_uri" {
  description = "What `docker login` is told"
  value       = local.registry_uri
}

output "hello_api_aws_ecr_repository_url" {
  description = "What an image is tagged with, before the colon"
  value       = local.repository_url
}

output "hello_api_aws_ecr_image_tag" {
  description = "Tag of the image that runs; with ECS Exec it is the debug image's. A digest takes its place"
  value       = local.image_tag
}

output "hello_api_image" {
  description = "The image that runs"
  value       = local.image
}

output "hello_api_load_balancer_domain_name" {
  description = "Public name of the load balancer; null: there is no network"
  value       = one(module.api[*].load_balancer_dns_name)
}

output "hello_api_load_balander_domain_name" {
  description = "The same, misspelt as it once was, for scripts that have it so"
  value       = one(module.api[*].load_balancer_dns_name)
}

output "hello_api_url" {
  description = "Where the API answers; null: there is no network"
  value       = local.has_network ? "${var.enable_https ? "https" : "http"}://${module.api[0].load_balancer_dns_name}" : null
}

output "hello_api_health_check_path" {
  description = "What the load balancer asks for"
  value       = local.health_check_path
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
  description = "Revision of the task definition that the service is to run; null: there is no network"
  value       = one(module.api[*].task_definition_arn)
}

output "hello_api_log_group_name" {
  description = "Log group of the API"
  value       = one(module.api[*].log_group_name)
}

output "hello_api_exec_log_group_name" {
  description = "Log group of ECS Exec's sessions; null: it is off"
  value       = one(module.api[*].exec_log_group_name)
}

output "hello_api_access_log_bucket" {
  description = "Bucket of the load balancer's access log; null: none is kept"
  value       = one(module.api[*].access_log_bucket)
}

output "vpc_id" {
  description = "The VPC"
  value       = one(module.network[*].vpc_id)
}

output "kafka_cluster_arn" {
  description = "ARN of the MSK cluster; null: there is none"
  value       = one(module.stream[*].cluster_arn)
}

output "kafka_bootstrap_brokers" {
  description = "HOST:PORT,… of Kafka, inside of the VPC; null: there is none"
  value       = one(module.stream[*].bootstrap_brokers)
}

output "consumer_function_name" {
  description = "Name of the Lambda function; null: there is no Kafka"
  value       = one(module.consumer[*].function_name)
}

output "consumer_log_group_name" {
  description = "Log group of the function"
  value       = one(module.consumer[*].log_group_name)
}

output "consumer_queue_url" {
  description = "URL of the queue of records that were given up"
  value       = one(module.consumer[*].queue_url)
}

output "consumer_event_source_mapping_uuid" {
  description = "UUID of the event source mapping"
  value       = one(module.consumer[*].event_source_mapping_uuid)
}

output "alarm_names" {
  description = "Names of all alarms"
  value       = local.has_network ? module.monitoring[0].alarm_names : []
}

output "dashboard_name" {
  description = "Name of CloudWatch's dashboard"
  value       = one(module.monitoring[*].dashboard_name)
}
