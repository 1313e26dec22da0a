"""The paths of failure: for each, the Kafka, the API's settings, and how failures are counted."""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fixture import FUNCTION_PROGRAM, STAMP_PATH, VARIABLE_PREFIX
from lab import Lab
from processes import Server, free_ports

REQUEST_PAUSE_SECONDS = 0.1
CLIENTS = 4  # A request waits for two seconds at most while the broker is down.
STOP_SECONDS_MAX = 12
REPLACED = "penstock_kafka_producer_replacements_total"
SENT = (
    "messaging_client_sent_messages_total"
    '{messaging_operation_name="send",messaging_system="kafka"%s}'
)


class Kafkas:
    """The brokers of soak_kafka, and what it has counted."""

    def __init__(self, lab: Lab, program: Path) -> None:
        self.server = lab.start("soak_kafka", [str(program)], 0)
        self.server.wait_until(lambda: len(self._lines()) > 1)
        self.addresses = json.loads(self._lines()[0])

    def _lines(self) -> list[str]:
        """Returns the lines of JSON: those of librdkafka and Java may stand between them."""
        text = self.server.log.read_text(errors="replace")
        return [line for line in text.splitlines() if line.startswith("{") and line.endswith("}")]

    def count(self, name: str) -> int:
        return int(json.loads(self._lines()[-1])[name])


@dataclass(frozen=True)
class Failing:
    """One way to fail. An address and an identity are names in the line of soak_kafka."""

    address: str
    failures: Callable[["Watched"], int]
    seconds_per_failure: float  # It must fail at least this often to say anything.
    identity: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    must_store: bool = False  # Whether events must be stored between the failures.
    # These two are for `penstock_local esm` instead of the API: what it reads, and its function.
    topic: str = ""
    function: str = ""


@dataclass
class Watched:
    """A program on one path of failure, with the clients that send it requests."""

    path: str
    server: Server
    kafkas: Kafkas
    admin_port: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)
    clients: list[threading.Thread] = field(default_factory=list)

    def metric(self, series: str) -> int:
        """Returns the metric's value, or 0 if the program does not answer."""
        _, body = self.server.get("/metrics", self.admin_port)
        found = re.search(rf"^{re.escape(series)} (\S+)$", body.decode(), re.MULTILINE)
        return int(float(found[1])) if found else 0

    def events(self, *errors: str) -> int:
        """Returns how many events had one of these outcomes."""
        return sum(self.metric(SENT % f',error_type="{error}"') for error in errors)

    def lines(self, part: str) -> int:
        """Returns how many lines of the program's output have this part."""
        return self.server.log.read_text(errors="replace").count(part)

    def failures(self) -> int:
        return PATHS[self.path].failures(self)

    def failures_min(self, seconds: int) -> int:
        return int(seconds / PATHS[self.path].seconds_per_failure)

    def send_requests(self) -> None:
        while not self.stopping.wait(REQUEST_PAUSE_SECONDS):
            status, _ = self.server.get(f"{STAMP_PATH}Soak")
            self.statuses[status] += 1

    def end_of_log(self) -> str:
        return "\n".join(self.server.log.read_text(errors="replace").splitlines()[-5:])

    def stop(self) -> list[str]:
        """Ends the clients and the program, and returns what was wrong."""
        self.stopping.set()
        for client in self.clients:
            client.join()
        began = time.monotonic()
        self.server.stop()
        problems = []
        if self.server.process.returncode != 0:
            problems.append(
                f"SIGTERM ended it with {self.server.process.returncode}:\n{self.end_of_log()}"
            )
        if time.monotonic() - began > STOP_SECONDS_MAX:
            problems.append(f"it did not end within {STOP_SECONDS_MAX} s of SIGTERM")
        if PATHS[self.path].must_store and not self.statuses[200]:
            problems.append("it stored no event between its failures")
        return problems


