terraform {
  # From 1.10 on, the S3 backend can lock the state with a file in the bucket.
  required_version = ">= 1.10"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100, < 7"
    }
  }
}

provider "aws" {
  region = var.aws_region_main == "" ? null : var.aws_region_main

  default_tags {
    tags = var.tags
  }
}
