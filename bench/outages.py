"""Runs kill and down: what the API answers in an outage, and whether the topic confirms it."""

import argparse
import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable

from broker import Broker
from lab import Lab
from processes import STOP_SECONDS_MAX, Server, Trouble
from report import Row, say, table

Answer = tuple[str, int, float]  # Name, status, milliseconds.

KILL_REQUESTS, KILL_CONNECTIONS = 20000, 64
KILL_AT = 8000  # The broker is killed when this request is sent.
KILL_UNPACED = 12000  # The load runs at full speed up to this request.
KILL_RATE = 500  # The requests after it are sent at so many a second.
KILL_OUTAGE_SECONDS = 5
# Each number of connections has its requests, and requests a second after the first burst.
DOWN_LOADS = {1: (20, 5), 64: (512, 64)}
LOAD_SECONDS_MAX = 120  # No request is sent after that; those in flight have another minute.
RECOVERY_SECONDS_MAX = 60
SETTLE_SECONDS = 15  # A refused event could still get into the topic in this time.
LOST, REFUSED_BUT_STORED = "200 but not in the topic", "503 but in the topic"


def loadgen(
    lab: Lab, server: Server, prefix: str, requests: int, connections: int, *more: str
) -> tuple[subprocess.Popen, Callable[[], list[Answer]]]:
    """Starts peers/loadgen, and returns it with a function that waits for its answers."""
    output = lab.folder / f"{prefix}.answers"
    command = [
        lab.go_program("loadgen"),
        "--address",
        f"127.0.0.1:{server.port}",
        "--prefix",
        prefix,
        "--requests",
        str(requests),
        "--connections",
        str(connections),
        "--output",
        str(output),
        "--limit",
        f"{LOAD_SECONDS_MAX}s",
        *more,
    ]
    process = lab.spawn(command, stdout=subprocess.PIPE, text=True)
    lab.servers.append(Server("the load generator", process, output, server.port))

    def answers() -> list[Answer]:
        if process.wait(2 * LOAD_SECONDS_MAX + STOP_SECONDS_MAX):
            raise Trouble("the load generator failed")
        lines = [line.split() for line in output.read_text().splitlines()]
        return [(name, int(status), float(elapsed)) for name, status, elapsed in lines]

    return process, answers


def stored_names(broker: Broker, topic: str) -> Counter[str]:
    """Returns how often each name is in the topic."""
    messages = (json.loads(record)["message"] for record in broker.records(topic).splitlines())
    return Counter(message.removeprefix("Hello, ").removesuffix("!") for message in messages)


def verdict(answers: list[Answer], stored: Counter[str]) -> Row:
    """Compares the answers with the topic, and returns a row of the table."""
    by_status = {
        status: [name for name, answered, _ in answers if answered == status]
        for status in {status for _, status, _ in answers}
    }
    lost = sum(name not in stored for name in by_status.get(200, []))
    refused_but_stored = sum(name in stored for name in by_status.get(503, []))
    known = (200, 503, 504, 0)
    return {
        "requests": len(answers),
        "200": len(by_status.get(200, [])),
        "503": len(by_status.get(503, [])),
        "504": len(by_status.get(504, [])),
        "other": sum(len(names) for status, names in by_status.items() if status not in known),
        "no answer": len(by_status.get(0, [])),
        LOST: lost,
        REFUSED_BUT_STORED: refused_but_stored,
        "504 and in the topic": sum(name in stored for name in by_status.get(504, [])),
        "duplicates": sum(stored[name] - 1 for name, _, _ in answers if name in stored),
    }


def longest_ms(answers: list[Answer]) -> float:
    return max(elapsed for _, _, elapsed in answers)


def hold_to_promise(lab: Lab, what: str, row: Row) -> None:
    for broken in (LOST, REFUSED_BUT_STORED):
        if row[broken]:
            lab.violations.append(f"{what}: {row[broken]} events {broken}")


