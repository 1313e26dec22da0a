#!/usr/bin/env python3
"""Compares how a product is compiled and linked with how Debian hardens its own packages.

    hardening.py PRODUCT ARCHITECTURE COMPILE_COMMANDS [PROGRAM]

PRODUCT is api or function, ARCHITECTURE is Debian's name, and COMPILE_COMMANDS is CMake's list of
the product's commands. Each of them must have each option that dpkg-buildflags gives with
hardening=+all, or a stronger one, but for what docs/container.md leaves out. PROGRAM must be what
Debian's options for the linker make: readelf tells.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

# Debian 13 gives these; the dpkg-buildflags of Debian 12 does not know the last two.
DEBIAN_13 = {
    "amd64": {"-fstack-clash-protection", "-fcf-protection"},
    "arm64": {"-fstack-clash-protection", "-mbranch-protection=standard"},
}

# docs/container.md, "Hardening", has the reason of each.
LEFT_OUT = {
    "api": {"-fcf-protection", "-fstack-protector-strong"},
    "function": {"-fcf-protection"},
}

# These say what a file's bytes depend on, and protect nothing.
NO_PROTECTION = re.compile(r"-g|-O2|-ffile-prefix-map=.*|-fdebug-prefix-map=.*|-Wdate-time")


def debians_options(product: str, architecture: str) -> set[str]:
    """Returns the compiler's options, without the level of _FORTIFY_SOURCE."""
    found = set(DEBIAN_13[architecture])
    environment = dict(
        os.environ, DEB_BUILD_MAINT_OPTIONS="hardening=+all", DEB_HOST_ARCH=architecture
    )
    for flags in ("CXXFLAGS", "CPPFLAGS"):
        printed = subprocess.run(
            ("dpkg-buildflags", "--get", flags),
            capture_output=True,
            check=True,
            env=environment,
            text=True,
        ).stdout
        found.update(option for option in printed.split() if not NO_PROTECTION.fullmatch(option))
    without_levels = {option for option in found if not option.startswith("-D_FORTIFY_SOURCE=")}
    return without_levels - LEFT_OUT[product]


def is_optimised(options: list[str]) -> bool:
    """Returns whether the last -O is more than 0: only then does _FORTIFY_SOURCE do anything."""
    levels = [option for option in options if re.fullmatch(r"-O\w?", option)]
    return bool(levels) and levels[-1] != "-O0"


def fortified(options: list[str]) -> int:
    """Returns the level of _FORTIFY_SOURCE; the last option counts."""
    level = 0
    for option in options:
        if option == "-U_FORTIFY_SOURCE":
            level = 0
        elif option.startswith("-D_FORTIFY_SOURCE="):
            level = int(option.partition("=")[2])
    return level


def faults_of_commands(product: str, architecture: str, path: Path) -> list[str]:
    commands = json.loads(path.read_text(encoding="utf-8"))
    if not commands:
        return [f"{path} has no commands"]
    wanted = debians_options(product, architecture)
    faults = []
    for command in commands:
        options = shlex.split(command["command"])
        missing = sorted(wanted - set(options))
        if fortified(options) < 2 or not is_optimised(options):
            missing.append("-D_FORTIFY_SOURCE=2 with an optimisation")
        if missing:
            faults.append(f"{command['file']} is compiled without {' '.join(missing)}")
    return faults


def readelf(program: str, what: str) -> str:
    return subprocess.run(
        ("readelf", "--wide", what, program), capture_output=True, check=True, text=True
    ).stdout


def faults_of_program(architecture: str, program: str) -> list[str]:
    header = readelf(program, "--file-header")
    segments = readelf(program, "--program-headers")
    dynamic = readelf(program, "--dynamic")
    properties = {
        "position-independent (PIE)": "Type:                              DYN" in header
        and re.search(r"FLAGS_1.*\bPIE\b", dynamic),
        "bound before it starts (-z now)": re.search(r"FLAGS_1.*\bNOW\b", dynamic),
        "with relocations that are read-only (-z relro)": "GNU_RELRO" in segments,
        "with a stack that is not executable": re.search(r"GNU_STACK( +\S+){5} RW ", segments),
        "without memory that is both written and executed": not re.search(
            r"LOAD( +\S+){5} RWE ", segments
        ),
        f"for {architecture}": {"amd64": "X86-64", "arm64": "AArch64"}[architecture] in header,
    }
    return [f"{program} is not {name}" for name, there in properties.items() if not there]


def main() -> int:
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in LEFT_OUT or sys.argv[2] not in DEBIAN_13:
        print(__doc__, file=sys.stderr)
        return 2
    faults = faults_of_commands(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    for program in sys.argv[4:]:
        faults += faults_of_program(sys.argv[2], program)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


sys.exit(main())
