# docs/deploy.md, "Authentication on AWS", compares the ways that these variables offer.

variable "api_secrets" {
  description = <<-EOT
    Secrets of the service: names of environment variables, and ARNs of secrets in Secrets Manager
    (which may end with :JSON_KEY:VERSION_STAGE:VERSION_ID) or of parameters in SSM, all of this
    region. ECS reads them when a task starts. Without NAT, an endpoint of each of the two services
    that is used is made, about 22 USD a month in three zones.
  EOT
  type        = map(string)
  default     = {}
}

variable "api_secrets_kms_key_arn" {
  description = <<-EOT
    KMS key that encrypts the secrets and the parameters, if it is not AWS's own. The API's roles
    may decrypt with it, through Secrets Manager and SSM alone.
  EOT
  type        = string
  default     = null

  validation {
    condition = (
      var.api_secrets_kms_key_arn == null ||
      can(regex(
        "^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", var.api_secrets_kms_key_arn
      ))
    )
    error_message = "api_secrets_kms_key_arn must be the ARN of a key, not of an alias."
  }
}

variable "api_authentication" {
  description = <<-EOT
    By what the API verifies who calls: the document that docs/authentication.md describes, as an
    object. The load balancer's addresses are added to its trusted_proxies, and the API may read the
    secrets that it names. It is in Terraform's state and in the task definition, so it has hashes
    of keys, or names secrets, but must not contain passwords.
  EOT
  type        = any
  default     = null
}

variable "api_authentication_secret_arns" {
  description = <<-EOT
    ARNs of further secrets in Secrets Manager that the API itself reads, again and again: those of
    a document that is not in api_authentication. Without NAT, Secrets Manager's endpoint is made,
    about 22 USD a month in three zones.
  EOT
  type        = list(string)
  default     = []
}

variable "issuer_egress" {
  description = <<-EOT
    Let the API fetch the keys of issuers in the internet. A VPC of this stack gets one NAT gateway
    beside the endpoints: in us-east-1 0.045 USD an hour and 0.005 for its address, about 37 a
    month, and 0.045 for each GB (November 2026). One is enough, since keys that are there stay in
    force while its zone is down. An existing VPC must have such routes already. With
    vpc_nat_gateway_count, which costs less, the API reaches issuers anyway. The API can then reach
    any address on port 443.
  EOT
  type        = bool
  default     = false
}

variable "listener_authentication" {
  description = <<-EOT
    What the load balancer's HTTPS listener verifies, for one scheme of the contract: people's
    sign-in (oidc), bearer tokens (jwt) or certificates (mutual_tls). modules/api describes each,
    and the API's document is completed accordingly. With oidc and jwt the load balancer can reach
    any address on port 443.
  EOT
  type = object({
    scheme = string
    oidc = optional(object({
      issuer                  = string
      authorization_endpoint  = string
      token_endpoint          = string
      user_info_endpoint      = string
      client_secret_arn       = string
      scope                   = optional(string, "openid")
      session_timeout_seconds = optional(number, 28800)
      unauthenticated         = optional(string, "authenticate")
    }))
    jwt = optional(object({
      issuer        = string
      jwks_endpoint = string
    }))
    mutual_tls = optional(object({
      bundle_bucket  = string
      bundle_key     = string
      bundle_version = optional(string)
    }))
  })
  default = null

  # The key with which a load balancer signs is at public-keys.auth.elb.REGION.amazonaws.com, for
  # which AWS has no VPC endpoint.
  validation {
    condition = (
      try(var.listener_authentication.oidc, null) == null ||
      var.issuer_egress || var.vpc_nat_gateway_count > 0
    )
    error_message = join(" ", [
      "With oidc, the API fetches the load balancer's key from the internet: set issuer_egress =",
      "true, or vpc_nat_gateway_count = 1.",
    ])
  }
}

locals {
  schemes = try(var.api_authentication.schemes, {})

  # The program reads these itself. ECS reads those of api_secrets.
  authentication_secret_arns = distinct(concat(
    var.api_authentication_secret_arns,
    compact([for scheme in local.schemes : try(scheme.keys.secret, "")]),
    compact([for scheme in local.schemes : try(scheme.users.secret, "")]),
  ))

  # Endpoints are needed of these: secretsmanager, ssm.
  secret_services = distinct([
    for arn in concat(
      values(var.api_secrets), values(local.database_secret), local.authentication_secret_arns,
    ) :
    split(":", arn)[2] if length(split(":", arn)) > 2
  ])

  listener_asks_issuer = (
    try(var.listener_authentication.oidc, null) != null ||
    try(var.listener_authentication.jwt, null) != null
  )
}
