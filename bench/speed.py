"""Runs hello, publish and memory, which measure a request, a connection and a start."""

import argparse
import os
import re
import socket
import time
from collections.abc import Sequence
from typing import Any

from broker import Broker
from lab import Lab
from processes import Server, Trouble, machine_cpu_seconds, tool
from report import say, spread, table

HELLO_CONNECTIONS = (16, 64)
PUBLISH_CONNECTIONS = (16, 64, 256)
PUBLISH_PATH = "/current_time?name=Paul"
BROKER_WARMUP_SECONDS = 5  # The JVM compiles for longer, but the alternating turns even that out.
STARTS = 10
OPEN_CONNECTIONS = (1_000, 10_000)
QUIET_SECONDS = 1  # The wait before memory is read.
MILLISECONDS = {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}


def wrk(lab: Lab, url: str, connections: int, seconds: float, script: str = "") -> dict[str, Any]:
    text = lab.run(
        [
            tool("wrk"),
            "--threads",
            "1",
            "--connections",
            str(connections),
            "--duration",
            f"{seconds}s",
            "--timeout",
            "8s",
            "--latency",
            *(["--script", script] if script else []),
            url,
        ]
    )

    def milliseconds(percent: int) -> float:
        value, unit = re.search(
            rf"^ +{percent}% +([\d.]+)(us|ms|s|m)$", text, re.MULTILINE
        ).groups()
        return float(value) * MILLISECONDS[unit]

    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    socket_errors = re.search(r"Socket errors: (.*)", text)
    requests = int(re.search(r"(\d+) requests in", text)[1])
    if not requests:
        raise Trouble(f"{url} answered no request in {seconds} s")
    return {
        "requests": requests,
        "rate": float(re.search(r"Requests/sec: +([\d.]+)", text)[1]),
        "p50": milliseconds(50),
        "p99": milliseconds(99),
        "not_2xx": int(refused[1]) if refused else 0,
        "socket_errors": sum(map(int, re.findall(r"\d+", socket_errors[1])))
        if socket_errors
        else 0,
    }


def one_round(
    lab: Lab,
    server: Server,
    url: str,
    connections: int,
    options: argparse.Namespace,
    broker: Broker | None,
    script: str,
) -> dict[str, Any]:
    """Warms up, loads, and divides the CPU time of the measured part by its requests."""

    def clocks() -> tuple[float, float, float, float]:
        return (
            server.cpu_seconds(),
            broker.server.cpu_seconds() if broker else 0,
            machine_cpu_seconds(),
            sum(os.times()[2:4]),
        )  # The last is that of the ended children, which is wrk.

    if options.warmup:
        wrk(lab, url, connections, options.warmup, script)
    before, start = clocks(), time.monotonic()
    result = wrk(lab, url, connections, options.seconds, script)
    own, brokers, machine, children = (
        after - earlier for after, earlier in zip(clocks(), before, strict=True)
    )
    others = max(0, machine - own - brokers - children) / (time.monotonic() - start)
    return {
        **result,
        "cpu": own / result["requests"] * 1e6,
        "broker_cpu": brokers / result["requests"] * 1e6,
        "others": others,
    }


def side_by_side(
    lab: Lab,
    title: str,
    servers: list[Server],
    path: str,
    counts: Sequence[int],
    options: argparse.Namespace,
    broker: Broker | None = None,
    script: str = "",
) -> None:
    """Loads the servers in turns, in alternating order, so that noise affects all of them.

    A script of wrk makes the requests, if one is named.

    The table compares the others with the last one.
    """
    rows = []
    for connections in counts:
        rounds: dict[Server, list[dict[str, Any]]] = {server: [] for server in servers}
        for number in range(options.rounds):
            for server in servers if number % 2 == 0 else servers[::-1]:
                say(
                    f"{server.name}, {connections} connections, "
                    f"round {number + 1} of {options.rounds}"
                )
                url = f"http://127.0.0.1:{server.port}{path}"
                rounds[server].append(
                    one_round(lab, server, url, connections, options, broker, script)
                )
        base = [each["cpu"] for each in rounds[servers[-1]]]
        for server in servers:

            def column(key: str, form: str = "{:,.1f}") -> str:
                return spread([each[key] for each in rounds[server]], form)

            ratios = [each["cpu"] / other for each, other in zip(rounds[server], base, strict=True)]
            rows.append(
                {
                    "server": server.name,
                    "connections": connections,
                    "requests/s": column("rate", "{:,.0f}"),
                    "p50 ms": column("p50", "{:.2f}"),
                    "p99 ms": column("p99", "{:.2f}"),
                    "CPU µs/request": column("cpu"),
                    f"CPU to {servers[-1].name}": "1"
                    if server is servers[-1]
                    else spread(ratios, "{:.2f}"),
                    **({"broker CPU µs/request": column("broker_cpu")} if broker else {}),
                    "not 2xx": sum(each["not_2xx"] for each in rounds[server]),
                    "socket errors": sum(each["socket_errors"] for each in rounds[server]),
                    "cores used by others": column("others", "{:.2f}"),
                }
            )
    table(title, rows)


