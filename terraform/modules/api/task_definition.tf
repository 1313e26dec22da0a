locals {
  # ECS Exec's agent writes to these paths (Amazon ECS, "Monitor Amazon ECS containers with ECS
  # Exec"). The rest of the root file system stays read-only.
  agent_paths = var.enable_ecs_exec ? {
    managed-agents  = "/managed-agents"
    ssm-state       = "/var/lib/amazon/ssm"
    ssm-session-log = "/var/log/amazon/ssm"
  } : {}

  container = {
    name                   = var.name
    image                  = var.image
    essential              = true
    user                   = "1011:1011"
    readonlyRootFilesystem = true
    stopTimeout            = var.timings.stop_timeout

    environment = [
      for name in sort(keys(local.environment)) : { name = name, value = local.environment[name] }
    ]

    portMappings = [{
      containerPort = var.port
      hostPort      = var.port
      protocol      = "tcp"
    }]

    # The image has no shell, so the program checks itself.
    healthCheck = {
      command     = ["CMD", "/api", "healthcheck"]
      interval    = 5
      timeout     = 3
      retries     = 3
      startPeriod = 10
    }

    linuxParameters = {
      # An init process collects what a session leaves behind. The API starts no processes.
      initProcessEnabled = var.enable_ecs_exec
      # ECS Exec's agent and its sessions run as root, and AWS does not say which capabilities they
      # need.
      capabilities = { add = [], drop = var.enable_ecs_exec ? [] : ["ALL"] }
    }

    mountPoints = [
      for name, path in local.agent_paths :
      { sourceVolume = name, containerPath = path, readOnly = false }
    ]

    # A connection takes a file descriptor, and the API accepts 10000 connections.
    ulimits = [{ name = "nofile", softLimit = 65536, hardLimit = 65536 }]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.api.name
        awslogs-region        = data.aws_region.this.id
        awslogs-stream-prefix = "api"
        # If CloudWatch cannot be reached, log lines are lost and requests are not delayed.
        mode            = "non-blocking"
        max-buffer-size = "4m"
      }
    }
  }
}

locals {
  container_secrets = length(var.secrets) == 0 ? {} : {
    secrets = [
      for name in sort(keys(var.secrets)) : { name = name, valueFrom = var.secrets[name] }
    ]
  }
}

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  container_definitions    = jsonencode([merge(local.container, local.container_secrets)])
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  dynamic "volume" {
    for_each = local.agent_paths

    content {
      name = volume.key
    }
  }
}
