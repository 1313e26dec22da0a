# Tests modules/network and modules/stream alone.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name         = "hello"
  enable_kafka = true
}

run "a_stream_in_one_zone" {
  command         = plan
  expect_failures = [var.subnet_ids]
  module {
    source = "./modules/stream"
  }
  variables {
    subnet_ids         = ["subnet-private-a"]
    security_group_ids = ["sg-kafka"]
  }
}

run "more_zones_than_the_region_has" {
  command         = plan
  expect_failures = [aws_vpc.this]
  module {
    source = "./modules/network"
  }
  variables {
    subnet_count = 4
  }
}

run "a_network_of_its_own" {
  command = apply
  module {
    source = "./modules/network"
  }

  assert {
    condition = (
      [
        for name, rule in aws_vpc_security_group_ingress_rule.this :
        name if rule.cidr_ipv4 != null
      ] ==
      ["internet-to-load_balancer-443", "internet-to-load_balancer-80"]
    )
    error_message = "Only the public listener may be reached from addresses."
  }

  assert {
    condition = (
      [
        for name, rule in aws_vpc_security_group_egress_rule.this :
        name if rule.cidr_ipv4 != null
      ] ==
      []
    )
    error_message = "No rule may allow connections to addresses."
  }

  assert {
    condition = keys(local.flows) == [
      "api-to-endpoints-443",
      "api-to-kafka-9098",
      "api-to-s3-443",
      "consumer-to-endpoints-443",
      "consumer-to-kafka-9098",
      "internet-to-load_balancer-443",
      "internet-to-load_balancer-80",
      "load_balancer-to-api-8000",
    ]
    error_message = "Exactly these flows must exist."
  }

  assert {
    condition = (
      alltrue(
        [
          for rule in concat(
            values(aws_vpc_security_group_ingress_rule.this),
            values(aws_vpc_security_group_egress_rule.this)
          ) :
          rule.ip_protocol == "tcp" && rule.from_port == rule.to_port
        ]
      )
    )
    error_message = "A rule must be for one TCP port."
  }

  assert {
    condition = (
      [for subnet in values(aws_subnet.public) : subnet.cidr_block] ==
      ["10.11.0.0/24", "10.11.1.0/24", "10.11.2.0/24"] &&
      [for subnet in values(aws_subnet.private) : subnet.cidr_block] ==
      ["10.11.3.0/24", "10.11.4.0/24", "10.11.5.0/24"]
    )
    error_message = "Subnets must follow each other in the VPC."
  }

  assert {
    condition = (
      length(distinct([for subnet in values(aws_subnet.private) : subnet.availability_zone])) == 3
    )
    error_message = "Each subnet must be in a different zone."
  }

  assert {
    condition = (
      alltrue(
        [
          for subnet in concat(values(aws_subnet.public), values(aws_subnet.private)) :
          !coalesce(subnet.map_public_ip_on_launch, false)
        ]
      )
    )
    error_message = "Nothing may get a public address automatically."
  }

  assert {
    condition     = aws_vpc.this[0].cidr_block == "10.11.0.0/21" && length(aws_vpc_ipam.this) == 0
    error_message = "The default must be a plain CIDR."
  }

  assert {
    condition = (
      keys(aws_vpc_endpoint.interface) == ["ecr.api", "ecr.dkr", "lambda", "logs", "sqs", "sts"]
    )
    error_message = "With Kafka there must be these endpoints."
  }
}

# AWS asks for no endpoints of Lambda and STS then, and S3's is free.
run "with_provisioned_pollers" {
  command = apply
  module {
    source = "./modules/network"
  }
  variables {
    mapping_services    = []
    mapping_bucket_arns = ["arn:aws:s3:::failures"]
  }

  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["ecr.api", "ecr.dkr", "logs"]
    error_message = "Provisioned pollers need no interface endpoints."
  }

  assert {
    condition = [for name in keys(local.flows) : name if startswith(name, "consumer-")] == [
      "consumer-to-kafka-9098",
      "consumer-to-s3-443",
    ]
    error_message = "The pollers must reach Kafka and the bucket, and nothing else."
  }

  assert {
    condition = (
      [
        for statement in data.aws_iam_policy_document.s3.statement :
        [statement.actions, statement.resources]
        if statement.sid == "Failures"
      ] ==
      [[
        toset(["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"]),
        toset(["arn:aws:s3:::failures", "arn:aws:s3:::failures/*"]),
      ]]
    )
    error_message = "S3's endpoint must let failures through to this bucket alone."
  }
}

