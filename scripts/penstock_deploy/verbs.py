"""Runs the two verbs, each a list of steps.

Each step looks at what exists already, so a run continues where an earlier one stopped.
"""

from __future__ import annotations

import json

from penstock_deploy.account import confirm, know_region
from penstock_deploy.certificate import (
    PLACEHOLDER,
    delete_certificate,
    find_certificate,
    make_certificate,
)
from penstock_deploy.commands import Commands, say
from penstock_deploy.function_package import (
    contract_topics,
    has_atomic_events,
    make_function_package,
)
from penstock_deploy.image import push_image
from penstock_deploy.options import Options
from penstock_deploy.registry import apply_registry, registry_variables
from penstock_deploy.roots import lay_out, prefix_of
from penstock_deploy.service import Service
from penstock_deploy.tables import unprotect_tables
from penstock_deploy.tasks import wait_for_tasks
from penstock_deploy.terraform import REGISTRY, STACK, Terraform, use_backend
from penstock_deploy.tools import check_tools
from penstock_deploy.urls import try_urls
from penstock_deploy.variables import check_region, keep_kafka, know_variables


def begin(
    commands: Commands, options: Options, service: Service, verb: str, dry_run: str
) -> tuple[Terraform, Terraform, str]:
    """Confirms the verb, and says where the states are; returns stack, registry and region."""
    prefix = prefix_of(commands, service)
    stack = Terraform(commands, STACK, options.yes, prefix)
    registry = Terraform(commands, REGISTRY, options.yes, prefix)
    if options.dry_run:
        say(dry_run)
    else:
        check_tools(commands)
    region = know_region(commands)
    confirm(commands, options, region, f"{verb} {service.name}")
    lay_out(commands, service)
    use_backend(commands, stack, registry, options.backend_bucket, service.name, region)
    return stack, registry, region


def deploy(commands: Commands, options: Options, service: Service) -> None:
    """Deploys the service; raises Failure or Interrupted where it stops."""
    dry_run = "Nothing runs. For a first deployment with HTTPS and Kafka these are the commands:"
    stack, registry, region = begin(commands, options, service, "Deploy", dry_run)
    registry.init()
    stack.init()
    variables = know_variables(commands, stack, options.terraform_arguments)
    check_region(variables, region)
    keep_kafka(commands, stack, variables, options.delete_kafka)
    repository = apply_registry(commands, registry, region, service.api_program)
    certificate: tuple[str, ...] = ()
    if variables.enable_https and variables.certificate_arn is None:
        certificate = (f"-var=certificate_arn={make_certificate(commands, service)}",)
    topics: tuple[str, ...] = ()
    if variables.enable_kafka:
        make_function_package(commands, service, variables.function_zip)
        if not variables.names_topics:
            topics = (f"-var=topics={json.dumps(contract_topics(commands, service))}",)
        if has_atomic_events(commands, service):
            topics += ("-var=atomic_events=true",)
    image = push_image(commands, service, repository, options.image_tag, variables.enable_ecs_exec)
    stack.change(
        "apply",
        *certificate,
        *topics,
        f"-var={stack.prefix}_aws_ecr_image_tag={image.tag}",
        f"-var=image_digest={image.digest}",
        *options.terraform_arguments,
    )
    if variables.desired_tasks == 0:
        say("No task runs, since the desired number of tasks is 0.")
        return
    wait_for_tasks(commands, stack)
    try_urls(commands, service, stack)


def destroy(commands: Commands, options: Options, service: Service) -> None:
    """Destroys what deploy has made; raises Failure or Interrupted where it stops."""
    dry_run = "Nothing runs. These are the commands:"
    stack, registry, region = begin(commands, options, service, "Destroy", dry_run)
    stack.init()
    check_region(know_variables(commands, stack, options.terraform_arguments), region)
    certificate = find_certificate(commands, service.certificate_domain, PLACEHOLDER)
    # Terraform validates the configuration once more. Any file will do as the function's package,
    # which need not exist on this machine any more, and any topic.
    arguments = (
        *((f"-var=certificate_arn={certificate}",) if certificate else ()),
        "-var=function_zip=main.tf",
        '-var=topics=["any"]',
        *options.terraform_arguments,
    )
    unprotected = unprotect_tables(commands, stack, options.delete_tables, arguments)
    stack.change("destroy", *arguments, *unprotected)
    if certificate:
        delete_certificate(commands, certificate)
    if not options.registry:
        say("The registry and its images stay; --registry destroys them, too.")
        return
    registry.init()
    registry.change("destroy", *registry_variables(commands, registry))
