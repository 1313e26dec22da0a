output "cluster_arn" {
  description = "ARN of the cluster"
  value       = aws_msk_serverless_cluster.this.arn
}

output "cluster_name" {
  description = "Name of the cluster"
  value       = aws_msk_serverless_cluster.this.cluster_name
}

output "bootstrap_brokers" {
  description = "Kafka's bootstrap brokers as HOST:PORT,… for clients that use IAM"
  value       = aws_msk_serverless_cluster.this.bootstrap_brokers_sasl_iam
}

output "topic_arn_prefix" {
  description = "Start of the ARNs of the cluster's topics: arn:…:topic/CLUSTER/UUID"
  value       = join(":topic/", local.cluster_arn_parts)
}

output "transactional_id_arn_prefix" {
  description = "Start of the ARNs of transactional ids: arn:…:transactional-id/CLUSTER/UUID"
  value       = join(":transactional-id/", local.cluster_arn_parts)
}

output "group_arn_prefix" {
  description = "Start of the ARNs of the cluster's consumer groups: arn:…:group/CLUSTER/UUID"
  value       = join(":group/", local.cluster_arn_parts)
}
