"""Builds the Lambda function's package, which Terraform uploads."""

from __future__ import annotations

import os
from pathlib import Path

from penstock_deploy.commands import Commands, Failure, say
from penstock_deploy.service import Service
from penstock_deploy.tools import os_release

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
    path = f"build/package/{service.function_program}-arm64.zip"
    if function_zip not in (None, f"../{path}"):
        return
    if commands.dry_run:
        commands.run("./penstock", "package", "arm64")
        return
    # A program says so, since a test replaces it to play another machine.
    right_machine = commands.ask("uname", "--machine").output.strip() == BUILD_MACHINE
    if right_machine and os_release(release).get("VERSION_CODENAME") == BUILD_CODENAME:
        commands.run("./penstock", "package", "arm64")
    elif (commands.root / path).is_file():
        say(f"# {path} exists already. After a change of the function, delete it.")
    elif right_machine and commands.ask("docker", "info").status == 0:
        owner = f"{os.getuid()}:{os.getgid()}"
        commands.run(
            *("docker", "run", "--rm", "--volume", f"{commands.root}:/penstock"),
            *("--workdir", "/penstock", BUILD_IMAGE, "bash", "-c"),
            f"./penstock package arm64; status=$?; chown --recursive {owner} build; exit $status",
        )
    else:
        raise Failure(
            "The function's package can only be built on x86_64, by Debian 12 or with docker. "
            f"Run ./penstock package arm64 on such a machine, copy {path} here, and run the same "
            "command again."
        )
