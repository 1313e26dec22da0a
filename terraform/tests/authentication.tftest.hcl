# Tests what modules/api does for authentication: secrets, the program's document, and what the
# listener verifies.
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

run "secrets" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    secrets = {
      HELLO_PASSWORD = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1B2c3:password::"
      HELLO_USER     = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1B2c3:user::"
      HELLO_TOKEN    = "arn:aws:ssm:eu-central-1:123456789012:parameter/hello/token"
    }
    secrets_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/k"
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].secrets ==
      [
        {
          name      = "HELLO_PASSWORD"
          valueFrom = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1B2c3:password::"
        },
        {
          name      = "HELLO_TOKEN"
          valueFrom = "arn:aws:ssm:eu-central-1:123456789012:parameter/hello/token"
        },
        {
          name      = "HELLO_USER"
          valueFrom = "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1B2c3:user::"
        },
      ]
    )
    error_message = "ECS must put the secrets into these variables."
  }

  assert {
    condition = (
      {
        for statement in data.aws_iam_policy_document.execution.statement :
        statement.sid => [statement.actions, statement.resources]
        if contains(["ReadSecrets", "ReadParameters", "DecryptSecrets"], statement.sid)
        } == {
        ReadSecrets = [
          toset(["secretsmanager:GetSecretValue"]),
          toset(["arn:aws:secretsmanager:us-east-1:123456789012:secret:db-a1B2c3"]),
        ]
        ReadParameters = [
          toset(["ssm:GetParameters"]),
          toset(["arn:aws:ssm:eu-central-1:123456789012:parameter/hello/token"]),
        ]
        DecryptSecrets = [
          toset(["kms:Decrypt"]),
          toset(["arn:aws:kms:eu-central-1:123456789012:key/k"]),
        ]
      }
    )
    error_message = "The execution role must read these secrets, and no others."
  }

  assert {
    condition = (
      one([
        for statement in data.aws_iam_policy_document.execution.statement :
        one(statement.condition)
        if statement.sid == "DecryptSecrets"
      ]).variable == "kms:ViaService"
    )
    error_message = "The key must be usable through the two services alone."
  }

  assert {
    condition     = length(aws_iam_role_policy.task) == 0
    error_message = "The program itself must read no secrets."
  }

  assert {
    condition = (
      jsondecode(
        one(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment).value
      ) ==
      { trusted_proxies = ["10.11.0.0/24", "10.11.1.0/24"], schemes = {} }
    )
    error_message = "Without a document the program must still know the load balancer's addresses."
  }
}

run "a_document_in_a_secret" {
  command = plan
  module {
    source = "./modules/api"
  }
  variables {
    secrets = {
      HELLO_API_AUTHENTICATION = "arn:aws:ssm:us-east-1:123456789012:parameter/hello"
    }
  }

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment == []
    )
    error_message = "A document in a secret must stay alone."
  }
}

run "a_document" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    authentication = {
      trusted_proxies     = ["192.0.2.0/24", "10.11.0.0/24"]
      failures_per_minute = 10
      schemes = {
        key = {
          keys = { secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-a1B2c3" }
        }
        login = { issuer = "https://id.example", audience = ["orders"] }
      }
    }
    authentication_secret_arns = [
      "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-a1B2c3",
    ]
    secrets_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:key/k"
  }

  assert {
    condition = (
      jsondecode(
        one(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment).value
      ) ==
      {
        trusted_proxies     = ["192.0.2.0/24", "10.11.0.0/24", "10.11.1.0/24"]
        failures_per_minute = 10
        schemes = {
          key = {
            keys = {
              secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-a1B2c3"
            }
          }
          login = { issuer = "https://id.example", audience = ["orders"] }
        }
      }
    )
    error_message = "The program must get the document, with the load balancer's addresses."
  }

  assert {
    condition = (
      [
        for statement in data.aws_iam_policy_document.task.statement :
        [statement.sid, statement.actions, statement.resources]
        ] == [
        [
          "ReadKeysAndUsers",
          toset(["secretsmanager:GetSecretValue"]),
          toset(["arn:aws:secretsmanager:us-east-1:123456789012:secret:keys-a1B2c3"]),
        ],
        [
          "DecryptKeysAndUsers",
          toset(["kms:Decrypt"]),
          toset(["arn:aws:kms:eu-central-1:123456789012:key/k"]),
        ],
      ]
    )
    error_message = "The program must read this secret, and no others."
  }

  assert {
    condition     = length(aws_iam_role_policy.task) == 1
    error_message = "The task's role must have its policy."
  }

  assert {
    condition = !anytrue([
      for statement in data.aws_iam_policy_document.execution.statement :
      contains(statement.actions, "secretsmanager:GetSecretValue")
    ])
    error_message = "ECS itself must read no secrets."
  }

  assert {
    condition     = [for each in aws_lb_listener.https[0].default_action : each.type] == ["forward"]
    error_message = "The load balancer must forward all requests."
  }
}

run "people_sign_in_at_the_load_balancer" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    authentication = { schemes = { login = { scopes_claim = "/groups", signer = "arn:other" } } }
    listener_authentication = {
      scheme = "login"
      oidc = {
        issuer                 = "https://id.example"
        authorization_endpoint = "https://id.example/authorize"
        token_endpoint         = "https://id.example/token"
        user_info_endpoint     = "https://id.example/userinfo"
        client_secret_arn      = "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-a1B2c3"
      }
    }
  }

  assert {
    condition = (
      [for each in aws_lb_listener.https[0].default_action : [each.order, each.type]] ==
      [[1, "authenticate-oidc"], [2, "forward"]]
    )
    error_message = "The listener must first authenticate, and then forward."
  }

  assert {
    condition = (
      one(aws_lb_listener.https[0].default_action[0].authenticate_oidc).client_id == "orders" &&
      one(
        aws_lb_listener.https[0].default_action[0].authenticate_oidc
      ).on_unauthenticated_request == "authenticate"
    )
    error_message = "The listener must take the client of the secret."
  }

  assert {
    condition = (
      jsondecode(
        one(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment).value
      ).schemes ==
      {
        login = {
          issuer       = "https://id.example"
          scopes_claim = "/groups"
          verified_by  = "alb_oidc"
          signer       = aws_lb.this.arn
        }
      }
    )
    error_message = "The program must believe the signature of this load balancer alone."
  }
}

run "certificates" {
  command = apply
  module {
    source = "./modules/api"
  }
  variables {
    authentication = {
      schemes = { mtls = { clients = [{ subject = "CN=partner,O=X", name = "partner" }] } }
    }
    listener_authentication = {
      scheme     = "mtls"
      mutual_tls = { bundle_bucket = "authorities", bundle_key = "partners.pem" }
    }
  }

  assert {
    condition = (
      one(aws_lb_listener.https[0].mutual_authentication).mode == "verify" &&
      one(aws_lb_listener.https[0].mutual_authentication).trust_store_arn ==
      aws_lb_trust_store.this[0].arn
    )
    error_message = "The listener must verify certificates by this bundle."
  }

  assert {
    condition = (
      aws_lb_trust_store.this[0].ca_certificates_bundle_s3_bucket == "authorities" &&
      aws_lb_trust_store.this[0].ca_certificates_bundle_s3_key == "partners.pem"
    )
    error_message = "The bundle must be the one that is named."
  }

  assert {
    condition = (
      jsondecode(
        one(jsondecode(aws_ecs_task_definition.this.container_definitions)[0].environment).value
      ).schemes ==
      { mtls = { clients = [{ subject = "CN=partner,O=X", name = "partner" }] } }
    )
    error_message = "The program must know the clients."
  }
}
