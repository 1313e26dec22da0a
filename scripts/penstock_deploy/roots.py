"""Puts Terraform's roots into the folder of a service that is not in Penstock's own.

The example hello is deployed from terraform/ itself. Any other service has its roots, with their
states and the user's files, in its own folder: FOLDER/terraform and FOLDER/terraform/registry. What
is Penstock's there is a copy, which each run makes again; the service's names take the place of
hello's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from penstock_deploy.commands import Commands, Failure, say
from penstock_deploy.service import Service
from penstock_deploy.terraform import EXAMPLE_PREFIX, STACK

EXAMPLE = "hello"
# This file of the copy names what the copy has, so that what an older Penstock had can be removed.
MANIFEST = ".penstock_files"
IGNORE_FILE = ".gitignore"
IGNORED = """# ./penstock deploy makes these files. Others are yours, such as terraform.tfvars.
.terraform/
*.tfstate
*.tfstate.*
"""
PATTERNS = ("*.tf", ".terraform.lock.hcl", "modules/*/*.tf", "modules/*/*.example")
REGISTRY_PATTERNS = ("registry/*.tf", "registry/.terraform.lock.hcl")
# Whoever has taken another version of the provider keeps it.
KEPT = ".terraform.lock.hcl"


def is_example(commands: Commands) -> bool:
    """Returns whether the service is deployed from Penstock's own folder."""
    return commands.root == commands.machinery


def prefix_of(commands: Commands, service: Service) -> str:
    """Returns how the names of the roots' variables and outputs begin."""
    return EXAMPLE_PREFIX if is_example(commands) else service.api_program


def copied(text: str, prefix: str) -> str:
    """Returns a file of terraform/ as it is in the folder of another service."""
    text = text.replace(f"/../{EXAMPLE}", "/..")
    return re.sub(rf"\b{EXAMPLE_PREFIX}_(?=[a-z])", f"{prefix}_", text)


def sources(terraform: Path) -> Iterator[Path]:
    """Returns the files of Penstock's roots that a copy has, without those that a user has made."""
    for pattern in (*PATTERNS, *REGISTRY_PATTERNS):
        for path in sorted(terraform.glob(pattern)):
            if not path.name.endswith("_override.tf"):
                yield path.relative_to(terraform)


def lay_out(commands: Commands, service: Service) -> None:
    """Makes or renews the copy; raises Failure if the folder has files of somebody else.

    With --dry-run it only says so. A file is written if its text is another one.
    """
    if is_example(commands):
        return
    source, target = commands.machinery / "terraform", commands.root / STACK
    say(f"# {target}: the files of {source}, with the names of {service.name}")
    if commands.dry_run:
        return
    prefix = prefix_of(commands, service)
    texts = {
        str(name): copied((source / name).read_text(encoding="utf-8"), prefix)
        for name in sources(source)
    }
    own = sorted(name for name in (*texts, MANIFEST, IGNORE_FILE) if Path(name).name != KEPT)
    texts[IGNORE_FILE] = IGNORED + "".join(f"/{name}\n" for name in own)
    manifest = target / MANIFEST
    ours = set(manifest.read_text(encoding="utf-8").splitlines()) if manifest.is_file() else set()
    strange = [name for name in texts if name not in ours and (target / name).exists()]
    if strange:
        raise Failure(
            f"{target / strange[0]} is not of ./penstock deploy, which has a file of this name. "
            f"Move what is yours out of {target}."
        )
    (target / "registry").mkdir(parents=True, exist_ok=True)
    # The manifest comes first: a run that is interrupted here can go on.
    write(manifest, "".join(f"{name}\n" for name in sorted(ours | set(texts))))
    for name in ours - set(texts):
        (target / name).unlink(missing_ok=True)
    for name, text in texts.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.name == KEPT and path.exists():
            continue
        write(path, text)
    write(manifest, "".join(f"{name}\n" for name in sorted(texts)))


def write(path: Path, text: str) -> None:
    """Writes the file unless it has this text already."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
