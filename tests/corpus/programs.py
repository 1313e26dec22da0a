"""Runs penstock_contract, and says what a run costs."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# A document that takes longer hangs.
SECONDS_MAX = 60


@dataclass(frozen=True)
class Run:
    status: int
    output: str
    errors: str
    cpu_seconds: float
    resident_mib: float


def run(command: Sequence[str | Path], seconds: int = SECONDS_MAX) -> Run:
    """Runs a command to its end, or so long. A signal that ends it is a negative status."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            ["timeout", str(seconds), *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        return Run(
            status=process.returncode,
            output=output.read().decode(errors="replace"),
            errors=errors.read().decode(errors="replace"),
            # The usage of `timeout` includes that of what it has waited for.
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            resident_mib=usage.ru_maxrss / 1024,
        )
