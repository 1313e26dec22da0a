# This file makes the document of authentication, and says what the load balancer verifies.
locals {
  # Secrets Manager appends a hyphen and six characters to a secret's name.
  secret_arn_pattern = join("", [
    "arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[a-zA-Z0-9/_+=.@-]+-[a-zA-Z0-9]{6}",
  ])

  # A policy names a secret without the JSON key and the version.
  secret_arns = distinct([
    for arn in values(var.secrets) : join(":", slice(split(":", arn), 0, 7))
    if split(":", arn)[2] == "secretsmanager"
  ])
  parameter_arns = distinct([
    for arn in values(var.secrets) : arn if split(":", arn)[2] == "ssm"
  ])
  authentication_secret_arns = distinct(var.authentication_secret_arns)

  oidc       = try(var.listener_authentication.oidc, null)
  jwt        = try(var.listener_authentication.jwt, null)
  mutual_tls = try(var.listener_authentication.mutual_tls, null)
  # jwt_validation_override.tf.example makes this true.
  has_jwt_validation = false

  # The listener does these with a request, one after the other.
  https_actions = concat(
    local.oidc != null ? ["authenticate-oidc"] : [],
    local.jwt != null ? ["jwt-validation"] : [],
    ["forward"],
  )

  # Without any scheme, the program still needs the load balancer's addresses: a limit of rates by
  # address is for that of the client. A document that is given otherwise stays what it is.
  has_document = (
    var.authentication != null || var.listener_authentication != null ||
    length(var.load_balancer_cidr_blocks) > 0 &&
    !contains(keys(merge(var.environment, var.secrets)), var.authentication_variable)
  )
  schemes = try(var.authentication.schemes, {})

  # A signature by another load balancer than this one is worth nothing: everybody can have one
  # (Elastic Load Balancing, "Authenticate users using an Application Load Balancer").
  schemes_of_listener = merge(
    { for oidc in local.oidc[*] : var.listener_authentication.scheme => merge(
      { issuer = oidc.issuer },
      try(local.schemes[var.listener_authentication.scheme], {}),
      { verified_by = "alb_oidc", signer = aws_lb.this.arn },
    ) },
    { for jwt in local.jwt[*] : var.listener_authentication.scheme => merge(
      { issuer = jwt.issuer },
      try(local.schemes[var.listener_authentication.scheme], {}),
      { verified_by = "load_balancer" },
    ) },
  )

  environment = merge(var.environment, !local.has_document ? {} : {
    (var.authentication_variable) = jsonencode(merge(
      var.authentication,
      {
        trusted_proxies = distinct(concat(
          try(tolist(var.authentication.trusted_proxies), []), var.load_balancer_cidr_blocks
        ))
        schemes = merge(local.schemes, local.schemes_of_listener)
      },
    ))
  })
}

# The listener's API takes the secret itself, so it gets into Terraform's state.
data "aws_secretsmanager_secret_version" "oidc" {
  count = local.oidc != null ? 1 : 0

  secret_id = local.oidc.client_secret_arn
}

locals {
  oidc_client = (local.oidc != null
    ? jsondecode(data.aws_secretsmanager_secret_version.oidc[0].secret_string)
    : null
  )
}

# A new bundle under the same key is noticed only if the bucket has versions, and bundle_version
# changes.
resource "aws_lb_trust_store" "this" {
  count = local.mutual_tls != null ? 1 : 0

  name                                     = local.dashed_name
  ca_certificates_bundle_s3_bucket         = local.mutual_tls.bundle_bucket
  ca_certificates_bundle_s3_key            = local.mutual_tls.bundle_key
  ca_certificates_bundle_s3_object_version = local.mutual_tls.bundle_version
  tags                                     = var.tags
}
