"""Runs the programs that a deployment consists of, or only shows them."""

from __future__ import annotations

import enum
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

# Penstock's folder is that in which this package is.
MACHINERY = Path(__file__).resolve().parents[2]


class Failure(Exception):
    """Says why a step cannot go on, and what the user has to do."""


class CommandFailed(Failure):
    """Says that a program ended with a status other than 0."""

    def __init__(self, command: tuple[str, ...], status: int) -> None:
        """Keeps the status, an exit code or, below 0, a signal."""
        how = f"ended with exit code {status}"
        if status < 0:
            how = f"was stopped by signal {-status}"
        super().__init__(
            f"{command[0]} {how}; the lines above say why. "
            "Once that is mended, the same command continues from there."
        )
        self.status = status


class Interrupted(Exception):
    """Means that the user pressed Ctrl-C while a program ran, which has ended."""


class Output(enum.Enum):
    """Says where a program's standard output and standard error go."""

    SHOWN = enum.auto()
    """To the user."""
    HIDDEN = enum.auto()
    """Standard output to /dev/null."""
    ON_STDERR = enum.auto()
    """Both to the user's standard error."""
    KEPT = enum.auto()
    """Standard output to the caller."""
    KEPT_ALONE = enum.auto()
    """Standard output to the caller, standard error to /dev/null."""
    BOTH_KEPT = enum.auto()
    """Both to the caller."""


_STREAMS: dict[Output, tuple[int | None, int | None]] = {
    Output.SHOWN: (None, None),
    Output.HIDDEN: (subprocess.DEVNULL, None),
    Output.ON_STDERR: (2, None),
    Output.KEPT: (subprocess.PIPE, None),
    Output.KEPT_ALONE: (subprocess.PIPE, subprocess.DEVNULL),
    Output.BOTH_KEPT: (subprocess.PIPE, subprocess.STDOUT),
}


@dataclass(frozen=True)
class Ended:
    """Says how a program ended: its exit code (negative: a signal) and the output that was kept."""

    status: int
    output: str = ""


def say(text: str) -> None:
    """Prints a line for the user, on standard error."""
    print(text, file=sys.stderr, flush=True)


def quote(word: str) -> str:
    """Returns the word as it can be typed into a shell, with as few quotes as possible."""
    if re.fullmatch(r"[A-Za-z0-9_./:=,@%+-]+", word):
        return word
    if "'" not in word:
        return f"'{word}'"
    if not re.search(r'[\\"`$]', word):
        return f'"{word}"'
    return shlex.quote(word)


def typed(command: tuple[str, ...]) -> str:
    """Returns the command as it can be typed into a shell."""
    return " ".join(map(quote, command))


@contextmanager
def _interrupts_left_to_programs() -> Iterator[None]:
    """Waits for running programs in spite of Ctrl-C, and raises Interrupted when they have ended.

    The terminal sends Ctrl-C to every process of the group, so Terraform has it already. Terraform
    needs its time to save its state, and gives that up at a second Ctrl-C: this process must
    neither pass the first one on nor end before Terraform. The handler does nothing, but is not
    SIG_IGN, which the programs would inherit.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # The caller has turned Ctrl-C off, for the programs as well.
        yield
        return
    interrupts: list[int] = []
    previous = signal.signal(signal.SIGINT, lambda number, _frame: interrupts.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
        if interrupts:
            raise Interrupted


@dataclass
class Commands:
    """Runs programs in the folder `root`. Every method raises Interrupted after Ctrl-C.

    `root` is the folder of the service, or Penstock's own for the example, which is in it.
    `machinery` is Penstock's folder in any case. With `dry_run` it starts none of those that it
    shows. `environment` is what programs get; account.py adds the region.
    """

    root: Path
    dry_run: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    machinery: Path = MACHINERY

    @property
    def front_door(self) -> str:
        """Returns how Penstock's verbs are called, whose service is in `environment`.

        A service's folder may have a front door of its own, as one of `./penstock new` has.
        """
        return (
            "./penstock" if (self.root / "penstock").is_file() else str(self.machinery / "penstock")
        )

    def show(self, *command: str) -> None:
        """Shows the command."""
        say(f"$ {typed(command)}")

    def run(self, *command: str, output: Output = Output.SHOWN) -> None:
        """Shows the command and runs it; raises CommandFailed if its exit code is not 0."""
        self.show(*command)
        if not self.dry_run:
            self._check(command, self.execute(command, output))

    def succeeds(self, *command: str) -> bool:
        """Shows the command, runs it, and returns whether its exit code is 0 (--dry-run: True)."""
        self.show(*command)
        return self.dry_run or self.execute(command, Output.SHOWN).status == 0

    def answer(self, placeholder: str, *command: str) -> str:
        """Shows a command that changes nothing, and returns its output without the last newlines.

        With --dry-run it returns the placeholder. Raises CommandFailed.
        """
        self.show(*command)
        if self.dry_run:
            return placeholder
        ended = self.execute(command, Output.KEPT)
        self._check(command, ended)
        return ended.output.rstrip("\n")

    def ask(self, *command: str, output: Output = Output.KEPT_ALONE) -> Ended:
        """Runs a command that changes nothing, unshown, with --dry-run, too.

        A program that is not installed ends with 127, as in a shell.
        """
        try:
            return self.execute(command, output)
        except Failure:
            return Ended(127)

    def pipe(self, source: tuple[str, ...], sink: tuple[str, ...]) -> None:
        """Shows and runs `source | sink`; raises CommandFailed if one of them fails.

        What passes through the pipe is neither read nor shown here, so it may be a secret.
        """
        say(f"$ {typed(source)} | {typed(sink)}")
        if self.dry_run:
            return
        with _interrupts_left_to_programs():
            first = self._start(source, subprocess.PIPE, None)
            try:
                second = self._start(sink, None, None, stdin=first.stdout)
            finally:
                # The sink holds the other end. If it ends early, the source has to notice.
                if first.stdout:
                    first.stdout.close()
                    first.stdout = None
            second.communicate()
            first.communicate()
        self._check(source, Ended(first.returncode))
        self._check(sink, Ended(second.returncode))

    def execute(self, command: tuple[str, ...], output: Output) -> Ended:
        """Runs a command and returns how it ended; raises Failure if it cannot be started."""
        with _interrupts_left_to_programs():
            process = self._start(command, *_STREAMS[output])
            kept, _ = process.communicate()
        return Ended(process.returncode, (kept or b"").decode("utf-8", "surrogateescape"))

    def _start(
        self,
        command: tuple[str, ...],
        stdout: int | None,
        stderr: int | None,
        stdin: IO[bytes] | None = None,
    ) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                command,
                cwd=self.root,
                env=self.environment,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
            )
        except OSError as error:
            raise Failure(f"{command[0]} cannot be started: {error.strerror}.") from None

    @staticmethod
    def _check(command: tuple[str, ...], ended: Ended) -> None:
        if ended.status != 0:
            raise CommandFailed(command, ended.status)
