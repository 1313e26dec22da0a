"""Applies terraform/registry: the registry of images, and the account's registry of test events."""

from __future__ import annotations

from penstock_deploy.commands import Commands, Failure, Output
from penstock_deploy.terraform import Terraform

TEST_EVENTS = "lambda-testevent-schemas"


def registry_variables(commands: Commands, registry: Terraform) -> tuple[str, ...]:
    """Returns the argument that leaves the account its registry of test events, or nothing.

    An account has one such registry: Terraform made it, has to make it, or it is somebody else's.
    """
    registry.show_state_list()
    if commands.dry_run or "aws_schemas_registry" in registry.state_list():
        return ()
    command = ("aws", "schemas", "describe-registry", "--registry-name", TEST_EVENTS)
    commands.show(*command)
    found = commands.execute(command, Output.BOTH_KEPT)
    if found.status == 0:
        return ("-var=create_lambda_testevent_schema_registry=false",)
    if "NotFoundException" not in found.output:
        raise Failure(f"AWS does not say whether {TEST_EVENTS} exists: {found.output.strip()}")
    return ()


def apply_registry(commands: Commands, registry: Terraform, region: str, api_program: str) -> str:
    """Applies terraform/registry and returns the repository, HOST/NAME."""
    registry.change("apply", *registry_variables(commands, registry))
    return registry.output(
        f"ACCOUNT.dkr.ecr.{region}.amazonaws.com/{api_program}",
        "aws_ecr_repository_url",
    )
