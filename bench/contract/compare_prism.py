#!/usr/bin/env python3
"""Mocks the shop's contract with Penstock and with Prism, and sends both the same requests.

compare_prism.py build/release/bin/penstock_contract [--rounds 3] [--seconds 5] [--warmup 2]

The first Markdown table says how each server refuses the requests of invalid_requests.json. Prism
answers violations with 422 where the table expects 400. That is its convention and not a fault:
compare "refused". The second table has the requests a second of a valid request, in turns, and
resident memory. The exit status is 1 if Penstock does not answer as expected. Without a program,
only Prism runs.

npm installs Prism into build/prism, as package-lock.json says. Prism asks for Node 24.18 or newer,
but ran on 20.20, too.
"""

import argparse
import base64
import filecmp
import http.client
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from lab import REPOSITORY, Lab
from processes import Server, Trouble, free_ports, tool
from report import say, spread, table
from speed import one_round

HERE = Path(__file__).resolve().parent
CONTRACT = REPOSITORY / "tests" / "contracts" / "shop.openapi.yaml"
BASE_PATH = "/v1"  # The path of the contract's server. Prism's mock leaves it out.
VALID_PATH = (
    "/products?q=assam&category=tea&category=coffee&id=17,18"
    "&sort=price%7Cname&in_stock=true&limit=50"
)
CONNECTIONS = 16
ANSWER_SECONDS_MAX = 10


Request = dict[str, Any]  # A member of invalid_requests.json.
Status = int | str  # A text says why there is no status.


@dataclass(eq=False)
class Mock:
    """A server that answers by the contract, and how it was started."""

    server: Server
    command: list[str | Path]
    base_path: str

    @property
    def name(self) -> str:
        return self.server.name


def install_prism(lab: Lab) -> Path:
    """Installs Prism if needed, and returns the path of its program."""
    folder = REPOSITORY / "build" / "prism"
    program = folder / "node_modules" / ".bin" / "prism"
    folder.mkdir(parents=True, exist_ok=True)
    names = ("package.json", "package-lock.json")
    stale = not program.exists() or filecmp.cmpfiles(HERE, folder, names, shallow=False)[0] != list(
        names
    )
    if stale:
        say("installing Prism")
        npm = shutil.which("npm")
        if not npm:
            raise Trouble("npm is missing: apt-get install npm")
        for name in names:
            shutil.copy(HERE / name, folder)
        # Scripts are off, because the only one counts installations.
        lab.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
    return program


def start(lab: Lab, name: str, command: list[str | Path], base_path: str) -> Mock:
    (port,) = free_ports(1)
    server = lab.start(
        name, [str(word) for word in command] + ["--port", str(port)], port, quiet=True
    )
    server.wait_until(lambda: server.get(base_path + VALID_PATH)[0] != 0)
    status, body = server.get(base_path + VALID_PATH)
    if status != 200:
        raise Trouble(f"{name} answers the valid request with {status}: {body[:200]!r}")
    return Mock(server, command, base_path)


def send(mock: Mock, request: Request) -> Status:
    """Sends the request exactly as it is written. Returns the answer's status, or its absence."""
    path = request["path"].removeprefix(BASE_PATH)
    if "body_base64" in request:
        body = base64.b64decode(request["body_base64"])
    else:
        body = request.get("body", "").encode() * request.get("body_repeat", 1)
    connection = http.client.HTTPConnection(
        "127.0.0.1", mock.server.port, timeout=ANSWER_SECONDS_MAX
    )
    try:
        connection.putrequest(request["method"], mock.base_path + path, skip_accept_encoding=True)
        for name, value in request["headers"].items():
            connection.putheader(name, value)
        if body or request["method"] not in ("GET", "HEAD"):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        response.read()
        return response.status
    except TimeoutError:
        return f"no answer in {ANSWER_SECONDS_MAX} s"
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {type(error).__name__}"
    finally:
        connection.close()


