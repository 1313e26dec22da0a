variable "aws_region_main" {
  description = "AWS region; if empty, the region of your AWS configuration"
  type        = string
  default     = ""
}

variable "create_lambda_testevent_schema_registry" {
  description = <<-EOT
    Create EventBridge's registry of test events. Set false if this region of the account already
    has it: there can be only one, and Lambda's console creates it with the first shared event.
  EOT
  type        = bool
  default     = true
}

variable "images_max" {
  description = "Number of images to keep; a rollback can use only these"
  type        = number
  default     = 50

  validation {
    condition     = var.images_max >= 2 && floor(var.images_max) == var.images_max
    error_message = "images_max must be a whole number, and at least 2 to keep the previous image."
  }
}

variable "kms_key_arn" {
  description = "KMS key for the images; null uses S3's own key. A change replaces the repository"
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of all resources"
  type        = map(string)
  default     = {}
}
