variable "aws_region_main" {
  description = "Region of everything; empty: that of your AWS configuration"
  type        = string
  default     = ""
}

variable "create_lambda_testevent_schema_registry" {
  description = "Make EventBridge's registry of test events; false: the account has it already in this region. Only one can be there, and Lambda's console makes it for the first event that is shared"
  type        = bool
  default     = true
}

variable "images_max" {
  description = "Images that are kept. What a rollback may need must be among them"
  type        = number
  default     = 50

  validation {
    condition     = var.images_max >= 2 && floor(var.images_max) == var.images_max
    error_message = "Keep two images at least: the one that runs, and the one before."
  }
}

variable "kms_key_arn" {
  description = "Key for the images; null: S3's own. Another key means another repository"
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of everything"
  type        = map(string)
  default     = {}
}
