"""Waits until ECS runs the new version."""

from __future__ import annotations

from dataclasses import dataclass

from penstock_deploy.commands import Commands, Failure, Output, say
from penstock_deploy.terraform import Terraform


@dataclass(frozen=True)
class EcsService:
    """Names a service of ECS and its cluster."""

    commands: Commands
    cluster: str
    name: str

    def describe(self, query: str) -> tuple[str, ...]:
        """Returns the command that asks for a part of the service's description."""
        return (
            *("aws", "ecs", "describe-services", "--cluster", self.cluster),
            *("--services", self.name, "--query", query, "--output", "text"),
        )

    def primary(self, member: str, placeholder: str) -> str:
        """Returns a member of the newest deployment of the service."""
        query = f"services[0].deployments[?status=='PRIMARY'].{member} | [0]"
        return self.commands.answer(placeholder, *self.describe(query))


def wait_for_tasks(commands: Commands, stack: Terraform) -> None:
    """Waits until the tasks of the new version run; raises Failure if they do not.

    The AWS CLI looks every 15 seconds, 40 times, so 10 minutes:
    https://docs.aws.amazon.com/cli/latest/reference/ecs/wait/services-stable.html
    If no earlier version ran, ECS has given up after a failure, and has to be asked to start
    again. If one ran, ECS returns to it, and counts as stable then.
    """
    cluster = stack.output("CLUSTER", "aws_ecs_cluster_name")
    name = stack.output("SERVICE", "aws_ecs_service_name")
    wanted = stack.output("TASK_DEFINITION", "aws_ecs_task_definition_arn")
    service = EcsService(commands, cluster, name)
    if service.primary("rolloutState", "COMPLETED") == "FAILED":
        commands.run(
            *("aws", "ecs", "update-service", "--cluster", cluster, "--service", name),
            *("--force-new-deployment", "--query", "service.status", "--output", "text"),
        )
    if commands.succeeds(
        *("aws", "ecs", "wait", "services-stable", "--cluster", cluster, "--services", name)
    ):
        running = service.primary("taskDefinition", wanted)
        if running == wanted:
            return
        say(f"The new version did not start: ECS went back to {running}.")
    commands.run(*service.describe("services[0].events[:5].message"), output=Output.ON_STDERR)
    raise Failure(
        "Not all of the tasks run. Above are the last events of ECS; "
        "docs/deploy.md#alarm-api-no-healthy-task explains them."
    )