PATHS = {
    # The principal may not write (WriteDataIdempotently), so each producer fails for good.
    "denied": Failing("iam", lambda watched: watched.metric(REPLACED), 12, identity="poor"),
    # The broker fences the producer, or says that its sequence numbers have a gap.
    "fenced": Failing(
        "fencing",
        lambda watched: watched.metric(REPLACED),
        12,
        settings={"KAFKA_CREATE_TOPIC": "false"},
        must_store=True,
    ),
    # The topic is not there, and the API does not make it.
    "unknown_topic": Failing(
        "plain",
        lambda watched: watched.events("refused"),
        1,
        settings={"KAFKA_CREATE_TOPIC": "false", "AWS_MSK_CLUSTER_TOPIC": "absent"},
    ),
    # The broker does not know the access key.
    "token_refused": Failing(
        "iam", lambda watched: watched.kafkas.count("refused"), 5, identity="stranger"
    ),
    # The broker goes down for three of seven seconds.
    "flapping": Failing(
        "flapping",
        lambda watched: watched.events("not_stored", "unknown"),
        3,
        settings={"KAFKA_CREATE_TOPIC": "false"},
        must_store=True,
    ),
    # A mapping reads what the API has stored there.
    "flapping_mapping": Failing(
        "flapping",
        lambda watched: watched.kafkas.count("outages"),
        15,
        topic="events",
        function=FUNCTION_PROGRAM,
    ),
    # The function's process ends at once, so the mapping repeats its batch for ever.
    "function_down": Failing(
        "plain",
        lambda watched: watched.lines("It starts again in"),
        20,
        topic="orders",
        function="#!/bin/sh\nexit 3\n",
    ),
}


def start_mapping(lab: Lab, folder: Path, kafkas: Kafkas, name: str) -> Watched:
    """Starts `penstock_local esm`, whose failure destination is a topic."""
    path = PATHS[name]
    function = folder / path.function
    if path.function.startswith("#!"):
        function = lab.folder / f"{name}.function"
        function.write_text(path.function)
        function.chmod(0o755)
    mapping = {
        "FunctionName": "function",
        "Topics": [path.topic],
        "StartingPosition": "TRIM_HORIZON",
        "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": name},
        "ProvisionedPollerConfig": {"MinimumPollers": 1},
        "DestinationConfig": {"OnFailure": {"Destination": "kafka://dead"}},
    }
    config = lab.folder / f"{name}.json"
    config.write_text(json.dumps(mapping))
    options = ["--config", str(config), "--bootstrap", kafkas.addresses[path.address]]
    options += ["--function", str(function), "--function-timeout", "5"]
    # A console keeps up to 32 MiB of stories, which two minutes do not fill.
    command = [str(folder / "penstock_local"), "esm", *options, "--console-port", "0"]
    # Its port is only the name of a file, which gets its output.
    return Watched(name, lab.start(f"the mapping ({name})", command, free_ports(1)[0]), kafkas)


def start(lab: Lab, folder: Path, kafkas: Kafkas, name: str) -> Watched:
    """Starts the program of a path of failure, and its clients."""
    if PATHS[name].function:
        return start_mapping(lab, folder, kafkas, name)
    return start_api(lab, kafkas, name)


def start_api(lab: Lab, kafkas: Kafkas, name: str) -> Watched:
    path = PATHS[name]
    port, admin_port = free_ports(2)
    settings = {
        "PORT": str(port),
        "ADMIN_PORT": str(admin_port),
        "ADDRESS": "127.0.0.1",
        "AWS_MSK_CLUSTER_BOOTSTRAP": kafkas.addresses[path.address],
        "AWS_MSK_CLUSTER_TOPIC": "events",
        "KAFKA_AUTH": "iam" if path.identity else "none",
        "DRAIN_DELAY": "0",
        **path.settings,
    }
    environment = {VARIABLE_PREFIX + key: value for key, value in settings.items()}
    if path.identity:
        environment |= kafkas.addresses[path.identity]
    server = lab.start(f"the API ({name})", [str(lab.program)], port, environment)
    server.wait_until(lambda: server.get("/healthcheck")[0] == 200)
    watched = Watched(name, server, kafkas, admin_port)
    watched.clients = [
        threading.Thread(target=watched.send_requests, daemon=True) for _ in range(CLIENTS)
    ]
    for client in watched.clients:
        client.start()
    return watched
