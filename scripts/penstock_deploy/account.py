"""Finds the account and the region of a run, and asks the user to confirm them."""

from __future__ import annotations

import re
import sys

from penstock_deploy.commands import CommandFailed, Commands, Failure, say
from penstock_deploy.options import Options

REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+|REGION")


def know_region(commands: Commands) -> str:
    """Returns the region, and sets it for the AWS CLI and Terraform alike.

    Raises Failure if none is set, or what no region is called; with --dry-run it is REGION if none
    is set.
    """
    environment = commands.environment
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if not region:
        region = commands.ask("aws", "configure", "get", "region").output.strip()
    if not region and commands.dry_run:
        region = "REGION"
    if not region:
        raise Failure("No region is set. Run: export AWS_REGION=… such as eu-central-1")
    if not REGION.fullmatch(region):
        raise Failure(
            f"'{region}' is not the name of a region. Run: export AWS_REGION=… such as eu-central-1"
        )
    environment.update(AWS_REGION=region, AWS_DEFAULT_REGION=region, AWS_PAGER="")
    return region


def confirm(commands: Commands, options: Options, region: str, purpose: str) -> None:
    """Says whose account this is and asks whether to go on there; --yes and --dry-run do not ask.

    Raises Failure if AWS does not know the caller, and unless the answer is yes.
    """
    try:
        identity = commands.answer(
            "ACCOUNT ARN",
            *("aws", "sts", "get-caller-identity", "--query", "[Account,Arn]"),
            *("--output", "text"),
        )
    except CommandFailed:
        raise Failure(
            "AWS does not know who you are; its lines above say why. "
            "Log in, or run: export AWS_PROFILE=…"
        ) from None
    account, _, arn = identity.replace("\t", " ").partition(" ")
    say(f"Account {account}, region {region}, as {arn}.")
    if options.yes or options.dry_run:
        return
    if not sys.stdin.isatty():
        raise Failure("Without a terminal nobody can confirm this. --yes answers every question.")
    print(f"{purpose} there? [y/N] ", end="", file=sys.stderr, flush=True)
    if not sys.stdin.readline().lower().startswith("y"):
        raise Failure("You did not confirm, so nothing was changed.")