def hello(lab: Lab, options: argparse.Namespace) -> None:
    api = lab.api(quiet=True)
    body = api.get("/hello")[1]
    side_by_side(
        lab,
        "hello: /hello against nginx, which writes no log where it is compared with",
        [api, lab.peer(), lab.nginx(body), lab.nginx(body, log=False)],
        "/hello",
        HELLO_CONNECTIONS,
        options,
    )


def publish(lab: Lab, options: argparse.Namespace) -> None:
    broker = Broker(lab)
    api = lab.api(broker.address, quiet=True)  # It makes the topic for both.
    peer = lab.peer(broker.address)
    say("warming up the broker")
    for server in (api, peer):
        wrk(
            lab,
            f"http://127.0.0.1:{server.port}{PUBLISH_PATH}",
            max(PUBLISH_CONNECTIONS),
            BROKER_WARMUP_SECONDS,
        )
    side_by_side(
        lab,
        "publish: /current_time, stored with acks=all before the answer",
        [api, peer],
        PUBLISH_PATH,
        PUBLISH_CONNECTIONS,
        options,
        broker,
    )


def open_connections(server: Server, held: list[socket.socket], count: int) -> None:
    """Opens further keep-alive connections up to this number. Each has been answered once."""
    for number in range(len(held), count):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        connection.sendall(b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        if not connection.recv(4096).startswith(b"HTTP/1.1 200 "):
            raise Trouble(f"{server.name} did not answer connection {number + 1} of {count}")
        held.append(connection)


def memory(lab: Lab, _options: argparse.Namespace) -> None:
    broker, topic, rows = Broker(lab), "memory", []
    lab.api(broker.address, topic).stop()  # It makes the topic.
    lab.go_program("go")  # Otherwise its build would count as the peer's first start.
    for start in (lab.api, lab.peer):
        hello_ms: list[float] = []
        publish_ms: list[float] = []
        idle_mib: list[float] = []
        for number in range(STARTS):
            server = start(broker.address, topic, wait=False)
            say(f"{server.name}: start {number + 1} of {STARTS}")
            for path, times in (("/hello", hello_ms), ("/current_time?name=Paul", publish_ms)):
                server.wait_until(lambda: server.get(path)[0] == 200, pause=0.001)
                times.append((time.monotonic() - server.started) * 1000)
            time.sleep(QUIET_SECONDS)
            idle_mib.append(server.rss_mib())
            if number == STARTS - 1:
                held: list[socket.socket] = []
                loaded_mib = {}
                for count in OPEN_CONNECTIONS:
                    open_connections(server, held, count)
                    time.sleep(QUIET_SECONDS)
                    loaded_mib[count] = server.rss_mib()
                for connection in held:
                    connection.close()
            server.stop()
        rows.append(
            {
                "server": server.name,
                "start to first 200 of /hello, ms": spread(hello_ms),
                "start to first 200 of /current_time, ms": spread(publish_ms),
                "RSS idle, MiB": spread(idle_mib),
                **{
                    f"RSS with {count:,} open connections, MiB": f"{mib:.1f}"
                    for count, mib in loaded_mib.items()
                },
            }
        )
    table("memory and start, Kafka on", rows)
