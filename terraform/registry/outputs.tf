output "hello_api_aws_ecr_registry_region" {
  description = "Region of the registry"
  value       = data.aws_region.this.id
}

output "hello_api_aws_ecr_registry_uri" {
  description = "What `docker login` is told"
  value       = split("/", aws_ecr_repository.this.repository_url)[0]
}

output "hello_api_aws_ecr_repository_url" {
  description = "What an image is tagged with, before the colon"
  value       = aws_ecr_repository.this.repository_url
}
