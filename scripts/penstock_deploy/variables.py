"""Reads the values of the stack's variables, wherever the user has set them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from penstock_deploy.commands import CommandFailed, Commands, Failure, Output
from penstock_deploy.terraform import EXAMPLE_PREFIX, Terraform

# Relative to terraform/, as Terraform is called there.
PLAN = "../build/variables.tfplan"


@dataclass(frozen=True)
class Variables:
    """Holds those variables of terraform/ that decide what a deployment does."""

    region: str | None
    enable_https: bool
    certificate_arn: str | None
    enable_kafka: bool
    function_zip: str | None
    enable_ecs_exec: bool
    desired_tasks: int
    # Whether the user has named the topics. Otherwise the contract does.
    names_topics: bool = False

    @staticmethod
    def for_dry_run() -> Variables:
        """Returns those of a first deployment with HTTPS and Kafka, which takes every step."""
        return Variables(
            region=None,
            enable_https=True,
            certificate_arn=None,
            enable_kafka=True,
            function_zip=None,
            enable_ecs_exec=False,
            desired_tasks=3,
        )

    @staticmethod
    def from_plan(text: str, prefix: str = EXAMPLE_PREFIX) -> Variables:
        """Reads what `terraform show -json PLAN` prints; raises Failure if that is not a plan.

        `prefix` is that of the names which say whose they are.

        https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
        """
        try:
            values = json.loads(text)["variables"]
            known = {name: member["value"] for name, member in values.items()}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Failure("terraform show -json did not print a plan with variables.") from None
        return Variables(
            region=_text(known, "aws_region_main") or None,
            enable_https=_flag(known, "enable_https"),
            certificate_arn=_text(known, "certificate_arn"),
            enable_kafka=_flag(known, "enable_kafka"),
            function_zip=_text(known, "function_zip"),
            enable_ecs_exec=_flag(known, "enable_ecs_exec"),
            desired_tasks=_number(known, f"{prefix}_aws_ecs_service_desired_count_tasks"),
            names_topics=known.get("topics") not in (None, [], "", "[]"),
        )


def _text(known: dict[str, object], name: str) -> str | None:
    """Returns the value as text, or None for null.

    A value that comes from -var or the environment is a string in the plan, whatever its type.
    """
    if name not in known:
        raise Failure(f"Terraform's plan does not have the variable {name}.")
    value = known[name]
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise Failure(f"The variable {name} must not be a list or a map.")


def _flag(known: dict[str, object], name: str) -> bool:
    # Terraform converts "1" and "0", too.
    value = _text(known, name)
    if value not in ("true", "false", "1", "0"):
        raise Failure(f"The variable {name} must be true or false, not {value}.")
    return value in ("true", "1")


def _number(known: dict[str, object], name: str) -> int:
    value = _text(known, name)
    try:
        return int(float(value or ""))
    except (ValueError, OverflowError):
        raise Failure(f"The variable {name} must be a number, not {value}.") from None


def variable_arguments(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """Returns those of Terraform's arguments that set variables, in any of their four forms."""
    chosen = []
    previous = ""
    for argument in arguments:
        if re.match(r"--?var(-file)?(=|$)", argument) or re.fullmatch(r"--?var(-file)?", previous):
            chosen.append(argument)
        previous = argument
    return tuple(chosen)


def know_variables(
    commands: Commands, stack: Terraform, terraform_arguments: tuple[str, ...]
) -> Variables:
    """Asks Terraform, by a plan that changes nothing; raises Failure if it refuses a value.

    `terraform console` could answer, too, but not while half of the stack exists.
    """
    arguments = variable_arguments(terraform_arguments)
    commands.run("mkdir", "--parents", "build")
    try:
        stack.run(
            "plan",
            "-input=false",
            "-refresh=false",
            "-target=terraform_data.nothing",
            f"-out={PLAN}",
            *arguments,
            output=Output.HIDDEN,
        )
    except CommandFailed:
        given = " ".join(arguments) or "those in terraform/*.tfvars and TF_VAR_…"
        raise Failure(
            f"Terraform does not take these variables: {given}. Its lines above say why."
        ) from None
    try:
        text = stack.answer("", "show", "-json", PLAN)
    finally:
        # A plan has all variables, and some may be secret.
        commands.run("rm", "--force", "build/variables.tfplan")
    if commands.dry_run:
        return Variables.for_dry_run()
    return Variables.from_plan(text, stack.prefix)


def check_region(variables: Variables, region: str) -> None:
    """Raises Failure unless Terraform and the AWS CLI work in one region."""
    if variables.region not in (None, region):
        raise Failure(
            f"The variable aws_region_main is {variables.region}, but the AWS CLI works in "
            f"{region}. Run: export AWS_REGION={variables.region}"
        )


def keep_kafka(
    commands: Commands, stack: Terraform, variables: Variables, delete_kafka: bool
) -> None:
    """Raises Failure if this run would delete a Kafka that exists, and so its records.

    A run that lacks the variable of the run before would do so. It also raises Failure if Terraform
    cannot say what exists.
    """
    if commands.dry_run or delete_kafka or variables.enable_kafka:
        return
    if "module.stream" in stack.state_list():
        raise Failure(
            "This run would delete Kafka, its records and what the consumer gave up. To keep them, "
            "put enable_kafka = true into terraform/terraform.tfvars; to delete them, add "
            "--delete-kafka."
        )
