locals {
  # A load balancer's name must not have underscores.
  dashed_name = replace(var.name, "_", "-")
}

resource "aws_lb" "this" {
  # checkov:skip=CKV_AWS_150:Destroying the stack is one command, and a load balancer has no data.
  # checkov:skip=CKV2_AWS_28:A firewall costs by rule and request: it is the organisation's choice.
  name               = local.dashed_name
  load_balancer_type = "application"
  subnets            = var.public_subnet_ids
  security_groups    = [var.load_balancer_security_group_id]
  tags               = var.tags

  idle_timeout                                = var.timings.load_balancer_idle_timeout
  drop_invalid_header_fields                  = true
  desync_mitigation_mode                      = "defensive"
  enable_tls_version_and_cipher_suite_headers = true

  dynamic "access_logs" {
    for_each = aws_s3_bucket_policy.access_logs

    content {
      enabled = true
      bucket  = access_logs.value.bucket
    }
  }

  lifecycle {
    replace_triggered_by = [terraform_data.vpc]
  }
}

# A load balancer and a service cannot move to another VPC. Terraform destroys them first, since the
# old subnets and security groups cannot go while they are in use.
resource "terraform_data" "vpc" {
  input = var.vpc_id
}

resource "aws_lb_target_group" "this" {
  # checkov:skip=CKV_AWS_378:TLS ends at the load balancer, and only it can reach the tasks.
  name_prefix                       = substr(local.dashed_name, 0, 6)
  target_type                       = "ip"
  vpc_id                            = var.vpc_id
  protocol                          = "HTTP"
  port                              = var.port
  deregistration_delay              = var.timings.deregistration_delay
  load_balancing_algorithm_type     = "weighted_random"
  load_balancing_anomaly_mitigation = "on"
  tags                              = var.tags

  health_check {
    path                = var.health_check_path
    matcher             = "200"
    interval            = 30
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 2
  }

  # For another port there must be another group, which the listeners must use before
  # the old one can be deleted.
  lifecycle {
    create_before_destroy = true
  }
}

# Port 80 always has this one listener, whose action changes in place. So a change of enable_https
# is one apply, and port 80 always answers.
resource "aws_lb_listener" "http" {
  # checkov:skip=CKV_AWS_2:It redirects to HTTPS unless enable_https is false.
  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTP"
  port              = 80
  tags              = var.tags

  default_action {
    type             = var.enable_https ? "redirect" : "forward"
    target_group_arn = var.enable_https ? null : aws_lb_target_group.this.arn

    dynamic "redirect" {
      for_each = var.enable_https ? [true] : []

      content {
        protocol    = "HTTPS"
        port        = "443"
        status_code = "HTTP_301"
      }
    }
  }
}

resource "aws_lb_listener" "https" {
  count = var.enable_https ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  protocol          = "HTTPS"
  port              = 443
  ssl_policy        = var.ssl_policy
  certificate_arn   = var.certificate_arn
  tags              = var.tags

  dynamic "default_action" {
    for_each = local.https_actions

    content {
      type  = default_action.value
      order = default_action.key + 1
      target_group_arn = (
        default_action.value == "forward" ? aws_lb_target_group.this.arn : null
      )

      dynamic "authenticate_oidc" {
        for_each = default_action.value == "authenticate-oidc" ? [local.oidc] : []

        content {
          issuer                     = authenticate_oidc.value.issuer
          authorization_endpoint     = authenticate_oidc.value.authorization_endpoint
          token_endpoint             = authenticate_oidc.value.token_endpoint
          user_info_endpoint         = authenticate_oidc.value.user_info_endpoint
          client_id                  = local.oidc_client.client_id
          client_secret              = local.oidc_client.client_secret
          scope                      = authenticate_oidc.value.scope
          session_timeout            = authenticate_oidc.value.session_timeout_seconds
          on_unauthenticated_request = authenticate_oidc.value.unauthenticated
        }
      }
    }
  }

  dynamic "mutual_authentication" {
    for_each = aws_lb_trust_store.this

    content {
      mode            = "verify"
      trust_store_arn = mutual_authentication.value.arn
    }
  }

  lifecycle {
    # Without the action, tokens would reach the program unverified, and it would believe them.
    precondition {
      condition = local.jwt == null || local.has_jwt_validation
      error_message = join(" ", [
        "jwt needs version 6.22 of the provider or a newer one. Run terraform init -upgrade, and",
        "in modules/api copy jwt_validation_override.tf.example to jwt_validation_override.tf.",
      ])
    }

    precondition {
      condition = var.certificate_arn != null
      error_message = join(" ", [
        "HTTPS needs certificate_arn. `./penstock deploy` creates a self-signed certificate,",
        "imports it and passes its ARN. Without it, use openssl req and aws acm",
        "import-certificate, or set enable_https = false.",
      ])
    }
  }
}