run "nat_in_each_zone" {
  command = apply
  module {
    source = "./modules/network"
  }
  variables {
    nat_gateway_count = 3
  }

  assert {
    condition = (
      length(aws_vpc_endpoint.interface) == 0 && length(aws_vpc_endpoint.s3) == 1 &&
      !contains(keys(aws_security_group.this), "endpoints")
    )
    error_message = "With NAT only S3's endpoint, which is free, must be left."
  }

  assert {
    condition = (
      length(distinct([for each in aws_nat_gateway.this : each.subnet_id])) == 3 &&
      length(
        distinct(values(aws_route_table_association.private)[*].route_table_id)
      ) == 3
    )
    error_message = "Each zone must have its own NAT gateway, and a route to it."
  }

  assert {
    condition = (
      [
        for name, rule in aws_vpc_security_group_egress_rule.this :
        name if rule.cidr_ipv4 != null
      ] ==
      ["api-to-internet-443", "consumer-to-internet-443"]
    )
    error_message = "Tasks and shared pollers must reach AWS on port 443."
  }
}

run "one_nat_for_all_zones" {
  command = apply
  module {
    source = "./modules/network"
  }
  variables {
    nat_gateway_count = 1
  }

  assert {
    condition = (
      length(aws_nat_gateway.this) == 1 && length(aws_route_table.private) == 1 &&
      length(aws_route_table_association.private) == 3
    )
    error_message = "All private subnets must use the one NAT gateway."
  }
}

run "a_way_out_to_issuers" {
  command = apply
  module {
    source = "./modules/network"
  }
  variables {
    issuer_egress        = true
    load_balancer_egress = true
    secret_services      = ["secretsmanager", "ssm"]
    mapping_services     = []
  }

  assert {
    condition = (
      length(aws_nat_gateway.this) == 1 && length(aws_route.nat) == 1 &&
      length(aws_eip.nat) == 1 && length(aws_route_table.private) == 1
    )
    error_message = "One NAT gateway must be there for all zones."
  }

  assert {
    condition = (
      keys(aws_vpc_endpoint.interface) ==
      ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm"]
    )
    error_message = "The endpoints must stay, and secrets must have theirs."
  }

  assert {
    condition = (
      [
        for name, rule in aws_vpc_security_group_egress_rule.this :
        name if rule.cidr_ipv4 != null
      ] ==
      ["api-to-internet-443", "load_balancer-to-internet-443"]
    )
    error_message = "Only the tasks and the load balancer may reach issuers, on port 443."
  }

  assert {
    condition = (
      output.public_cidr_blocks == tolist(["10.11.0.0/24", "10.11.1.0/24", "10.11.2.0/24"])
    )
    error_message = "The load balancer's addresses must be those of the public subnets."
  }
}

run "a_way_out_beside_nat_in_each_zone" {
  command = apply
  module {
    source = "./modules/network"
  }
  variables {
    issuer_egress     = true
    nat_gateway_count = 3
    secret_services   = ["secretsmanager"]
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 3 && length(aws_vpc_endpoint.interface) == 0
    error_message = "With NAT gateways there must be no further one, and no endpoint."
  }
}

run "secrets_elsewhere" {
  command         = plan
  expect_failures = [var.secret_services]
  module {
    source = "./modules/network"
  }
  variables {
    secret_services = ["kms"]
  }
}

run "nat_in_a_network_that_is_there" {
  command         = plan
  expect_failures = [var.nat_gateway_count]
  module {
    source = "./modules/network"
  }
  variables {
    create_vpc         = false
    vpc_id             = "vpc-existing"
    public_subnet_ids  = ["subnet-public-a", "subnet-public-b"]
    private_subnet_ids = ["subnet-private-a", "subnet-private-b"]
    nat_gateway_count  = 1
  }
}

