"""Builds the Lambda function's package, which Terraform uploads."""

from __future__ import annotations

import os
from pathlib import Path

from penstock_deploy.commands import Commands, Failure, say
from penstock_deploy.service import Service
from penstock_deploy.tools import os_release

FOLDER = "build/package"
# `./penstock package` runs on these.
BUILD_MACHINE = "x86_64"
BUILD_CODENAME = "bookworm"
BUILD_IMAGE = "docker.io/library/debian:bookworm-slim"


def make_function_package(
    commands: Commands,
    service: Service,
    function_zip: str | None,
    release: Path = Path("/etc/os-release"),
) -> None:
    """Builds the package, here or in a container, unless the variable names another file.

    The bytes are the same wherever it is built, so one that was copied here will do. Raises Failure
    if it can neither be built nor found.
    """
    path = f"{FOLDER}/{service.function_program}-arm64.zip"
    if function_zip not in (None, f"../{path}"):
        return
    if commands.dry_run:
        commands.run(commands.front_door, "package", "arm64")
        return
    # A program says so, since a test replaces it to play another machine.
    right_machine = commands.ask("uname", "--machine").output.strip() == BUILD_MACHINE
    if right_machine and os_release(release).get("VERSION_CODENAME") == BUILD_CODENAME:
        commands.run(commands.front_door, "package", "arm64")
    elif (commands.root / path).is_file():
        say(f"# {path} exists already. After a change of the function, delete it.")
    elif right_machine and commands.ask("docker", "info").status == 0:
        commands.run(*in_container(commands, service))
    else:
        raise Failure(
            "The function's package can only be built on x86_64, by Debian 12 or with docker. "
            f"Run ./penstock package arm64 on such a machine, copy {path} and "
            f"{topics_file(service)} here, and run the same command again."
        )


def in_container(commands: Commands, service: Service) -> tuple[str, ...]:
    """Returns the command that builds the package in Debian's container."""
    owner = f"{os.getuid()}:{os.getgid()}"
    penstock, folder = "/penstock", "/penstock"
    volumes = ("--volume", f"{commands.machinery}:{penstock}")
    if commands.root != commands.machinery:
        folder = f"/{service.name}"
        volumes += ("--volume", f"{commands.root}:{folder}", "--env", f"PENSTOCK_SERVICE={folder}")
    return (
        *("docker", "run", "--rm", *volumes, "--workdir", folder, BUILD_IMAGE, "bash", "-c"),
        f"{penstock}/penstock package arm64; status=$?; chown --recursive {owner} build; "
        "exit $status",
    )


def topics_file(service: Service) -> str:
    """Returns the file beside the package that has the contract's topics, one to a line."""
    return f"{FOLDER}/{service.function_program}.topics"


def has_atomic_events(commands: Commands, service: Service) -> bool:
    """Says whether the contract has operations with atomic events.

    `./penstock package` has written down the topics of these beside the package, if there are any.
    """
    path = commands.root / f"{FOLDER}/{service.function_program}.atomic-topics"
    try:
        return not commands.dry_run and bool(path.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        return False


def contract_topics(commands: Commands, service: Service) -> list[str]:
    """Returns the topics of the contract, which `./penstock package` has written down.

    Raises Failure if it has not, or if there are none.
    """
    if commands.dry_run:
        return ["TOPIC"]
    path = commands.root / topics_file(service)
    try:
        topics = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError):
        raise Failure(
            f"{topics_file(service)}, which ./penstock package writes, is not there, and it names "
            "the topics of the contract. Name them yourself: -- -var 'topics=[\"NAME\"]'"
        ) from None
    if not topics:
        raise Failure(
            "The contract declares no event, so Kafka has nothing to do: leave enable_kafka out, "
            "or name the topics that the function reads: -- -var 'topics=[\"NAME\"]'"
        )
    return topics
