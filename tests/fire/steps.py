"""What each kind of fault does. A step ends when everything is whole again."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from api import with_clock
from brokers import RECOVERY_SECONDS_MAX, Node
from campaign import Campaign
from proofs import are_sliced, attack_problem
from schedule import BROKERS, Step
from waiting import comes, last, until

NOT_READY_SECONDS_MAX = 20
SEEN_SECONDS_MAX = 20
HELD = {"held": True}
EVERY_ANSWER = 1_000_000
ATTACKERS = Path(__file__).resolve().parent.parent / "attacks" / "attackers.py"
ATTACKS = ("slow_header", "large_header", "pipelining", "one_byte_chunks", "idle")
ATTACK_CONNECTIONS = 200
ATTACK_SECONDS_MAX = 150  # attackers.py opens its connections within 120 s.
HOUR = 3600
DAY = 24 * HOUR
# As libfaketime takes them, for which a year has 365 days, and in seconds.
CLOCK_JUMPS = {
    "+40m": 2 / 3 * HOUR,
    "-40m": -2 / 3 * HOUR,
    "+3h": 3 * HOUR,
    "-2d": -2 * DAY,
    "+9y": 9 * 365 * DAY,
    "+0": 0,
}
CLOCK_SECONDS_APART_MAX = 300
MEMORY_BYTES = 64 * 1024
PRESSING_CLIENTS = 700
PRESSING_BYTES = 15 * 1024  # In sum less than what the API allows itself for its clients.
THROTTLED = "penstock_kafka_throttle_seconds_total"
RETRIES = "penstock_kafka_request_retries_total"
ACCEPT_ERRORS = "penstock_http_accept_errors_total"
LINES_DROPPED = "penstock_log_lines_dropped_total"
LOG_BYTES = 1000
SPARE_DESCRIPTORS = 2
STRANGERS = 40


def brokers_from(fire: Campaign, step: Step, count: int) -> list[tuple[int, Node]]:
    numbers = [(step.broker + i) % BROKERS for i in range(count)]
    return [(number, fire.cluster.brokers[number]) for number in numbers]


def down(fire: Campaign, number: int, end: Callable[[Node], None]) -> None:
    """Ends a broker. Its port refuses then, as that of a machine that is gone does soon."""
    end(fire.cluster.brokers[number])
    fire.links.set(number, refuses=True)
    fire.links.cut(number)


def up(fire: Campaign, number: int) -> None:
    fire.cluster.start_again(fire.cluster.brokers[number])
    fire.links.set(number)


def kill_broker(fire: Campaign, step: Step) -> None:
    down(fire, step.broker, fire.cluster.kill)
    last(step.seconds)
    up(fire, step.broker)


def below_min_isr(fire: Campaign, step: Step) -> None:
    """Kills two brokers: nothing can be acknowledged, and readiness must say so."""
    lost = [number for number, _ in brokers_from(fire, step, 2)]
    for number in lost:
        down(fire, number, fire.cluster.kill)
    with fire.effect(step.kind):
        fire.expect_refusals()
        if not comes(lambda: fire.api.readiness() == 503, NOT_READY_SECONDS_MAX):
            fire.problem("readiness says ready while Kafka cannot acknowledge")
        last(step.seconds)
    for number in lost:
        up(fire, number)


def pause_broker(fire: Campaign, step: Step) -> None:
    node = fire.cluster.brokers[step.broker]
    fire.cluster.pause(node)
    last(step.seconds)
    fire.cluster.go_on(node)


def rolling_restart(fire: Campaign, step: Step) -> None:
    for number, _ in brokers_from(fire, step, BROKERS):
        down(fire, number, fire.cluster.stop)
        last(step.seconds)
        up(fire, number)
        fire.cluster.wait_until_whole()


def kill_controller(fire: Campaign, step: Step) -> None:
    before = fire.cluster.activations()
    fire.cluster.kill(fire.cluster.controller)
    last(step.seconds)
    fire.cluster.start_again(fire.cluster.controller)
    # The brokers' answers do not show it: without a controller they say what they knew.
    until(
        lambda: fire.cluster.activations() > before,
        RECOVERY_SECONDS_MAX,
        "the controller does not become active again",
    )


def disk_full(fire: Campaign, step: Step) -> None:
    down(fire, step.broker, fire.cluster.fill_disk)
    last(step.seconds)
    up(fire, step.broker)


def quota(fire: Campaign, step: Step) -> None:
    before = fire.api.metric(THROTTLED)
    fire.cluster.limit_producers(1_000 + 4_000 * step.size)
    last(step.seconds)
    fire.prove(lambda: fire.api.metric(THROTTLED) > before, "Kafka throttled nothing")
    fire.cluster.limit_producers(None)


def cut_links(fire: Campaign, step: Step) -> None:
    before, times = fire.links.counts(), 3 + round(10 * step.size)
    for _ in range(times):
        fire.links.cut_all()
        last(step.seconds / times)
    for name in ("cut", "connections"):
        fire.prove(lambda: fire.links.counts()[name] > before[name], f"the links' {name}")


def refuse_link(fire: Campaign, step: Step) -> None:
    before = fire.links.counts()
    fire.links.set(step.broker, refuses=True)
    fire.links.cut(step.broker)
    fire.prove(lambda: fire.links.refuse(step.broker), "the link takes connections")
    last(step.seconds)
    if fire.links.counts()["cut"] == before["cut"]:
        fire.problem("the API had no connection to the broker whose port was closed")
    fire.links.set(step.broker)


def freeze_links(fire: Campaign, step: Step) -> None:
    fire.links.set_all(requests=HELD, answers=HELD)
    with fire.effect(step.kind):
        last(step.seconds)
    fire.links.set_all()


def slow_links(fire: Campaign, step: Step) -> None:
    latency = round(20 + 300 * step.size)
    flow = {"latency_ms": latency, "bytes_per_second": 50_000}
    fire.links.set_all(requests=flow, answers=flow)
    with fire.effect(step.kind, 2 * latency / 1000):
        last(step.seconds)
    fire.links.set_all()


def slice_links(fire: Campaign, step: Step) -> None:
    slice_bytes = 1 + round(6 * step.size)
    flow = {"slice_bytes": slice_bytes}
    fire.links.set_all(requests=flow, answers=flow)
    before = fire.links.counts()
    last(step.seconds)
    fire.prove(lambda: are_sliced(before, fire.links.counts(), slice_bytes), "the writes are large")
    fire.links.set_all()


def hold_answers(fire: Campaign, step: Step) -> None:
    fire.links.set_all(answers=HELD)
    with fire.effect(step.kind):
        last(step.seconds)
    fire.links.set_all()


def cut_answers(fire: Campaign, step: Step) -> None:
    """Lets events be stored whose acknowledgement never comes: the producer must ask again.

    At first the next answer of each link is cut, again and again, and then the second answer of
    each connection, which is behind that of the handshake.
    """
    before, retries = fire.links.counts(), fire.api.metric(RETRIES)
    times = 3 + round(10 * step.size)
    for _ in range(times):
        fire.links.set_all(answers_cut=1)
        last(step.seconds / 2 / times)
    fire.links.set_all(answers_cut=EVERY_ANSWER, answers_spared=1)
    last(step.seconds / 2)
    fire.prove(lambda: fire.links.counts()["cut"] > before["cut"], "no acknowledgement was cut")
    fire.links.set_all()
    fire.prove(lambda: fire.api.metric(RETRIES) > retries, "the producer asked for nothing again")


def clock(fire: Campaign, step: Step) -> None:
    """Lets another process take over, moves its clock, and replaces it again."""
    file = fire.lab.folder / "clock"
    file.write_text("+0\n")
    fire.replace_api(with_clock(file))
    for jump, seconds in CLOCK_JUMPS.items():
        file.write_text(f"{jump}\n")
        fire.prove(lambda: is_near(fire.api.seconds_ahead(), seconds), f"the clock at {jump}")
        last(step.seconds / len(CLOCK_JUMPS))
    fire.replace_api()


def is_near(seconds: float | None, expected: float) -> bool:
    return seconds is not None and abs(seconds - expected) < CLOCK_SECONDS_APART_MAX


@contextlib.contextmanager
def limited(pid: int, limit: int, most: int) -> Iterator[None]:
    """Lets a process have no more than this of something."""
    before = resource.prlimit(pid, limit)
    resource.prlimit(pid, limit, (most, before[1]))
    try:
        yield
    finally:
        # The process may have ended by what it was denied.
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, limit, before)


def descriptors(fire: Campaign, step: Step) -> None:
    """Lets strangers take the last descriptors while the brokers' links are cut."""
    pid = fire.api.server.process.pid
    before = fire.api.metric(ACCEPT_ERRORS)
    opened = max(int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()) + 1
    with (
        contextlib.ExitStack() as strangers,
        limited(pid, resource.RLIMIT_NOFILE, opened + SPARE_DESCRIPTORS),
    ):
        for _ in range(STRANGERS):
            connection = strangers.enter_context(socket.socket())
            connection.setblocking(False)
            connection.connect_ex(("127.0.0.1", fire.api.port))
        fire.links.cut_all()
        last(step.seconds)
    fire.prove(lambda: fire.api.metric(ACCEPT_ERRORS) > before, "there were descriptors left")


