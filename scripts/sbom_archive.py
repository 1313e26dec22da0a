"""Holds bills of materials against the archive of the distribution that they name.

    sbom_archive.py REBUILD SBOM…

Fails if the archive, with its security updates, has a newer version of a component, or does not
have it at all. REBUILD is the command that builds the product again. The archive's lists of
sources come from this machine's mirror, and are kept in memory alone.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

UPDATE_SECONDS_MAX = 300


class Component(NamedTuple):
    name: str
    version: str
    distribution: str


class Newest(NamedTuple):
    version: str
    suite: str


class Trouble(Exception):
    """Says why the archive could not be read."""


def components_of(path: Path) -> list[Component]:
    """Returns the components that are Debian's; the archive knows nothing of any other."""
    document = json.loads(path.read_text(encoding="utf-8"))
    found = []
    for component in document["components"]:
        if not component["purl"].startswith("pkg:deb/"):
            continue
        query = urllib.parse.urlsplit(component["purl"]).query
        distribution = urllib.parse.parse_qs(query)["distro"][0]
        found.append(Component(component["name"], component["version"], distribution))
    if not found:
        raise Trouble(f"{path} has no components, so it says nothing about what is in the product.")
    return found


def run(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=UPDATE_SECONDS_MAX, check=False
    )
    if done.returncode != 0:
        raise Trouble(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def mirror() -> str:
    """Returns the address of this machine's mirror of Debian, which ends in /debian."""
    for line in run("apt-get", "indextargets", "--format", "$(REPO_URI)").splitlines():
        if line.rstrip("/").endswith("/debian"):
            return line.rstrip("/")
    raise Trouble("apt has no mirror of Debian here: /etc/apt/sources.list.d says which it has.")


def suites(distribution: str) -> dict[str, str]:
    """Returns the address of each suite that has packages of the distribution."""
    address = mirror()
    return {
        distribution: address,
        f"{distribution}-updates": address,
        f"{distribution}-security": f"{address.removesuffix('debian')}debian-security",
    }


def is_older(version: str, than: str) -> bool:
    return (
        subprocess.run(("dpkg", "--compare-versions", version, "lt", than), check=False).returncode
        == 0
    )


def paragraphs(text: str) -> Iterable[tuple[str, str]]:
    """Yields the name and the version of each source package in a list."""
    for paragraph in text.split("\n\n"):
        name = re.search(r"^Package: (\S+)$", paragraph, re.MULTILINE)
        version = re.search(r"^Version: (\S+)$", paragraph, re.MULTILINE)
        if name and version:
            yield name[1], version[1]


def newest_in(distribution: str, names: set[str]) -> dict[str, Newest]:
    """Reads the lists of sources, in a state of apt that is this run's alone."""
    newest: dict[str, Newest] = {}
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        (state / "lists" / "partial").mkdir(parents=True)
        sources = state / "sources.list"
        keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
        sources.write_text(
            "".join(
                f"deb-src [signed-by={keyring}] {address} {suite} main\n"
                for suite, address in suites(distribution).items()
            ),
            encoding="utf-8",
        )
        options = (
            f"Dir::Etc::sourcelist={sources}",
            "Dir::Etc::sourceparts=/dev/null",
            f"Dir::State={state}",
            f"Dir::State::lists={state / 'lists'}",
            f"Dir::Cache={state}",
            "APT::Sandbox::User=root",
            "Acquire::GzipIndexes=false",
        )
        run("apt-get", *(f"--option={option}" for option in options), "update", "--error-on=any")
        for path in sorted((state / "lists").glob("*_Sources")):
            suite = path.name.split("_dists_")[1].removesuffix("_main_source_Sources")
            for name, version in paragraphs(path.read_text(encoding="utf-8")):
                if name in names and (
                    name not in newest or is_older(newest[name].version, version)
                ):
                    newest[name] = Newest(version, suite)
    return newest


def faults(path: Path, newest: dict[str, dict[str, Newest]], rebuild: str) -> Iterable[str]:
    for name, version, distribution in components_of(path):
        there = newest[distribution].get(name)
        if there is None:
            yield (
                f"{path.name}: {distribution} has no source package {name} any more, and {version} "
                f"is in the product. Nobody mends it there: replace it."
            )
        elif is_older(version, there.version):
            yield (
                f"{path.name}: {name} {version} is in the product, and {there.suite} has "
                f"{there.version}. Build it again, which takes the newer one: {rebuild}"
            )


def check(rebuild: str, paths: list[Path]) -> int:
    names: dict[str, set[str]] = {}
    count = 0
    for path in paths:
        for component in components_of(path):
            names.setdefault(component.distribution, set()).add(component.name)
            count += 1
    newest = {distribution: newest_in(distribution, of) for distribution, of in names.items()}
    found = [fault for path in paths for fault in faults(path, newest, rebuild)]
    for fault in found:
        print(fault)
    if not found:
        print(f"{count} components are as new as in the archive ({', '.join(sorted(names))}).")
    return 1 if found else 0


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return check(sys.argv[1], [Path(name) for name in sys.argv[2:]])
    except Trouble as trouble:
        print(f"The archive could not be asked. {trouble}", file=sys.stderr)
    except subprocess.TimeoutExpired:
        print(
            f"The archive did not answer within {UPDATE_SECONDS_MAX} s. Check the network and the "
            f"proxy.",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    sys.exit(main())
