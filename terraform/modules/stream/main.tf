# Brokers by the hour and partition, in all of the given zones; clients come by IAM on port 9098, and in no other way.
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
  # arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID; topics and groups have the same after topic/ and group/
  # (Amazon MSK, "IAM access control", resources).
  cluster_arn_parts = split(":cluster/", aws_msk_serverless_cluster.this.arn)
}
