# Tests what modules/api refuses of secrets and authentication.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name  = "hello_api"
  image = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/hello_api:1.0.0"

  repository_arn                  = "arn:aws:ecr:eu-central-1:123456789012:repository/hello_api"
  vpc_id                          = "vpc-existing"
  public_subnet_ids               = ["subnet-public-a", "subnet-public-b"]
  private_subnet_ids              = ["subnet-private-a", "subnet-private-b"]
  load_balancer_security_group_id = "sg-load-balancer"
  task_security_group_id          = "sg-api"
  log_group_name                  = "/hello/web"
  exec_log_group_name             = "/hello/exec"
  certificate_arn                 = "arn:aws:acm:eu-central-1:123456789012:certificate/c"
  authentication_variable         = "HELLO_API_AUTHENTICATION"
  load_balancer_cidr_blocks       = ["10.11.0.0/24", "10.11.1.0/24"]

  timings = {
    drain_delay                = 20
    deregistration_delay       = 20
    drain_timeout              = 10
    publish_deadline           = 2
    stop_timeout               = 60
    idle_timeout               = 75
    load_balancer_idle_timeout = 10
  }
}

# With the override file, which the pinned version of the provider cannot read, there would be an
# action.
run "tokens_without_the_action" {
  command         = plan
  expect_failures = [aws_lb_listener.https]
  module {
    source = "./modules/api"
  }
  variables {
    authentication = { schemes = { login = { audience = ["orders"] } } }
    listener_authentication = {
      scheme = "login"
      jwt = {
        issuer        = "https://id.example"
        jwks_endpoint = "https://id.example/keys"
      }
    }
  }
}

run "tokens_for_others" {
  command         = plan
  expect_failures = [var.authentication, aws_lb_listener.https]
  module {
    source = "./modules/api"
  }
  variables {
    listener_authentication = {
      scheme = "login"
      jwt = {
        issuer        = "https://id.example"
        jwks_endpoint = "https://id.example/keys"
      }
    }
  }
}

run "tokens_that_nobody_verifies" {
  command         = plan
  expect_failures = [var.authentication]
  module {
    source = "./modules/api"
  }
  variables {
    authentication = {
      schemes = { login = { issuer = "https://id.example", verified_by = "load_balancer" } }
    }
  }
}

run "certificates_that_nobody_verifies" {
  command         = plan
  expect_failures = [var.authentication]
  module {
    source = "./modules/api"
  }
  variables {
    authentication = { schemes = { mtls = { clients = [{ subject = "CN=x", name = "x" }] } } }
  }
}

run "certificates_of_nobody" {
  command         = plan
  expect_failures = [var.authentication]
  module {
    source = "./modules/api"
  }
  variables {
    listener_authentication = {
      scheme     = "mtls"
      mutual_tls = { bundle_bucket = "authorities", bundle_key = "partners.pem" }
    }
  }
}

run "a_document_with_an_unknown_name" {
  command         = plan
  expect_failures = [var.authentication]
  module {
    source = "./modules/api"
  }
  variables {
    authentication = { scheme = {} }
  }
}

run "a_document_that_is_text" {
  command         = plan
  expect_failures = [var.authentication]
  module {
    source = "./modules/api"
  }
  variables {
    authentication = "{}"
  }
}

run "two_documents" {
  command         = plan
  expect_failures = [var.authentication]
  module {
    source = "./modules/api"
  }
  variables {
    authentication = { schemes = {} }
    secrets = {
      HELLO_API_AUTHENTICATION = "arn:aws:ssm:eu-central-1:123456789012:parameter/hello"
    }
  }
}

run "a_variable_twice" {
  command         = plan
  expect_failures = [var.secrets]
  module {
    source = "./modules/api"
  }
  variables {
    environment = { TOKEN = "x" }
    secrets     = { TOKEN = "arn:aws:ssm:eu-central-1:123456789012:parameter/hello" }
  }
}

# This would match each secret whose name begins so.
run "a_secret_with_a_wildcard" {
  command         = plan
  expect_failures = [var.secrets]
  module {
    source = "./modules/api"
  }
  variables {
    secrets = { TOKEN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:hello-*" }
  }
}

run "a_secret_without_its_last_characters" {
  command         = plan
  expect_failures = [var.authentication_secret_arns]
  module {
    source = "./modules/api"
  }
  variables {
    authentication_secret_arns = [
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:hello",
    ]
  }
}

run "authentication_on_a_listener_without_tls" {
  command         = plan
  expect_failures = [var.listener_authentication]
  module {
    source = "./modules/api"
  }
  variables {
    enable_https   = false
    authentication = { schemes = { mtls = { clients = [{ subject = "*", name = "x" }] } } }
    listener_authentication = {
      scheme     = "mtls"
      mutual_tls = { bundle_bucket = "authorities", bundle_key = "partners.pem" }
    }
  }
}

run "authentication_of_two_kinds" {
  command         = plan
  expect_failures = [var.listener_authentication]
  module {
    source = "./modules/api"
  }
  variables {
    authentication = { schemes = { login = { clients = [{ subject = "*" }], audience = ["x"] } } }
    listener_authentication = {
      scheme     = "login"
      jwt        = { issuer = "https://id.example", jwks_endpoint = "https://id.example/keys" }
      mutual_tls = { bundle_bucket = "authorities", bundle_key = "partners.pem" }
    }
  }
}

run "an_issuer_without_tls" {
  command         = plan
  expect_failures = [var.listener_authentication]
  module {
    source = "./modules/api"
  }
  variables {
    listener_authentication = {
      scheme = "login"
      oidc = {
        issuer                 = "http://id.example"
        authorization_endpoint = "https://id.example/authorize"
        token_endpoint         = "https://id.example/token"
        user_info_endpoint     = "https://id.example/userinfo"
        client_secret_arn      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-a1B2c3"
      }
    }
  }
}

run "a_client_that_is_no_secret" {
  command         = plan
  expect_failures = [var.listener_authentication]
  module {
    source = "./modules/api"
  }
  variables {
    listener_authentication = {
      scheme = "login"
      oidc = {
        issuer                 = "https://id.example"
        authorization_endpoint = "https://id.example/authorize"
        token_endpoint         = "https://id.example/token"
        user_info_endpoint     = "https://id.example/userinfo"
        client_secret_arn      = "oidc"
      }
    }
  }
}

run "a_session_longer_than_aws_allows" {
  command         = plan
  expect_failures = [var.listener_authentication]
  module {
    source = "./modules/api"
  }
  variables {
    listener_authentication = {
      scheme = "login"
      oidc = {
        issuer                  = "https://id.example"
        authorization_endpoint  = "https://id.example/authorize"
        token_endpoint          = "https://id.example/token"
        user_info_endpoint      = "https://id.example/userinfo"
        client_secret_arn       = "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-a1B2c3"
        session_timeout_seconds = 604801
      }
    }
  }
}

run "what_a_listener_cannot_do" {
  command         = plan
  expect_failures = [var.listener_authentication]
  module {
    source = "./modules/api"
  }
  variables {
    listener_authentication = {
      scheme = "login"
      oidc = {
        issuer                 = "https://id.example"
        authorization_endpoint = "https://id.example/authorize"
        token_endpoint         = "https://id.example/token"
        user_info_endpoint     = "https://id.example/userinfo"
        client_secret_arn      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-a1B2c3"
        unauthenticated        = "ask"
      }
    }
  }
}
