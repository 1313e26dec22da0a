terraform {
  # 1.10: the S3 backend locks by a file of its own.
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
