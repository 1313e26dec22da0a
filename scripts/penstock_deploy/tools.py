"""Checks for the programs that a deployment calls, and installs them on Debian."""

from __future__ import annotations

import shutil
from pathlib import Path

from penstock_deploy.commands import Commands, Failure, Output

TOOLS = ("aws", "curl", "git", "openssl")
TERRAFORM = "https://developer.hashicorp.com/terraform/install"

# scripts/install.sh knows Debian's packages and installs them.
INSTALL = """set -euo pipefail
root="$1"
source "$root/scripts/steps.sh"
output="$2/build" logs="$2/build/logs"
source "$root/scripts/install.sh"
install_for deploy"""


def os_release(path: Path = Path("/etc/os-release")) -> dict[str, str]:
    """Returns what the distribution says of itself (os-release(5)); nothing if it has no file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key: value.strip("\"'") for key, _, value in pairs}


def is_debian() -> bool:
    """Returns whether this machine is a Debian, so that packages can be installed."""
    return os_release().get("ID") == "debian"


def check_tools(commands: Commands) -> None:
    """Installs the programs that are missing, on Debian; raises Failure elsewhere.

    Debian has no package of Terraform, so that is the user's to install.
    """
    path = commands.environment.get("PATH")
    missing = [tool for tool in TOOLS if not shutil.which(tool, path=path)]
    sentences = []
    if not shutil.which("terraform", path=path):
        sentences.append(f"terraform is missing. Install 1.10 or newer: {TERRAFORM}")
    if missing and not is_debian():
        sentences.append(
            f"These programs are missing: {', '.join(missing)} (aws is the AWS CLI). "
            "Install them with this machine's package manager."
        )
    if sentences:
        raise Failure("\n".join(sentences))
    folders = (str(commands.machinery), str(commands.root))
    install = ("bash", "-c", INSTALL, "bash", *folders)
    if missing and commands.execute(install, Output.SHOWN).status != 0:
        raise Failure(f"These programs are missing: {', '.join(missing)}.")