run "without_kafka" {
  command = apply
  module {
    source = "./modules/network"
  }
  variables {
    enable_kafka = false
  }

  assert {
    condition     = keys(aws_vpc_endpoint.interface) == ["ecr.api", "ecr.dkr", "logs"]
    error_message = "Without Kafka there must be no endpoint that only it needs."
  }

  assert {
    condition     = keys(output.security_group_ids) == ["api", "endpoints", "load_balancer"]
    error_message = "Without Kafka its security groups must not exist."
  }
}

run "sessions_with_a_key" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    enable_kafka    = false
    enable_ecs_exec = true
    kms_key_arn     = "arn:aws:kms:eu-central-1:123456789012:key/k"
  }

  assert {
    condition = (
      keys(aws_vpc_endpoint.interface) == ["ecr.api", "ecr.dkr", "kms", "logs", "ssmmessages"]
    )
    error_message = "ECS Exec's agent must reach Session Manager, and KMS for the session's key."
  }
}

# One apply is enough, because no key depends on the addresses that IPAM gives.
run "addresses_from_ipam" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    enable_ipam = true
  }

  assert {
    condition     = aws_vpc.this[0].ipv4_netmask_length == 21 && length(aws_subnet.private) == 3
    error_message = "The VPC and its subnets must take their addresses from IPAM in one plan."
  }
}

run "a_network_that_is_there" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    create_vpc           = false
    create_vpc_endpoints = false
    vpc_id               = "vpc-existing"
    public_subnet_ids    = ["subnet-public-a", "subnet-public-b"]
    private_subnet_ids   = ["subnet-private-a", "subnet-private-b"]
  }

  assert {
    condition = (
      {
        for name, rule in aws_vpc_security_group_egress_rule.this :
        name => rule.cidr_ipv4
        if rule.cidr_ipv4 != null
      } ==
      { api-to-vpc-443 = "10.20.0.0/16", consumer-to-vpc-443 = "10.20.0.0/16" }
    )
    error_message = "Tasks must reach existing endpoints in the VPC, and nothing outside it."
  }
}

run "a_way_out_of_a_network_that_is_there" {
  command = plan
  module {
    source = "./modules/network"
  }
  variables {
    create_vpc           = false
    create_vpc_endpoints = false
    vpc_id               = "vpc-existing"
    public_subnet_ids    = ["subnet-public-a", "subnet-public-b"]
    private_subnet_ids   = ["subnet-private-a", "subnet-private-b"]
    issuer_egress        = true
  }

  assert {
    condition = (
      length(aws_nat_gateway.this) == 0 &&
      aws_vpc_security_group_egress_rule.this["api-to-internet-443"].cidr_ipv4 == "0.0.0.0/0"
    )
    error_message = "The tasks must be allowed out, by the routes that the network has."
  }

  assert {
    condition     = output.public_cidr_blocks == tolist(["10.20.7.0/24", "10.20.7.0/24"])
    error_message = "The load balancer's addresses must be those of the existing subnets."
  }
}

run "a_network_that_is_not_named" {
  command         = plan
  expect_failures = [var.vpc_id, var.public_subnet_ids, var.private_subnet_ids]
  module {
    source = "./modules/network"
  }
  variables {
    create_vpc = false
  }
}

run "a_stream" {
  command = apply
  module {
    source = "./modules/stream"
  }
  variables {
    subnet_ids         = ["subnet-private-a", "subnet-private-b"]
    security_group_ids = ["sg-kafka"]
  }

  assert {
    condition = (
      output.topic_arn_prefix ==
      "arn:aws:kafka:eu-central-1:123456789012:topic/hello/0123-s1" &&
      output.group_arn_prefix ==
      "arn:aws:kafka:eu-central-1:123456789012:group/hello/0123-s1" &&
      output.transactional_id_arn_prefix ==
      "arn:aws:kafka:eu-central-1:123456789012:transactional-id/hello/0123-s1"
    )
    error_message = "Topics, groups and ids have the cluster's name and UUID in their ARN."
  }
}
