"""Starts the servers of the benchmarks on free ports, and stops them in the end."""

import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Self

from processes import Server, Trouble, free_ports, tool

REPOSITORY = Path(__file__).resolve().parent.parent
PEERS = REPOSITORY / "bench" / "peers"
GO_VERSION_MIN = (1, 24)
OPEN_FILES_MAX = 12_000  # Enough for 10,000 connections: each end is another process's.
COMMAND_SECONDS_MAX = 900
PR_SET_PDEATHSIG = 1
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LIBC = ctypes.CDLL(None)


def service(sources: Path = REPOSITORY) -> dict[str, str]:
    """Returns the names of the example, from hello/service.env. It alone is measured."""
    lines = (sources / "hello" / "service.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


class Side:
    """Has the sources, the programs and the names of one of two builds that are compared."""

    def __init__(self, name: str, sources: Path) -> None:
        self.name, self.sources, self.names = name, sources, service(sources)
        self.bin = sources / "build" / "release" / "bin"
        self.api = self.bin / self.names["API_PROGRAM"]
        self.function = self.bin / self.names["FUNCTION_PROGRAM"]
        # This one is as AWS gets it.
        self.static_function = (
            sources / "build" / "package-x86_64" / "bin" / self.names["FUNCTION_PROGRAM"]
        )


class Lab:
    """Owns the temporary folder and every process. They end with its context.

    `names` are those of another service than the example.
    """

    def __init__(self, program: Path | str | None, names: dict[str, str] | None = None) -> None:
        self.names = names or service()
        self.program = Path(
            program or REPOSITORY / "build" / "release" / "bin" / self.names["API_PROGRAM"]
        )
        self.servers: list[Server] = []
        self.violations: list[str] = []
        self.built: dict[str, str] = {}

    def __enter__(self) -> Self:
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = OPEN_FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES_MAX)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
        for number in ENDING_SIGNALS:
            signal.signal(number, lambda number, _frame: sys.exit(128 + number))
        self.folder = Path(tempfile.mkdtemp(prefix="penstock-bench-"))
        return self

    def __exit__(self, *_: object) -> None:
        for number in ENDING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        self.stop_all()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop_all(self) -> None:
        """Stops the processes that still run, the newest first."""
        while self.servers:
            self.servers.pop().stop()

    def spawn(self, command: list[str], **options: Any) -> subprocess.Popen:
        """Starts a command in a new session, so that Ctrl-C reaches only this program.

        The command ends when this program does.
        """
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # It is safe here: this program's other threads only read.
            preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM),  # noqa: PLW1509
            **options,
        )

    def stop(self, server: Server) -> None:
        """Stops one process, and forgets it."""
        server.stop()
        self.servers.remove(server)

    def start(
        self,
        name: str,
        command: list[str],
        port: int,
        environment: dict[str, str] | None = None,
        quiet: bool = False,
    ) -> Server:
        log, started = self.folder / f"{port}.log", time.monotonic()
        with log.open("ab") as out:
            process = self.spawn(
                command,
                stdout=subprocess.DEVNULL if quiet else out,
                stderr=out,
                # Without these only root may read the memory map of a program with credentials.
                env={
                    **os.environ,
                    "PENSTOCK_CORE_DUMPS": "true",
                    self.names["VARIABLE_PREFIX"] + "CORE_DUMPS": "true",
                    **(environment or {}),
                },
            )
        self.servers.append(Server(name, process, log, port, started))
        return self.servers[-1]

    def run(self, command: list[str], **options: Any) -> str:
        """Runs a command to its end, and returns its standard output."""
        process = self.spawn(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
        )
        self.servers.append(Server(command[0], process, self.folder, 0))
        out, err = process.communicate(timeout=COMMAND_SECONDS_MAX)
        self.servers.pop()
        if process.returncode:
            raise Trouble(f"{' '.join(command)} failed: {(err or out).strip()[-500:]}")
        return out

    def go_program(self, name: str) -> str:
        """Builds peers/NAME, unless it did, and returns the path of the program."""
        if name not in self.built:
            version = self.run([tool("go"), "env", "GOVERSION"], cwd=PEERS).strip()
            numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
            if numbers < GO_VERSION_MIN:
                raise Trouble(
                    f"bench/peers needs Go 1.24 or newer, and this is {version}: "
                    "install golang-go of Debian 13"
                )
            self.built[name] = str(self.folder / f"{name}-program")
            self.run([tool("go"), "build", "-o", self.built[name], "."], cwd=PEERS / name)
        return self.built[name]

    def api(
        self,
        bootstrap: str = "",
        topic: str = "events",
        wait: bool = True,
        quiet: bool = False,
        side: Side | None = None,
        under: tuple[str, ...] = (),
        contract: str = "",
        settings: dict[str, str] | None = None,
    ) -> Server:
        """Starts hello_api, with Kafka off if there is no bootstrap address.

        If it is quiet, its log goes to the null device. `under` is a command that runs it. It
        serves another contract than its own if one is named, and has further `settings`.
        """
        program, names = (side.api, side.names) if side else (self.program, self.names)
        if not program.is_file():
            raise Trouble(f"{program} does not exist: run ./penstock build release")
        port, admin = free_ports(2)
        values = {
            "PORT": port,
            "ADMIN_PORT": admin,
            "AWS_MSK_CLUSTER_BOOTSTRAP": bootstrap,
            "AWS_MSK_CLUSTER_TOPIC": topic,
            **(settings or {}),
        }
        environment = {
            names["VARIABLE_PREFIX"] + name: str(value) for name, value in values.items()
        }
        command = [*under, str(program), *(["--contract", contract] if contract else [])]
        server = self.start(names["API_PROGRAM"], command, port, environment, quiet)
        if wait and bootstrap:
            server.wait_until(lambda: server.get("/readiness", admin)[0] == 200)
        elif wait:
            server.wait_until(lambda: server.get("/healthcheck")[0] == 200)
        return server

    def peer(
        self, bootstrap: str = "127.0.0.1:9", topic: str = "events", wait: bool = True
    ) -> Server:
        (port,) = free_ports(1)
        options = ["--port", str(port), "--bootstrap", bootstrap, "--topic", topic]
        server = self.start("Go peer", [self.go_program("go"), *options], port)
        if wait:
            server.wait_until(lambda: server.get("/hello")[0] == 200)
        return server

    def nginx(self, body: bytes, log: bool = True) -> Server:
        """Starts nginx with one worker, which returns this body.

        It writes an access log to the null device, or none.
        """
        (port,) = free_ports(1)
        folder = self.folder / f"nginx-{port}"
        folder.mkdir()
        temporary = " ".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        text = body.decode().replace("\\", "\\\\").replace("'", "\\'")
        access_log = "/dev/null" if log else "off"
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ access_log {access_log}; keepalive_requests 1000000000; {temporary}\n"
            f"server {{ listen 127.0.0.1:{port}; default_type application/json; "
            f"return 200 '{text}'; }} }}\n"
        )
        command = [tool("nginx"), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
        server = self.start("nginx" if log else "nginx without a log", command, port)
        server.wait_until(lambda: server.get("/")[0] == 200)
        if server.get("/")[1] != body:
            raise Trouble("nginx does not return the body of its configuration")
        return server
