# This is the root of somebody who has a cluster, and takes two modules without the rest of the
# stack.
# `terraform init && terraform test` needs no account.
terraform {
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

variable "cluster_arn" {
  description = "ARN of the MSK cluster"
  type        = string
}

module "consumer" {
  source = "../../../terraform/modules/consumer"

  name              = "orders_consumer"
  function_zip      = "${path.module}/main.tf" # Any file will do for a plan.
  kafka_cluster_arn = var.cluster_arn
  topics            = ["orders", "order.lines"]
  topic_arn_prefix  = replace(var.cluster_arn, ":cluster/", ":topic/")
  group_arn_prefix  = replace(var.cluster_arn, ":cluster/", ":group/")
}

module "monitoring" {
  source = "../../../terraform/modules/monitoring"

  name = "orders"
  consumer = {
    function_name = module.consumer.function_name
    timeout       = module.consumer.timeout
    queue_name    = module.consumer.queue_name

    mappings = { for topic, group in module.consumer.consumer_group_ids : topic => {
      consumer_group_id = group
      suffix            = "-${topic}"
    } }
  }
  kafka_cluster_name = "mine"
}

output "consumer_group_ids" {
  description = "Consumer groups by topic"
  value       = module.consumer.consumer_group_ids
}

output "alarm_names" {
  description = "Names of the alarms"
  value       = module.monitoring.alarm_names
}
