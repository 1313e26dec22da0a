output "function_name" {
  description = "Name of the function"
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function"
  value       = aws_lambda_function.this.arn
}

output "role_arn" {
  description = "ARN of the role of the function and its event source mappings"
  value       = aws_iam_role.function.arn
}

output "role_name" {
  description = "Name of that role"
  value       = aws_iam_role.function.name
}

output "event_source_mapping_uuids" {
  description = "UUIDs of the event source mappings, by topic"
  value       = { for topic, each in aws_lambda_event_source_mapping.kafka : topic => each.uuid }
}

output "consumer_group_ids" {
  description = "Consumer groups of the event source mappings, by topic"
  value       = local.consumer_group_ids
}

output "timeout" {
  description = "Time-out of an invocation in seconds"
  value       = var.timeout
}

output "failure_destination" {
  description = "What the mapping tells its failures: bucket, queue or kafka://TOPIC"
  value       = local.destination
}

output "bucket_name" {
  description = "Name of the bucket, which is the failure destination with provisioned pollers"
  value       = aws_s3_bucket.on_failure.id
}

output "bucket_arn" {
  description = "ARN of that bucket"
  value       = aws_s3_bucket.on_failure.arn
}

output "counts_events" {
  description = "Whether the mapping has CloudWatch metrics of its own: AWS's EventCount"
  value       = local.counts_events
}

output "queue_url" {
  description = "URL of the queue, which is the failure destination unless another one is set"
  value       = aws_sqs_queue.on_failure.url
}

output "queue_arn" {
  description = "ARN of that queue"
  value       = aws_sqs_queue.on_failure.arn
}

output "queue_name" {
  description = "Name of that queue"
  value       = aws_sqs_queue.on_failure.name
}

output "log_group_name" {
  description = "Log group of the function"
  value       = aws_cloudwatch_log_group.function.name
}
