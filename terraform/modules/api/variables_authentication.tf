variable "secrets" {
  description = <<-EOT
    Secrets that ECS puts into the container's environment when a task starts: names of variables,
    and ARNs of secrets in Secrets Manager or of parameters in SSM, all of this region. A secret's
    ARN may end with :JSON_KEY:VERSION_STAGE:VERSION_ID, whose parts may be empty. The execution
    role may read these and no others. A new value reaches new tasks only.
  EOT
  type        = map(string)
  default     = {}

  # An ARN without the six characters that AWS appends, or with a wildcard, would match more in a
  # policy than one secret.
  validation {
    condition = alltrue([
      for arn in values(var.secrets) :
      can(regex("^${local.secret_arn_pattern}(:[^:]*:[^:]*:[^:]*)?$", arn)) ||
      can(regex("^arn:[a-z-]+:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[a-zA-Z0-9_./-]+$", arn))
    ])
    error_message = join(" ", [
      "secrets must have complete ARNs of secrets (with the six characters at the end of the name)",
      "or of parameters: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX or",
      "arn:aws:ssm:REGION:ACCOUNT:parameter/NAME.",
    ])
  }

  # ECS refuses a task definition that has a name in both.
  validation {
    condition     = length(setintersection(keys(var.secrets), keys(var.environment))) == 0
    error_message = "A variable must be in secrets or in environment, not in both."
  }
}

variable "secrets_kms_key_arn" {
  description = <<-EOT
    KMS key that encrypts the secrets and the parameters, if it is not AWS's own. The roles that
    read them may decrypt with it, through Secrets Manager and SSM alone.
  EOT
  type        = string
  default     = null
}

variable "authentication" {
  description = <<-EOT
    The deployer's document of authentication (docs/authentication.md), as an object; null for none.
    The load balancer's addresses are added to its trusted_proxies, and what listener_authentication
    says to its scheme. Everybody who may read the task definition can read it, and it is in
    Terraform's state: it has hashes of keys, or names secrets, but must not contain passwords.
  EOT
  type        = any
  default     = null

  validation {
    condition = (
      var.authentication == null ||
      try(length(setsubtract(
        keys(var.authentication), ["trusted_proxies", "failures_per_minute", "schemes"]
      )) == 0, false)
    )
    error_message = join(" ", [
      "authentication must be an object of trusted_proxies, failures_per_minute and schemes.",
    ])
  }

  # Without the listener's action, the load balancer forwards each token unverified.
  validation {
    condition = alltrue([
      for name, scheme in try(var.authentication.schemes, {}) :
      try(scheme.verified_by, "api") != "load_balancer" ||
      try(var.listener_authentication.jwt, null) != null &&
      try(var.listener_authentication.scheme, null) == name
    ])
    error_message = join(" ", [
      "A scheme that load_balancer verifies needs listener_authentication with this scheme and",
      "jwt. Otherwise nobody verifies its tokens, and a client can make them up.",
    ])
  }

  # Without mutual TLS, the load balancer forwards the certificate's headers as a client sent them.
  validation {
    condition = alltrue([
      for name, scheme in try(var.authentication.schemes, {}) :
      !can(scheme.clients) ||
      try(var.listener_authentication.mutual_tls, null) != null &&
      try(var.listener_authentication.scheme, null) == name
    ])
    error_message = join(" ", [
      "A scheme with clients needs listener_authentication with this scheme and mutual_tls.",
      "Otherwise a client can send the headers about its certificate itself.",
    ])
  }

  validation {
    condition = (
      try(var.listener_authentication.mutual_tls, null) == null ||
      try(length(var.authentication.schemes[var.listener_authentication.scheme].clients) > 0, false)
    )
    error_message = "mutual_tls needs the scheme in authentication, with its clients."
  }

  # The load balancer does not look at it, and the program does not start without it.
  validation {
    condition = (
      try(var.listener_authentication.jwt, null) == null ||
      can(var.authentication.schemes[var.listener_authentication.scheme].audience)
    )
    error_message = join(" ", [
      "jwt needs the scheme in authentication, with its audience: the name by which the issuer",
      "knows this API. Otherwise tokens for other services would be taken.",
    ])
  }

  validation {
    condition = (
      var.authentication == null && var.listener_authentication == null ||
      !contains(keys(merge(var.environment, var.secrets)), var.authentication_variable)
    )
    error_message = join(" ", [
      "The environment or the secrets have a document of authentication already, which this module",
      "cannot change. Name secrets in authentication instead: { keys = { secret = ARN } }.",
    ])
  }
}

