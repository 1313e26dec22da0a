"""Reads the command line of both verbs."""

from __future__ import annotations

import argparse
import re
from dataclasses import dataclass

VERBS = ("deploy", "destroy")

# Docker and ECR have this rule for tags:
# https://docs.docker.com/reference/cli/docker/image/tag/
TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
# S3 has this rule for buckets, with the letters that old buckets in us-east-1 may have:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")


class UsageError(Exception):
    """Says how the arguments are wrong."""


@dataclass(frozen=True)
class Options:
    """Holds what the user asks for; an empty string means that the option was not given."""

    verb: str
    yes: bool = False
    dry_run: bool = False
    verbose: bool = False
    backend_bucket: str = ""
    image_tag: str = ""
    delete_kafka: bool = False
    delete_tables: bool = False
    registry: bool = False
    # These come after --, for `terraform apply` or `terraform destroy` of the stack.
    terraform_arguments: tuple[str, ...] = ()


def parser_for(verb: str) -> argparse.ArgumentParser:
    """Returns the parser of what comes between the verb and --."""
    deploys = verb == "deploy"
    parser = argparse.ArgumentParser(
        prog=f"./penstock {verb}",
        usage=f"./penstock {verb} [OPTION…] [-- ARGUMENT…]",
        description="Deploys the service on AWS: certificate, function, image and terraform/."
        if deploys
        else "Destroys what `./penstock deploy` has made, except the registry and its images.",
        epilog=f"What comes after -- goes to `terraform {'apply' if deploys else 'destroy'}` of "
        "terraform/, such as `-- -var enable_kafka=true`. docs/deploy.md says more.",
        allow_abbrev=False,
        exit_on_error=False,
    )
    add = parser.add_argument
    add("--dry-run", action="store_true", help="only show the commands; needs no account")
    add("--yes", action="store_true", help="answer yes to every question")
    add("--verbose", action="store_true", help="show the output of long steps")
    add(
        "--backend-bucket",
        metavar="NAME",
        default="",
        help="keep Terraform's state in this S3 bucket, now and in later runs",
    )
    if deploys:
        add(
            "--delete-kafka",
            action="store_true",
            help="permit a run that turns enable_kafka off, which deletes Kafka's records",
        )
        add(
            "--image-tag",
            metavar="TAG",
            default="",
            help="deploy the image with this tag; if the registry does not have it, build it",
        )
    else:
        add("--registry", action="store_true", help="destroy the registry and its images, too")
        add(
            "--delete-tables",
            action="store_true",
            help="permit it to delete the service's tables in DynamoDB with all their items",
        )
    return parser


def parse(arguments: list[str]) -> Options:
    """Reads the verb, its options and, after --, Terraform's arguments.

    Raises UsageError, or SystemExit(0) after --help.
    """
    verb = arguments[0] if arguments else ""
    if verb not in VERBS:
        raise UsageError("the first argument must be deploy or destroy.")
    rest = arguments[1:]
    end = rest.index("--") if "--" in rest else len(rest)
    see = f"./penstock {verb} --help lists its options. What comes after -- goes to Terraform."
    try:
        known, unknown = parser_for(verb).parse_known_args(rest[:end])
    except argparse.ArgumentError as error:
        name = error.argument_name or verb
        takes = name in ("--backend-bucket", "--image-tag")
        raise UsageError(f"{name} {'needs a' if takes else 'takes no'} value. {see}") from None
    if unknown:
        raise UsageError(f"{verb} does not know {unknown[0]}. {see}")
    options = Options(verb, **vars(known), terraform_arguments=tuple(rest[end + 1 :]))
    check(options, rest[:end])
    return options


def check(options: Options, given: list[str]) -> None:
    """Raises UsageError for a name that AWS would refuse."""
    names = {word.partition("=")[0] for word in given}
    if "--backend-bucket" in names and not BUCKET.fullmatch(options.backend_bucket):
        raise UsageError(f"--backend-bucket needs a bucket's name, not '{options.backend_bucket}'.")
    if "--image-tag" in names and not TAG.fullmatch(options.image_tag):
        raise UsageError(
            f"--image-tag needs a tag of letters, digits, '_', '.' and '-', 128 at most, "
            f"not '{options.image_tag}'."
        )