def kill(lab: Lab, _options: argparse.Namespace) -> None:
    broker, topic, rows = Broker(lab), "kill", []
    for index, start in enumerate((lab.api, lab.peer)):
        server = start(broker.address, topic)
        prefix = f"kill{index}"
        server.wait_until(lambda: server.get(f"/current_time?name={prefix}-first")[0] == 200)
        say(f"{server.name}: {KILL_REQUESTS} requests, kill -9 of the broker at the {KILL_AT}th")
        process, answers = loadgen(
            lab,
            server,
            prefix,
            KILL_REQUESTS,
            KILL_CONNECTIONS,
            "--mark",
            str(KILL_AT),
            "--unpaced",
            str(KILL_UNPACED),
            "--rate",
            str(KILL_RATE),
        )
        if process.stdout.readline() != "mark\n":
            raise Trouble("the load generator ended too early")
        broker.server.stop(signal.SIGKILL)
        time.sleep(KILL_OUTAGE_SECONDS)
        broker.start()
        seen = answers()
        time.sleep(SETTLE_SECONDS)
        server.stop()
        times = sorted(elapsed / 1000 for _, _, elapsed in seen)
        percentiles = [times[len(times) * percent // 100] for percent in (50, 99)] + [times[-1]]
        rows.append(
            {
                "server": server.name,
                **verdict(seen, stored_names(broker, topic)),
                "p50 / p99 / worst s": " / ".join(f"{value:.3f}" for value in percentiles),
            }
        )
    hold_to_promise(lab, "kill", rows[0])
    table(
        f"kill: kill -9 of the broker under load, started again after {KILL_OUTAGE_SECONDS} s", rows
    )


def recovery(broker: Broker, api: Server, prefix: str) -> tuple[float | None, list[Answer]]:
    """Starts the broker, and returns the seconds from its open port to the first 200.

    The seconds are None if no 200 came. The second value is all answers.
    """
    broker.start(wait=False)
    broker.server.wait_until(broker.accepts, pause=0.005)
    opened = time.monotonic()
    answers: list[Answer] = []
    while not answers or answers[-1][1] != 200:
        name = f"{prefix}-again-{len(answers)}"
        start = time.monotonic()
        status = api.get(f"/current_time?name={name}", seconds=30)[0]
        answers.append((name, status, (time.monotonic() - start) * 1000))
        if time.monotonic() - opened > RECOVERY_SECONDS_MAX:
            # If the broker has ended, this fails, since it is not the API's fault.
            broker.server.wait_until(broker.answers)
            return None, answers
        time.sleep(0.02)
    return time.monotonic() - opened, answers


def down(lab: Lab, _options: argparse.Namespace) -> None:
    broker, topic, cases = Broker(lab), "down", []
    for case in ("warm", "cold"):
        for connections, (requests, rate) in DOWN_LOADS.items():
            say(f"broker stopped, {case}, {connections} connections")
            prefix = f"{case}{connections}"
            if case == "cold":
                broker.server.stop()
            api = lab.api(broker.address, topic, wait=case == "warm")
            if case == "cold":
                api.wait_until(lambda: api.get("/healthcheck")[0] == 200)
            else:
                api.wait_until(lambda: api.get(f"/current_time?name={prefix}-first")[0] == 200)
                broker.server.stop()
            _, answers = loadgen(
                lab,
                api,
                prefix,
                requests,
                connections,
                "--unpaced",
                str(connections),
                "--rate",
                str(rate),
                "--watch",
                "/healthcheck",
            )
            seen = answers()
            seconds, later = recovery(broker, api, prefix)
            time.sleep(SETTLE_SECONDS)
            api.stop()
            cases.append((case, connections, seen, later, seconds))
    stored, rows = stored_names(broker, topic), []
    for case, connections, seen, later, seconds in cases:
        publishing = [answer for answer in seen if answer[0] != "#watch"]
        health = [answer for answer in seen if answer[0] == "#watch"]
        what = f"down, {case}, {connections} connections"
        if any(status != 200 for _, status, _ in health):
            lab.violations.append(f"{what}: /healthcheck was not always 200")
        if not seconds:
            lab.violations.append(
                f"{what}: no 200 within {RECOVERY_SECONDS_MAX} s of the broker's return"
            )
        rows.append(
            {
                "start": case,
                "connections": connections,
                **verdict(publishing + later, stored),
                "longest /current_time s": f"{longest_ms(publishing) / 1000:.3f}",
                "longest /healthcheck ms": f"{longest_ms(health):.1f}",
                "broker's open port to first 200 s": f"{seconds:.2f}" if seconds else "never",
            }
        )
        hold_to_promise(lab, what, rows[-1])
    table("down: the broker is stopped, later started again", rows)