variable "authentication_variable" {
  description = "Environment variable that gets the document; its prefix is the program's"
  type        = string
  default     = "AUTHENTICATION"
}

variable "authentication_secret_arns" {
  description = <<-EOT
    ARNs of the secrets in Secrets Manager that the program itself reads, again and again, because
    the document names them. The task's role may read these and no others.
  EOT
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for arn in var.authentication_secret_arns : can(regex("^${local.secret_arn_pattern}$", arn))
    ])
    error_message = join(" ", [
      "authentication_secret_arns, and the secrets in authentication, must be complete ARNs",
      "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX.",
    ])
  }
}

variable "load_balancer_cidr_blocks" {
  description = "Addresses of the load balancer's subnets, which trusted_proxies gets"
  type        = list(string)
  default     = []
}

variable "listener_authentication" {
  description = <<-EOT
    What the HTTPS listener itself verifies, for one scheme of the contract; null for nothing. It
    concerns all requests, and is one of these:
    - oidc signs people in at an issuer, with a session cookie. client_secret_arn is a secret whose
      text is {"client_id": "…", "client_secret": "…"}; Terraform's state then has it, too.
      unauthenticated says what becomes of others: authenticate (a redirect to the issuer), allow or
      deny. The program fetches the load balancer's key from the internet.
    - jwt verifies bearer tokens (RS256 only, and key sets of 10 keys at most). The pinned version
      of the provider lacks it: see jwt_validation_override.tf.example.
    - mutual_tls asks for a certificate that one of the authorities in a bundle (PEM, in S3) has
      signed. The document has the clients.
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

  validation {
    condition = var.listener_authentication == null || length([
      for kind in ["oidc", "jwt", "mutual_tls"] :
      kind if try(var.listener_authentication[kind], null) != null
    ]) == 1
    error_message = "listener_authentication must have one of oidc, jwt and mutual_tls."
  }

  # Elastic Load Balancing offers these on HTTPS listeners alone.
  validation {
    condition     = var.listener_authentication == null || var.enable_https
    error_message = "listener_authentication needs enable_https."
  }

  validation {
    condition = alltrue([
      for url in [
        try(var.listener_authentication.oidc.issuer, null),
        try(var.listener_authentication.oidc.authorization_endpoint, null),
        try(var.listener_authentication.oidc.token_endpoint, null),
        try(var.listener_authentication.oidc.user_info_endpoint, null),
        try(var.listener_authentication.jwt.issuer, null),
        try(var.listener_authentication.jwt.jwks_endpoint, null),
      ] : url == null || can(regex("^https://[^/?#]+", url))
    ])
    error_message = "The issuer and its endpoints must be https URLs."
  }

  validation {
    condition = try(
      contains(
        ["allow", "authenticate", "deny"], var.listener_authentication.oidc.unauthenticated
      ),
      true,
    )
    error_message = "unauthenticated must be authenticate, allow or deny."
  }

  # AWS accepts up to 7 days (Elastic Load Balancing API Reference,
  # AuthenticateOidcActionConfig).
  validation {
    condition = try(
      var.listener_authentication.oidc.session_timeout_seconds >= 1 &&
      var.listener_authentication.oidc.session_timeout_seconds <= 604800,
      true,
    )
    error_message = "session_timeout_seconds must be 1 to 604800."
  }

  validation {
    condition = can(regex(
      "^(${local.secret_arn_pattern})?$",
      try(var.listener_authentication.oidc.client_secret_arn, ""),
    ))
    error_message = join(" ", [
      "client_secret_arn must be a complete ARN",
      "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX.",
    ])
  }
}