def correctness(lab: Lab, mocks: list[Mock], requests: list[Request]) -> dict[Mock, list[Status]]:
    """Returns the statuses of each mock.

    A mock that has ended is started again, so that the next request is answered, too.
    """
    statuses: dict[Mock, list[Status]] = {mock: [] for mock in mocks}
    for mock in mocks:
        running = mock
        for request in requests:
            status = send(running, request)
            process = running.server.process
            if process.poll() is not None:
                status = f"{status}, and it ended with {process.returncode}"
                running = start(lab, mock.name, mock.command, mock.base_path)
            statuses[mock].append(status)

    def refused(status: Status) -> bool:
        return isinstance(status, int) and 400 <= status < 500

    table(
        f"{len(requests)} invalid requests",
        [
            {
                "#": number + 1,
                "request": request["name"],
                "what is wrong": request["wrong"],
                "expected": request["expected"],
                **{
                    mock.name: f"{each[number]}" if refused(each[number]) else f"**{each[number]}**"
                    for mock, each in statuses.items()
                },
            }
            for number, request in enumerate(requests)
        ],
    )
    table(
        "in all",
        [
            {
                "server": mock.name,
                "refused": sum(map(refused, each)),
                "of": len(requests),
                "with the expected status": sum(
                    status == request["expected"]
                    for status, request in zip(each, requests, strict=True)
                ),
            }
            for mock, each in statuses.items()
        ],
    )
    return statuses


def speed(lab: Lab, mocks: list[Mock], options: argparse.Namespace) -> None:
    idle = {mock: mock.server.rss_mib() for mock in mocks}
    rounds: dict[Mock, list[dict[str, Any]]] = {mock: [] for mock in mocks}
    for number in range(options.rounds):
        for mock in mocks if number % 2 == 0 else mocks[::-1]:
            say(f"{mock.name}, round {number + 1} of {options.rounds}")
            url = f"http://127.0.0.1:{mock.server.port}{mock.base_path}{VALID_PATH}"
            rounds[mock].append(one_round(lab, mock.server, url, CONNECTIONS, options, None))
    base = rounds[mocks[-1]]
    table(
        f"a valid GET with parameters, {CONNECTIONS} connections",
        [
            {
                "server": mock.name,
                "requests/s": spread([each["rate"] for each in rounds[mock]], "{:,.0f}"),
                f"requests/s to {mocks[-1].name}": "1"
                if mock is mocks[-1]
                else spread(
                    [
                        each["rate"] / other["rate"]
                        for each, other in zip(rounds[mock], base, strict=True)
                    ],
                    "{:.1f}",
                ),
                "p99 ms": spread([each["p99"] for each in rounds[mock]], "{:.2f}"),
                "CPU µs/request": spread([each["cpu"] for each in rounds[mock]]),
                f"CPU to {mocks[-1].name}": "1"
                if mock is mocks[-1]
                else spread(
                    [
                        each["cpu"] / other["cpu"]
                        for each, other in zip(rounds[mock], base, strict=True)
                    ],
                    "{:.3f}",
                ),
                "RSS before, MiB": f"{idle[mock]:.1f}",
                "RSS after, MiB": f"{mock.server.rss_mib():.1f}",
                "not 2xx": sum(each["not_2xx"] for each in rounds[mock]),
                "socket errors": sum(each["socket_errors"] for each in rounds[mock]),
                "cores used by others": spread([each["others"] for each in rounds[mock]], "{:.2f}"),
            }
            for mock in mocks
        ],
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("program", nargs="?", type=Path, help="penstock_contract")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (3)")
    parser.add_argument("--seconds", type=int, default=5, help="length of a round (5)")
    parser.add_argument(
        "--warmup", type=int, default=2, help="seconds of load before each round (2)"
    )
    options = parser.parse_args()
    requests = json.loads((HERE / "invalid_requests.json").read_text())
    with Lab(options.program) as lab:
        tool("wrk")
        prism = install_prism(lab)
        mocks: list[Mock] = []
        if options.program:
            mocks.append(
                start(lab, "Penstock", [options.program.resolve(), "mock", CONTRACT], BASE_PATH)
            )
        mocks.append(start(lab, "Prism", [prism, "mock", CONTRACT, "--host", "127.0.0.1"], ""))
        node = lab.run(["node", "--version"]).strip() if shutil.which("node") else "unknown"
        package = json.loads((HERE / "package.json").read_text())
        print(f"Prism {package['dependencies']['@stoplight/prism-cli']}, Node {node}")
        statuses = correctness(lab, mocks, requests)
        for mock in mocks:
            if mock.server.process.poll() is not None:
                raise Trouble(
                    f"{mock.name} did not outlive the invalid requests; its speed was not measured"
                )
        speed(lab, mocks, options)
        wrong = (
            [
                request["name"]
                for request, status in zip(requests, statuses[mocks[0]], strict=True)
                if status != request["expected"]
            ]
            if options.program
            else []
        )
        for name in wrong:
            print(f"bench: Penstock does not refuse as it should: {name}", file=sys.stderr)
        return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Trouble as trouble:
        sys.exit(f"bench: {trouble}")
