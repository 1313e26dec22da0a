"""Does what a page says, command by command, as a newcomer would.

Each page has a copy of the work tree, whose `build` leads to what is built already, and ports of
its own. Programs that run until Ctrl-C go on running until the page's end.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from blocks import Block
from expected import first_missing

BLOCK_SECONDS = 120
# How long a program may take until it has printed what the page says, or is ready.
PRINT_SECONDS = 60
STOP_SECONDS = 30
# Pages name these ports. Others are used in the test, so that a system beside it does no harm.
PAGE_PORTS = (8000, 8001, 4010)
UP = "./penstock up"
READY = {UP: "ready: ", "mock": '"message":"listening"'}
LEFT_BEHIND = ("build", ".git", ".penstock", ".terraform", "__pycache__")


class PageError(Exception):
    """A block did not do what its page says."""


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@dataclass
class Running:
    """A program that runs until Ctrl-C."""

    block: Block
    process: subprocess.Popen[bytes]
    output: Path

    def text(self) -> str:
        return self.output.read_text(errors="replace")


@dataclass
class Newcomer:
    """A shell in a copy of `source`. `build` is a folder of preset dev that is built."""

    source: Path
    build: Path
    home: Path
    running: list[Running] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    last_output: str = ""
    ports: dict[int, int] = field(default_factory=dict)

    def __enter__(self) -> Newcomer:
        ignored = shutil.ignore_patterns(*LEFT_BEHIND)
        shutil.copytree(self.source, self.folder, symlinks=True, ignore=ignored)
        (self.folder / "build").mkdir()
        (self.folder / "build" / "dev").symlink_to(self.build)
        libraries = os.environ.get("PENSTOCK_KAFKA_LIBS")
        kafka = Path(libraries).parent if libraries else self.build.parent / "kafka"
        (self.folder / "build" / "kafka").symlink_to(kafka)
        self.ports = dict(zip(PAGE_PORTS, free_ports(len(PAGE_PORTS)), strict=True))
        (self.home / "environment").write_text("")
        (self.home / "place").write_text(str(self.folder))
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        problems: list[PageError] = []
        for program in reversed(self.running):
            try:
                self.stop(program)
            except PageError as problem:
                problems.append(problem)
        # What a block has left in the background ends here.
        for group in self.groups:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        if problems and failure is None:
            raise problems[0]

    @property
    def folder(self) -> Path:
        return self.home / "penstock"

    def stop(self, program: Running) -> None:
        """Ctrl-C reaches a whole process group; what does not end then is killed."""
        if program.process.poll() is not None:
            raise PageError(f"{program.block.place}: ended before Ctrl-C\n{program.text()}")
        os.killpg(program.process.pid, signal.SIGINT)
        try:
            program.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(program.process.pid, signal.SIGKILL)
            program.process.wait()
            raise PageError(f"{program.block.place}: does not end after Ctrl-C") from None

    def with_my_ports(self, text: str) -> str:
        for page_port, port in self.ports.items():
            text = re.sub(rf"\b127\.0\.0\.1:{page_port}\b", f"127.0.0.1:{port}", text)
        text = text.replace(UP, f"{UP} --port {self.ports[8000]} --admin-port {self.ports[8001]}")
        return re.sub(r"(penstock[_ ]contract mock [^\n]*)", rf"\1 --port {self.ports[4010]}", text)

    def shell(self, block: Block, output: Path) -> subprocess.Popen[bytes]:
        """A shell for one block, where the block before has left off. Leads a process group."""
        keep = f"trap 'declare -px >{self.home}/environment; pwd >{self.home}/place' EXIT"
        text = self.with_my_ports("\n".join(block.commands()) if block.until_ctrl_c else block.text)
        if block.until_ctrl_c:
            # The shell becomes the last program, so that Ctrl-C reaches that alone.
            *before, last = text.split("\n")
            text = "\n".join([*before, f"exec {last}"])
        else:
            text = f"{keep}\n{text}"
        place = (self.home / "place").read_text().strip()
        script = f"set -eo pipefail\nsource {self.home}/environment\ncd {place}\n{text}\n"
        with output.open("wb") as stream:
            return subprocess.Popen(
                ["bash", "-c", script],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                process_group=0,
            )

    def run(self, block: Block) -> None:
        """Runs a block's commands.

        PageError: they fail, or a program that should go on ends, or they need a comment first.
        """
        if block.unmarked:
            raise PageError(
                f"{block.place}: '{block.unmarked}' needs an account or an administrator: put "
                "<!-- not run: WHY --> before the block"
            )
        output = self.home / f"output-{block.page.name}-{block.line}"
        process = self.shell(block, output)
        self.groups.append(process.pid)
        if block.until_ctrl_c:
            program = Running(block, process, output)
            self.running.append(program)
            self.wait_until_ready(program)
            self.last_output = ""
            return
        try:
            status = process.wait(BLOCK_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise PageError(f"{block.place}: not done after {BLOCK_SECONDS} s") from None
        self.last_output = output.read_text(errors="replace")
        if status != block.exit_status:
            raise PageError(f"{block.place}: exit status {status}\n{self.last_output}")

    def wait_until_ready(self, program: Running) -> None:
        word = next(
            (ready for name, ready in READY.items() if name in program.block.commands()[-1]), ""
        )
        deadline = time.monotonic() + PRINT_SECONDS
        while word not in program.text():
            ended = program.process.poll() is not None
            if ended or time.monotonic() > deadline:
                what = "ended" if ended else f"did not print '{word}' in {PRINT_SECONDS} s"
                raise PageError(f"{program.block.place}: {what}\n{program.text()}")
            time.sleep(0.05)

    def expect(self, block: Block) -> None:
        """Waits until one of the programs has printed a block of text. PageError: none does."""
        deadline = time.monotonic() + (PRINT_SECONDS if self.running else 0)
        while True:
            outputs = [self.last_output, *(program.text() for program in self.running)]
            missing = [first_missing(block.text, printed) for printed in outputs]
            if "" in missing:
                return
            if time.monotonic() >= deadline:
                printed = "\n--\n".join(outputs)
                raise PageError(f"{block.place}: not printed: {missing[0]}\nbut:\n{printed}")
            time.sleep(0.1)


def needs_system(blocks: list[Block]) -> bool:
    """Whether a page asks the API, or reads its Kafka, without having started it."""
    for block in blocks:
        if not block.is_run:
            continue
        if UP in block.text:
            return False
        asks = re.search(r"127\.0\.0\.1:800[01]", block.text)
        reads = "penstock_local esm" in block.text or "--from-topic" in block.text
        if asks or (reads and "--bootstrap" not in block.text):
            return True
    return False
