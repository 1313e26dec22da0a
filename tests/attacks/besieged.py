"""A server under attack: its memory group, its other clients, and what it holds."""

import contextlib
import http.client
import json
import operator
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from attackers import raise_descriptor_limit
from fixture import VARIABLE_PREFIX
from lab import Lab
from memory_group import MemoryGroup
from processes import Server, Trouble, free_ports

HERE = Path(__file__).resolve().parent
PROBE_PAUSE_SECONDS = 0.05
PROBES_MIN = 5  # So many answers each probe gets while all connections of the attack are open.
FAILURES_MAX = 2  # After so many of one probe, the attack need not go on.
# A bound, not a goal: a client that is starved waits for ever, unlike one on a loaded machine.
PROBE_SECONDS_MAX = 60
ATTACK_SECONDS_MAX = 120
ATTACKER_END_SECONDS_MAX = 60
SETTLE_SECONDS_MAX = 30


class Probe:
    """Another client, which asks a path again and again, and counts what is not answered by 200.

    If it `keeps` its connection, it opens a new one when the server has closed it between two
    requests, as clients do. It runs from its beginning to end().
    """

    def __init__(self, port: int, path: str, keeps: bool) -> None:
        self.port, self.path, self.keeps = port, path, keeps
        self.name = f"{path} ({'kept' if keeps else 'new'} connection)"
        self.answered = 0
        self.failures: list[str] = []
        self.slowest = 0.0
        self.connection: http.client.HTTPConnection | None = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def asked(self) -> int:
        return self.answered + len(self.failures)

    def _run(self) -> None:
        while True:
            began = time.monotonic()
            failure = self._ask()
            self.slowest = max(self.slowest, time.monotonic() - began)
            if failure:
                self.failures.append(failure)
            else:
                self.answered += 1
            if self.stopping.wait(PROBE_PAUSE_SECONDS):
                return

    def _ask(self) -> str:
        """Returns what was wrong, or nothing."""
        if self.connection is not None:
            with contextlib.suppress(OSError, http.client.HTTPException):
                return self._ask_once(self.connection)
            self._close()
        try:
            self.connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=PROBE_SECONDS_MAX
            )
            return self._ask_once(self.connection)
        except (OSError, http.client.HTTPException) as error:
            self._close()
            return f"{type(error).__name__}: {error}"

    def _ask_once(self, connection: http.client.HTTPConnection) -> str:
        connection.request("GET", self.path)
        response = connection.getresponse()
        response.read()
        if not self.keeps or response.will_close:
            self._close()
        return "" if response.status == 200 else f"status {response.status}"

    def _close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def end(self) -> None:
        self.stopping.set()
        self.thread.join(PROBE_SECONDS_MAX * 2)
        self._close()


@dataclass
class Holding:
    """What a process holds."""

    rss_kib: int
    peak_kib: int
    descriptors: int