def press(fire: Campaign, clients: contextlib.ExitStack) -> None:
    """Opens connections whose bytes the API keeps."""
    for _ in range(PRESSING_CLIENTS):
        connection = clients.enter_context(socket.socket())
        connection.settimeout(SEEN_SECONDS_MAX)
        # The API may have ended.
        with contextlib.suppress(OSError):
            connection.connect(("127.0.0.1", fire.api.port))
            connection.sendall(b"GET / HTTP/1.1\r\nX: " + b"a" * PRESSING_BYTES)


def memory(fire: Campaign, step: Step) -> None:
    """Denies the API more memory. It may end by that, as by the kernel's killer, but not lie.

    It is a fresh process: one that has held much before has memory left without the kernel's.
    """
    fire.replace_api()
    log, pid = fire.api.server.log, fire.api.server.process.pid
    data_kib = next(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmData:")
    )
    with (
        contextlib.ExitStack() as clients,
        limited(pid, resource.RLIMIT_DATA, data_kib * 1024 + MEMORY_BYTES),
    ):
        fire.links.cut_all()
        press(fire, clients)
        comes(lambda: fire.api.server.process.poll() is not None, step.seconds)
        fire.prove(
            lambda: fire.api.server.process.poll() is not None or b"bad_alloc" in log.read_bytes(),
            "the API needed no more memory",
        )
    if fire.api.server.process.poll() is not None:
        fire.api.kill()
        fire.start_api()


