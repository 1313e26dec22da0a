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
from schedule import BROKERS, Step
from waiting import comes, last, until

NOT_READY_SECONDS_MAX = 20
SEEN_SECONDS_MAX = 20
HELD = {"held": True}
EVERY_ANSWER = 1_000_000
ATTACKERS = Path(__file__).resolve().parent.parent / "attacks" / "attackers.py"
ATTACKS = ("slow_header", "large_header", "pipelining", "one_byte_chunks", "idle")
ATTACK_CONNECTIONS = 200
CLOCK_JUMPS = ("+40m", "-40m", "+3h", "-2d", "+9y", "+0")
MEMORY_BYTES = 64 * 1024
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
    fire.cluster.kill(fire.cluster.controller)
    last(step.seconds)
    fire.cluster.start_again(fire.cluster.controller)


def disk_full(fire: Campaign, step: Step) -> None:
    down(fire, step.broker, fire.cluster.fill_disk)
    last(step.seconds)
    up(fire, step.broker)


def quota(fire: Campaign, step: Step) -> None:
    fire.cluster.limit_producers(2_000 + 20_000 * step.size)
    last(step.seconds)
    fire.cluster.limit_producers(None)


def cut_links(fire: Campaign, step: Step) -> None:
    before, times = fire.links.total("cut"), 3 + round(10 * step.size)
    for _ in range(times):
        fire.links.cut_all()
        last(step.seconds / times)
    if fire.links.total("cut") == before:
        fire.problem("no connection was cut")


def refuse_link(fire: Campaign, step: Step) -> None:
    fire.links.set(step.broker, refuses=True)
    fire.links.cut(step.broker)
    last(step.seconds)
    fire.links.set(step.broker)


def freeze_links(fire: Campaign, step: Step) -> None:
    fire.links.set_all(requests=HELD, answers=HELD)
    last(step.seconds)
    fire.links.set_all()


def slow_links(fire: Campaign, step: Step) -> None:
    flow = {"latency_ms": round(20 + 300 * step.size), "bytes_per_second": 50_000}
    fire.links.set_all(requests=flow, answers=flow)
    last(step.seconds)
    fire.links.set_all()


def slice_links(fire: Campaign, step: Step) -> None:
    flow = {"slice_bytes": 1 + round(6 * step.size)}
    fire.links.set_all(requests=flow, answers=flow)
    last(step.seconds)
    fire.links.set_all()


def hold_answers(fire: Campaign, step: Step) -> None:
    fire.links.set_all(answers=HELD)
    last(step.seconds)
    fire.links.set_all()


def cut_answers(fire: Campaign, step: Step) -> None:
    """Lets events be stored whose acknowledgement never comes: the producer must ask again.

    At first the next answer of each link is cut, again and again, and then the second answer of
    each connection, which is behind that of the handshake.
    """
    before = fire.links.total("cut")
    times = 3 + round(10 * step.size)
    for _ in range(times):
        fire.links.set_all(answers_cut=1)
        last(step.seconds / 2 / times)
    fire.links.set_all(answers_cut=EVERY_ANSWER, answers_spared=1)
    last(step.seconds / 2)
    if not comes(lambda: fire.links.total("cut") > before, SEEN_SECONDS_MAX):
        fire.problem("no acknowledgement came that could be cut")
    fire.links.set_all()


def clock(fire: Campaign, step: Step) -> None:
    """Lets another process take over, moves its clock, and replaces it again."""
    file = fire.lab.folder / "clock"
    file.write_text("+0\n")
    fire.replace_api(with_clock(file))
    for jump in CLOCK_JUMPS:
        file.write_text(f"{jump}\n")
        last(step.seconds / len(CLOCK_JUMPS))
    fire.replace_api()


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


def memory(fire: Campaign, step: Step) -> None:
    """Denies the API more memory. It may end by that, as by the kernel's killer, but not lie."""
    pid = fire.api.server.process.pid
    data_kib = next(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmData:")
    )
    with limited(pid, resource.RLIMIT_DATA, data_kib * 1024 + MEMORY_BYTES):
        fire.links.cut_all()
        comes(lambda: fire.api.server.process.poll() is not None, step.seconds)
    if fire.api.server.process.poll() is not None:
        fire.api.kill()
        fire.start_api()


def log_full(fire: Campaign, step: Step) -> None:
    """Lets the API's log grow no more, in the middle of a line. Its answers go on."""
    size = fire.api.server.log.stat().st_size
    before = fire.load.statuses[200]
    with limited(fire.api.server.process.pid, resource.RLIMIT_FSIZE, size + LOG_BYTES):
        last(step.seconds)
        if fire.load.statuses[200] == before:
            fire.problem("no request is answered while the log cannot grow")


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
    command += ["--connections", str(ATTACK_CONNECTIONS), "--seconds", str(round(step.seconds))]
    with (fire.lab.folder / "attacks.log").open("ab") as log:
        process = fire.lab.spawn(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            status = process.wait(step.seconds + SEEN_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            status = process.wait()
    if status:
        fire.problem(f"the attack {name} ended with {status}: see attacks.log")


# These steps explain a request without an answer, or statuses besides 200, 503 and 504.
NO_ANSWER = {"kill_api", "memory"}
STATUSES = {
    # Kafka refuses a record whose time is more than an hour ahead, for good.
    "clock": frozenset({500}),
}
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
