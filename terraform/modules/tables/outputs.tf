output "names" {
  description = "Names of the tables in DynamoDB, by the names of the declaration"
  value       = { for name, table in aws_dynamodb_table.this : name => table.name }
}

output "arns" {
  description = "ARNs of the tables, by the names of the declaration"
  value       = { for name, table in aws_dynamodb_table.this : name => table.arn }
}

output "policies" {
  description = "IAM policies of the programs of access, in JSON; none of one that may do nothing"
  value       = { for name, policy in data.aws_iam_policy_document.program : name => policy.json }
}