def log_full(fire: Campaign, step: Step) -> None:
    """Lets the API's log grow no more, in the middle of a line. Its answers go on."""
    size = fire.api.server.log.stat().st_size
    before, dropped = fire.load.statuses[200], fire.api.metric(LINES_DROPPED)
    with limited(fire.api.server.process.pid, resource.RLIMIT_FSIZE, size + LOG_BYTES):
        last(step.seconds)
        if fire.load.statuses[200] == before:
            fire.problem("no request is answered while the log cannot grow")
    fire.prove(lambda: fire.api.metric(LINES_DROPPED) > dropped, "the log lost no line")


def replace_api(fire: Campaign, _: Step) -> None:
    fire.replace_api()


def kill_api(fire: Campaign, step: Step) -> None:
    fire.api.kill()
    last(step.seconds)
    fire.start_api()


def kill_function(fire: Campaign, _: Step) -> None:
    before = fire.mapping.functions()
    fire.mapping.kill_function()
    until(
        lambda: bool(set(fire.mapping.functions()) - set(before)),
        RECOVERY_SECONDS_MAX,
        "the function is not started again",
    )


def kill_mapping(fire: Campaign, step: Step) -> None:
    fire.mapping.kill()
    last(step.seconds)
    fire.mapping.start()


def attack(fire: Campaign, step: Step) -> None:
    """Lets clients of tests/attacks attack the API. The others must get their answers."""
    name = ATTACKS[int(step.size * len(ATTACKS)) % len(ATTACKS)]
    command = [sys.executable, str(ATTACKERS), name, "--port", str(fire.api.port)]
    command += ["--connections", str(ATTACK_CONNECTIONS), "--seconds", str(step.seconds)]
    log = fire.lab.folder / f"attack-{fire.api.count}-{len(fire.seen.windows)}.log"
    with log.open("wb") as out:
        process = fire.lab.spawn(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            status = process.wait(ATTACK_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            status = process.wait()
    wrong = attack_problem(log.read_text(errors="replace"), ATTACK_CONNECTIONS)
    if status or wrong:
        fire.problem(f"the attack {name} ended with {status}: {wrong or 'see'} ({log.name})")


STEPS: dict[str, Callable[[Campaign, Step], None]] = {
    function.__name__: function
    for function in (
        kill_broker,
        below_min_isr,
        pause_broker,
        rolling_restart,
        kill_controller,
        disk_full,
        quota,
        cut_links,
        refuse_link,
        freeze_links,
        slow_links,
        slice_links,
        hold_answers,
        cut_answers,
        clock,
        descriptors,
        memory,
        log_full,
        replace_api,
        kill_api,
        kill_function,
        kill_mapping,
        attack,
    )
}
