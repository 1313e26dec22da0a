output "load_balancer_dns_name" {
  description = "DNS name of the load balancer"
  value       = aws_lb.this.dns_name
}

output "load_balancer_arn" {
  description = "ARN of the load balancer, which signs what it says of users"
  value       = aws_lb.this.arn
}

output "load_balancer_arn_suffix" {
  description = "Suffix of the load balancer's ARN, which is its name in CloudWatch's metrics"
  value       = aws_lb.this.arn_suffix
}

output "target_group_arn" {
  description = "ARN of the target group"
  value       = aws_lb_target_group.this.arn
}

output "target_group_arn_suffix" {
  description = "Suffix of the target group's ARN, which is its name in CloudWatch's metrics"
  value       = aws_lb_target_group.this.arn_suffix
}

output "cluster_name" {
  description = "Name of the ECS cluster"
  value       = aws_ecs_cluster.this.name
}

output "service_name" {
  description = "Name of the ECS service"
  value       = aws_ecs_service.this.name
}

output "task_definition_arn" {
  description = "ARN of the task definition's revision"
  value       = aws_ecs_task_definition.this.arn
}

output "task_role_arn" {
  description = "ARN of the role that the API runs with"
  value       = aws_iam_role.task.arn
}

output "execution_role_arn" {
  description = "ARN of the role that ECS starts the task with"
  value       = aws_iam_role.execution.arn
}

output "log_group_name" {
  description = "Log group of the API"
  value       = aws_cloudwatch_log_group.api.name
}

output "exec_log_group_name" {
  description = "Log group of ECS Exec's sessions, or null if ECS Exec is off"
  value       = one(aws_cloudwatch_log_group.exec[*].name)
}

output "access_log_bucket" {
  description = "Bucket of the load balancer's access logs, or null if they are off"
  value       = one(aws_s3_bucket.access_logs[*].id)
}
