#!/usr/bin/env python3
"""Runs a command on a terminal, and prints what it writes there.

    on_terminal.py KEY COMMAND…

KEY: empty, or ctrl-c, which is pressed as soon as a count such as [1/3] is there. Ends with the
command's status, as a shell says it.
"""

import os
import pty
import re
import select
import signal
import sys
import time

SECONDS_MAX = 30


def main() -> int:
    key, command = sys.argv[1], sys.argv[2:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    written, end, pressed = b"", time.monotonic() + SECONDS_MAX, key == ""
    while select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
        try:
            read = os.read(terminal, 4096)
        except OSError:  # Nobody has the other end any more.
            break
        if not read:
            break
        written += read
        if not pressed and re.search(rb"\[\d+/\d+\]", written):
            pressed = True
            os.write(terminal, b"\x03")
    else:
        os.kill(pid, signal.SIGKILL)
        print(f"not ended in {SECONDS_MAX} s", file=sys.stderr)
    sys.stdout.buffer.write(written)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(main())
