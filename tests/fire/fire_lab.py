"""The folder and the processes of a fire."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from lab import ENDING_SIGNALS, LIBC, PR_SET_PDEATHSIG, Lab
from processes import Server


def prepare() -> None:
    """Prepares a new process: it ends with this one, and a full file is an error of write()."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class FireLab(Lab):
    """A lab whose folder stays when something was wrong."""

    def __init__(self, program: Path, names: dict[str, str]) -> None:
        super().__init__(program, names)
        self.keeps = True

    def __enter__(self) -> Self:
        super().__enter__()
        self.folder.rmdir()
        self.folder = Path(tempfile.mkdtemp(prefix="penstock-fire-"))
        return self

    def __exit__(self, *_: object) -> None:
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        self.stop_all()
        if not self.keeps:
            shutil.rmtree(self.folder, ignore_errors=True)

    def spawn(self, command: list[str], **options: Any) -> subprocess.Popen:
        """Starts a command that ends when this program does. Only its main thread may call this."""
        return subprocess.Popen(
            command,
            start_new_session=True,
            preexec_fn=prepare,  # noqa: PLW1509
            **{"stdin": subprocess.DEVNULL, **options},
        )

    def start(
        self,
        name: str,
        command: list[str],
        port: int,
        environment: dict[str, str] | None = None,
        quiet: bool = False,
    ) -> Server:
        """Starts a server, whose output goes to the file NAME.log."""
        log, started = self.folder / f"{name}.log", time.monotonic()
        with log.open("ab") as out:
            process = self.spawn(
                command,
                stdout=subprocess.DEVNULL if quiet else out,
                stderr=out,
                env={**os.environ, **(environment or {})},
            )
        self.servers.append(Server(name, process, log, port, started))
        return self.servers[-1]
