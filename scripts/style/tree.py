"""The files of the work tree, by kinds, and what is exempt from which check."""

from __future__ import annotations

import fnmatch
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent.parent


class Exemption(NamedTuple):
    """A row of exempt.txt."""

    check: str
    pattern: str


@cache
def exemptions() -> list[Exemption]:
    rows = Path(__file__).with_name("exempt.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for row in rows:
        if row and not row.startswith("#"):
            check, pattern, _ = (part.strip() for part in row.split("|"))
            found.append(Exemption(check, pattern))
    return found


def is_exempt(check: str, name: str) -> bool:
    """Whether exempt.txt leaves the file out of the check; "*" is every check."""
    return any(
        each.check in {check, "*"} and fnmatch.fnmatch(name, each.pattern) for each in exemptions()
    )


def listed() -> list[str]:
    """Returns the files that are or could be committed, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    git = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if git.returncode != 0:
        sys.exit(
            f"git does not say which files {ROOT} has, so name them, or clone the project with "
            f"git. git says: {git.stderr.strip()}"
        )
    return sorted(name for name in set(git.stdout.split("\0")) if name and (ROOT / name).is_file())


def read(name: str) -> str | None:
    """Returns the file's text, or None if it is a folder, or not UTF-8."""
    if (ROOT / name).is_dir():
        return None
    try:
        return (ROOT / name).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def kind_of(name: str, text: str) -> str:
    """Returns the language: by the name, or else by the first line."""
    path = Path(name)
    by_suffix = {
        ".h": "c++",
        ".cpp": "c++",
        ".py": "python",
        ".sh": "bash",
        ".md": "markdown",
        ".cmake": "cmake",
        ".tf": "terraform",
        ".hcl": "terraform",
    }
    if path.name == "CMakeLists.txt":
        return "cmake"
    if path.suffix in by_suffix:
        return by_suffix[path.suffix]
    first = text.partition("\n")[0]
    if first.startswith("#!"):
        return "python" if "python" in first else "bash" if first.endswith("sh") else "other"
    return "other"
