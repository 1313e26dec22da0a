# MSK Serverless is charged by the hour and partition. It has brokers in all given zones, and
# clients authenticate with IAM on port 9098.
resource "aws_msk_serverless_cluster" "this" {
  cluster_name = var.name
  tags         = var.tags

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }
}

locals {
  # The ARNs of topics and groups have topic/ or group/ where the cluster's ARN,
  # arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID, has cluster/ (Amazon MSK, "IAM access control",
  # resources).
  cluster_arn_parts = split(":cluster/", aws_msk_serverless_cluster.this.arn)
}