@dataclass
class Besieged:
    """A program that is attacked. The group, if there may be one, has the program alone in it."""

    lab: Lab
    server: Server
    admin_port: int
    group: MemoryGroup | None
    probes: list[Probe] = field(default_factory=list)

    def holding(self) -> Holding:
        folder = Path(f"/proc/{self.server.process.pid}")
        try:
            status = (folder / "status").read_text()
            descriptors = len(list((folder / "fd").iterdir()))
            numbers = {
                name: int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1])
                for name in ("VmRSS", "VmHWM")
            }
        except (OSError, TypeError):
            raise Trouble(self.end_of_program()) from None
        return Holding(numbers["VmRSS"], numbers["VmHWM"], descriptors)

    def end_of_program(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.process.wait(5)
        if self.group is not None and self.group.kills():
            return "it was killed, because its cgroup's limit was reached"
        lines = self.server.log.read_text(errors="replace").splitlines()[-3:]
        return "\n".join([f"it ended with {self.server.process.returncode}", *lines])

    def is_alive(self) -> bool:
        return self.server.process.poll() is None

    def probe(self, *admin_paths: str) -> None:
        """Lets other clients ask for the health check, and for these paths, from now on."""
        self.probes = [
            Probe(self.server.port, "/healthcheck", keeps=False),
            Probe(self.server.port, "/healthcheck", keeps=True),
            *(Probe(self.admin_port, path, keeps=False) for path in admin_paths),
        ]

    def attack(self, name: str, seconds: float, *options: str) -> dict[str, int]:
        """Runs the attacker in a process of its own, and returns its counts.

        The attack goes on until these seconds are over after all its connections are open, and each
        probe has had its answers since then.
        """
        command = [sys.executable, str(HERE / "attackers.py"), name, *options]
        command += ["--port", str(self.server.port), "--seconds", str(ATTACK_SECONDS_MAX)]
        attacker = self.lab.spawn(command, stdout=subprocess.PIPE, text=True)
        try:
            attacker.stdout.readline()  # It comes within FILL_SECONDS_MAX.
            wanted = [probe.asked() + PROBES_MIN for probe in self.probes]
            began = time.monotonic()
            end = began + ATTACK_SECONDS_MAX
            while attacker.poll() is None and time.monotonic() < end:
                asked = [probe.asked() for probe in self.probes]
                over = time.monotonic() > began + seconds
                failed = any(len(probe.failures) >= FAILURES_MAX for probe in self.probes)
                if over and (failed or all(map(operator.ge, asked, wanted))):
                    break
                time.sleep(0.05)
            attacker.terminate()
            out, _ = attacker.communicate(timeout=ATTACKER_END_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            raise Trouble(f"the attacker did not end in {ATTACKER_END_SECONDS_MAX} s") from None
        finally:
            attacker.kill()
            attacker.wait()
        if attacker.returncode:
            raise Trouble(f"the attacker ended with {attacker.returncode}")
        return json.loads(out)

    def settle(self, descriptors: int) -> Holding:
        """Waits until no more descriptors than these are open, and returns what is held then."""
        end = time.monotonic() + SETTLE_SECONDS_MAX
        while (held := self.holding()).descriptors > descriptors and time.monotonic() < end:
            time.sleep(0.1)
        return held

    def end_probes(self) -> None:
        for probe in self.probes:
            probe.end()

    def stop(self) -> None:
        self.lab.stop(self.server)


class Siege:
    """Starts programs in memory groups. Where no group may be made, it says so once."""

    def __init__(self, lab: Lab, folder: Path, limit_mib: int) -> None:
        self.lab, self.folder, self.limit_bytes = lab, folder, limit_mib * 1024 * 1024
        self.no_group = ""

    def __enter__(self) -> Self:
        self.stack = contextlib.ExitStack()
        # 12,000 connections must meet the API's own limits, and not those of this shell.
        raise_descriptor_limit()
        return self

    def __exit__(self, *_: object) -> None:
        self.lab.stop_all()
        self.stack.close()

    def _group(self) -> MemoryGroup | None:
        self.stack.close()  # The group before is empty now.
        try:
            return self.stack.enter_context(MemoryGroup(self.limit_bytes))
        except OSError as error:
            self.no_group = f"no memory cgroup may be made here ({error})"
            return None

    def api(self, settings: dict[str, str], descriptors_max: int = 0) -> Besieged:
        """Starts the API with these settings, and its defaults for all others."""
        port, admin_port = free_ports(2)
        values = {"PORT": str(port), "ADMIN_PORT": str(admin_port), **settings}
        environment = {VARIABLE_PREFIX + name: value for name, value in values.items()}
        return self._start(
            "the API", [str(self.lab.program)], port, admin_port, environment, descriptors_max
        )

    def mock(self, contract: Path) -> Besieged:
        """Serves a contract by the same server, without settings."""
        (port,) = free_ports(1)
        command = [str(self.folder / "penstock_contract"), "mock", str(contract)]
        command += ["--port", str(port)]
        return self._start("the mock", command, port, 0, {}, 0)

    def _start(
        self,
        name: str,
        command: list[str],
        port: int,
        admin_port: int,
        environment: dict[str, str],
        descriptors_max: int,
    ) -> Besieged:
        group = self._group()
        if descriptors_max:
            command = ["sh", "-c", f'ulimit -n {descriptors_max} && exec "$@"', "sh", *command]
        if group is not None:
            command = group.command(command)
        server = self.lab.start(name, command, port, environment, quiet=True)
        server.wait_until(lambda: server.get("/healthcheck")[0] == 200)
        return Besieged(self.lab, server, admin_port, group)
