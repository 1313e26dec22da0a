output "hello_api_aws_ecr_registry_region" {
  description = "Region of the registry"
  value       = data.aws_region.this.id
}

output "hello_api_aws_ecr_registry_uri" {
  description = "Registry that `docker login` needs"
  value       = split("/", aws_ecr_repository.this.repository_url)[0]
}

output "hello_api_aws_ecr_repository_url" {
  description = "Repository of the image, without a tag"
  value       = aws_ecr_repository.this.repository_url
}
