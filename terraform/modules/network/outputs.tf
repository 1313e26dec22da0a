output "vpc_id" {
  description = "ID of the VPC"
  value       = local.vpc_id
}

output "public_subnet_ids" {
  description = "Subnets of the load balancer"
  value       = local.public_subnet_ids
  # A load balancer is reachable only with this route.
  depends_on = [aws_route.internet, aws_route_table_association.public]
}

output "public_cidr_blocks" {
  description = "Addresses of the public subnets, which are those of the load balancer"
  value       = local.public_cidr_blocks
}

output "private_subnet_ids" {
  description = "Subnets of tasks and brokers"
  value       = local.private_subnet_ids
  # Tasks pull their image and write logs through these, from their first second to their last.
  depends_on = [
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_endpoint.dynamodb,
    aws_route.nat,
    aws_route_table_association.private,
    aws_vpc_security_group_ingress_rule.this,
    aws_vpc_security_group_egress_rule.this,
  ]
}

output "security_group_ids" {
  description = "IDs of the security groups: load_balancer, api, endpoints, kafka and consumer"
  value       = { for role, group in aws_security_group.this : role => group.id }
}

output "dynamodb_endpoint_ids" {
  description = "ID of DynamoDB's gateway endpoint, in a list; empty if there is none"
  value       = aws_vpc_endpoint.dynamodb[*].id
}
