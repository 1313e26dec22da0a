"""Puts a process into a memory cgroup, and reads what the kernel counts there."""

import contextlib
import os
import time
from pathlib import Path
from typing import Self

ROOT = Path("/sys/fs/cgroup")
EMPTY_SECONDS_MAX = 10
UNLIMITED = 2**62


class MemoryGroup:
    """A cgroup of its own, of version 1 or 2, with a limit. It is removed with its context.

    What it counts is more than resident memory: the kernel's own structures for each socket (about
    1.5 KiB a connection), and under version 2 the bytes in the sockets' buffers. Under version 1
    these are counted apart.
    """

    def __init__(self, limit_bytes: int) -> None:
        """Makes the group, without a limit if it is 0.

        Raises:
            OSError: This machine or this user may make none.
        """
        first = ROOT / "memory" if (ROOT / "memory").is_dir() else ROOT
        self.version = 1 if first != ROOT else 2
        self.folder = first / f"penstock-attacks-{os.getpid()}"
        self.folder.mkdir()
        try:
            if self.version == 1:
                # A limit, even one that is never met, makes the kernel count these bytes.
                self._write("memory.kmem.tcp.limit_in_bytes", str(UNLIMITED))
                if limit_bytes:
                    self._write("memory.limit_in_bytes", str(limit_bytes))
            else:
                self._write("memory.max", str(limit_bytes or "max"))
                self._write("memory.swap.max", "0")
        except OSError:
            self.folder.rmdir()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The kernel still holds a process for a moment after its parent has seen its end.
        end = time.monotonic() + EMPTY_SECONDS_MAX
        while True:
            try:
                self.folder.rmdir()
                return
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def _number(self, name: str, key: str = "") -> int:
        """Returns the file's number, or that in the line of this key; 0 if there is none."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            text = (self.folder / name).read_text()
            if not key:
                return int(text)
            return int(next(line.split()[1] for line in text.splitlines() if line.startswith(key)))
        return 0

    def command(self, command: list[str]) -> list[str]:
        """Returns the command that runs this one in the group."""
        script = 'echo 0 >"$0/cgroup.procs" && exec "$@"'
        return ["sh", "-c", script, str(self.folder), *command]

    def peak_bytes(self) -> int:
        """Returns the most that was counted, or 0 where the kernel does not say (before 5.19)."""
        return self._number("memory.max_usage_in_bytes" if self.version == 1 else "memory.peak")

    def socket_bytes(self) -> int:
        """Returns the bytes in the buffers of sockets: their most (version 1), or those of now."""
        if self.version == 1:
            return self._number("memory.kmem.tcp.max_usage_in_bytes")
        return self._number("memory.stat", "sock ")

    def kills(self) -> int:
        """Returns how many processes the kernel has killed because of the limit."""
        if self.version == 1:
            return self._number("memory.oom_control", "oom_kill ")
        return self._number("memory.events", "oom_kill ")
