#!/usr/bin/env python3
"""Mocks the shop's contract with Penstock and with Prism, sends both the same requests, and prints Markdown tables.

compare_prism.py build/release/bin/penstock_contract [--rounds 3] [--seconds 5] [--warmup 2]

invalid_requests.json: which server refuses which, and how. That Prism answers violations with 422 where the table
expects 400 is its convention, no fault: what counts is "refused". Then requests a second of a valid one, in turns, and
resident memory. Ends with status 1 if Penstock does not answer as expected. Without a program Prism is on its own.

Prism is installed by npm into build/prism, as package-lock.json has it. It asks for Node 24.18 or newer; it ran on
20.20, too.
"""

import argparse
import base64
import filecmp
import http.client
import json
import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from lab import Lab, REPOSITORY, Trouble, free_ports, tool  # noqa: E402
from report import say, spread, table  # noqa: E402
from speed import one_round  # noqa: E402

HERE = Path(__file__).resolve().parent
CONTRACT = REPOSITORY / "tests" / "contracts" / "shop.openapi.yaml"
BASE_PATH = "/v1"  # Of the contract's server. Prism's mock leaves it out.
VALID_PATH = "/products?q=assam&category=tea&category=coffee&id=17,18&sort=price%7Cname&in_stock=true&limit=50"
CONNECTIONS = 16
ANSWER_SECONDS_MAX = 10


def install_prism(lab):
    """The path of its program."""
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
        # Without scripts: the only one counts installations for somebody.
        lab.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
    return program


def start(lab, name, command, base_path):
    (port,) = free_ports(1)
    server = lab.start(
        name, [str(word) for word in command] + ["--port", str(port)], port, quiet=True
    )
    server.command, server.base_path = command, base_path
    server.wait_until(lambda: server.get(base_path + VALID_PATH)[0] != 0)
    status, body = server.get(base_path + VALID_PATH)
    if status != 200:
        raise Trouble(f"{name} answers the valid request with {status}: {body[:200]}")
    return server


def send(server, request):
    """The status of the answer, byte for byte as the request is written; or why there is none."""
    path = request["path"].removeprefix(BASE_PATH)
    if "body_base64" in request:
        body = base64.b64decode(request["body_base64"])
    else:
        body = request.get("body", "").encode() * request.get("body_repeat", 1)
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=ANSWER_SECONDS_MAX)
    try:
        connection.putrequest(request["method"], server.base_path + path, skip_accept_encoding=True)
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


def correctness(lab, servers, requests):
    """The statuses by server. One that has ended is started again, so that the next request has its chance."""
    statuses = {server: [] for server in servers}
    for server in servers:
        running = server
        for request in requests:
            status = send(running, request)
            if running.process.poll() is not None:
                status = f"{status}, and it ended with {running.process.returncode}"
                running = start(lab, server.name, server.command, server.base_path)
            statuses[server].append(status)

    def refused(status):
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
                    server.name: f"{each[number]}"
                    if refused(each[number])
                    else f"**{each[number]}**"
                    for server, each in statuses.items()
                },
            }
            for number, request in enumerate(requests)
        ],
    )
    table(
        "in all",
        [
            {
                "server": server.name,
                "refused": sum(map(refused, each)),
                "of": len(requests),
                "with the expected status": sum(
                    status == request["expected"] for status, request in zip(each, requests)
                ),
            }
            for server, each in statuses.items()
        ],
    )
    return statuses


def speed(lab, servers, options):
    idle = {server: server.rss_mib() for server in servers}
    rounds = {server: [] for server in servers}
    for number in range(options.rounds):
        for server in servers if number % 2 == 0 else servers[::-1]:
            say(f"{server.name}, round {number + 1} of {options.rounds}")
            url = f"http://127.0.0.1:{server.port}{server.base_path}{VALID_PATH}"
            rounds[server].append(one_round(lab, server, url, CONNECTIONS, options, None))
    base = rounds[servers[-1]]
    table(
        f"a valid GET with parameters, {CONNECTIONS} connections",
        [
            {
                "server": server.name,
                "requests/s": spread([each["rate"] for each in rounds[server]], "{:,.0f}"),
                f"requests/s to {servers[-1].name}": "1"
                if server is servers[-1]
                else spread(
                    [each["rate"] / other["rate"] for each, other in zip(rounds[server], base)],
                    "{:.1f}",
                ),
                "p99 ms": spread([each["p99"] for each in rounds[server]], "{:.2f}"),
                "CPU µs/request": spread([each["cpu"] for each in rounds[server]]),
                f"CPU to {servers[-1].name}": "1"
                if server is servers[-1]
                else spread(
                    [each["cpu"] / other["cpu"] for each, other in zip(rounds[server], base)],
                    "{:.3f}",
                ),
                "RSS before, MiB": f"{idle[server]:.1f}",
                "RSS after, MiB": f"{server.rss_mib():.1f}",
                "not 2xx": sum(each["not_2xx"] for each in rounds[server]),
                "socket errors": sum(each["socket_errors"] for each in rounds[server]),
                "cores used by others": spread(
                    [each["others"] for each in rounds[server]], "{:.2f}"
                ),
            }
            for server in servers
        ],
    )


def main():
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
        servers = []
        if options.program:
            servers.append(
                start(lab, "Penstock", [options.program.resolve(), "mock", CONTRACT], BASE_PATH)
            )
        servers.append(start(lab, "Prism", [prism, "mock", CONTRACT, "--host", "127.0.0.1"], ""))
        node = lab.run(["node", "--version"]).strip() if shutil.which("node") else "unknown"
        package = json.loads((HERE / "package.json").read_text())
        print(f"Prism {package['dependencies']['@stoplight/prism-cli']}, Node {node}")
        statuses = correctness(lab, servers, requests)
        for server in servers:
            if server.process.poll() is not None:
                raise Trouble(
                    f"{server.name} did not outlive the invalid requests; its speed was not measured"
                )
        speed(lab, servers, options)
        wrong = (
            [
                request["name"]
                for request, status in zip(requests, statuses[servers[0]])
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
