output "cluster_arn" {
  description = "ARN of the cluster"
  value       = aws_msk_serverless_cluster.this.arn
}

output "cluster_name" {
  description = "Name of the cluster"
  value       = aws_msk_serverless_cluster.this.cluster_name
}

output "bootstrap_brokers" {
  description = "HOST:PORT,… for clients that come by IAM"
  value       = aws_msk_serverless_cluster.this.bootstrap_brokers_sasl_iam
}

output "topic_arn_prefix" {
  description = "ARN of the cluster's topics, without the name: arn:…:topic/CLUSTER/UUID"
  value       = join(":topic/", local.cluster_arn_parts)
}

output "group_arn_prefix" {
  description = "ARN of the cluster's consumer groups, without the name: arn:…:group/CLUSTER/UUID"
  value       = join(":group/", local.cluster_arn_parts)
}
