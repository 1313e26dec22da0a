"""The programs of the shop, each of which can be killed and started again."""

import hashlib
import json
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from checker import Event, Verdict, event_of, judge_audits, judge_topic
from fire_lab import FireLab
from processes import Server, Trouble, free_ports, process_tree
from shop_load import Sent
from waiting import until

TOPIC = "shop-orders"
AUDITS = "shop-audits"
# This is the time-out of a transaction, and the time until the broker looks for such.
OPEN_TRANSACTION_SECONDS_MAX = 40
GROUP = "shop"
KEY = "the key of the campaign's client"
OWNER = "campaign"
PARTITIONS = 3
START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
READ_SECONDS_MAX = 300


def end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-5:])


class Api:
    """The API. `environment` says where the view is."""

    def __init__(
        self, lab: FireLab, program: Path, bootstrap: str, environment: dict[str, str]
    ) -> None:
        self.lab, self.program, self.environment = lab, program, environment
        keys = lab.folder / "keys.json"
        entry = {"name": OWNER, "sha256": hashlib.sha256(KEY.encode()).hexdigest()}
        keys.write_text(json.dumps({"keys": [entry]}))
        self.settings = {
            "ADDRESS": "127.0.0.1",
            "AWS_MSK_CLUSTER_BOOTSTRAP": bootstrap,
            "KAFKA_AUTH": "none",
            "KAFKA_PARTITIONS": PARTITIONS,
            "AUTHENTICATION": json.dumps({"schemes": {"key": {"keys": {"file": str(keys)}}}}),
        }
        self.server: Server
        self.admin_port = 0
        self.count = 0

    def start(self) -> None:
        port, self.admin_port = free_ports(2)
        settings = {**self.settings, "PORT": port, "ADMIN_PORT": self.admin_port}
        prefix = self.lab.names["VARIABLE_PREFIX"]
        variables = {prefix + name: str(value) for name, value in settings.items()}
        self.count += 1
        self.server = self.lab.start(
            f"api-{self.count}", [str(self.program)], port, variables | self.environment
        )
        until(self.serves, START_SECONDS_MAX, f"{self.server.name} does not serve")

    def serves(self) -> bool:
        if self.server.process.poll() is not None:
            raise Trouble(f"{self.server.name} has ended: {end_of(self.server.log)}")
        return self.server.get("/healthcheck")[0] == 200

    def is_ready(self) -> bool:
        return self.server.get("/readiness", self.admin_port)[0] == 200

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()
        self.lab.servers.remove(self.server)


class Mapping:
    """The event source mapping, and the function that builds the view."""

    def __init__(
        self, lab: FireLab, programs: Path, function: str, bootstrap: str, view: dict[str, str]
    ) -> None:
        self.lab = lab
        config = lab.folder / "mapping.json"
        config.write_text(
            json.dumps(
                {
                    "FunctionName": "shop",
                    "Topics": [TOPIC],
                    "StartingPosition": "TRIM_HORIZON",
                    "BatchSize": 100,
                    "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": GROUP},
                }
            )
        )
        self.command = [str(programs / "penstock_local"), "esm", "--config", str(config)]
        self.command += ["--bootstrap", bootstrap, "--function", str(programs / function)]
        for name, value in view.items():
            self.command += ["--env", f"{name}={value}"]
        self.server: Server

    def start(self) -> None:
        self.server = self.lab.start("mapping", self.command, 0)
        until(self.has_function, START_SECONDS_MAX, "the mapping has not started its function")

    def has_function(self) -> bool:
        if self.server.process.poll() is not None:
            raise Trouble(f"the mapping has ended: {end_of(self.server.log)}")
        return bool(self.functions())

    def functions(self) -> list[int]:
        own = self.server.process.pid
        return [pid for pid in process_tree(own) if pid != own]

    def kill_function(self) -> None:
        """Kills the function, and waits for one first if none runs at the moment."""
        until(self.has_function, START_SECONDS_MAX, "no function runs")
        for pid in self.functions():
            subprocess.run(["kill", "-9", str(pid)], check=False)

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()
        self.lab.servers.remove(self.server)

    def stop(self) -> None:
        self.server.process.terminate()
        try:
            status = self.server.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired as late:
            raise Trouble(f"the mapping does not end in {STOP_SECONDS_MAX} s") from late
        self.lab.servers.remove(self.server)
        if status:
            raise Trouble(f"SIGTERM ended the mapping with {status}: {end_of(self.server.log)}")


def values(lab: FireLab, programs: Path, bootstrap: str, topic: str) -> list[dict]:
    """Returns the committed records of the topic, partition by partition."""
    file = lab.folder / "topic.jsonl"
    with file.open("wb") as out, (lab.folder / "topic.log").open("wb") as errors:
        command = [str(programs / "topic_records"), bootstrap, topic]
        process = lab.spawn(command, stdout=out, stderr=errors)
        if process.wait(READ_SECONDS_MAX):
            raise Trouble(f"the topic cannot be read: {end_of(Path(errors.name))}")
    lines = file.read_text().splitlines()
    if not lines or lines.pop() != "end":
        raise Trouble("the topic was not read to its end")
    return [json.loads(json.loads(line)[3]) for line in lines]


def events(
    lab: FireLab, programs: Path, bootstrap: str, sent: Iterable[Sent]
) -> tuple[list[Event], list[tuple[str, int]]]:
    """Returns the events of orders and those for the auditors.

    A transaction that a killed API has left open hides what follows until the broker ends it after
    its time-out, and a broker that has just started may not lead its partitions yet. So this waits
    until what was acknowledged is there, but not for ever.
    """
    end = time.monotonic() + OPEN_TRANSACTION_SECONDS_MAX
    while True:
        is_late = time.monotonic() > end
        try:
            stored = [event_of(value) for value in values(lab, programs, bootstrap, TOPIC)]
            audits = [
                (value["audited"], value["cents"])
                for value in values(lab, programs, bootstrap, AUDITS)
            ]
        except Trouble:
            if is_late:
                raise
        else:
            verdict = Verdict()
            judge_topic(sent, stored, verdict)
            judge_audits(stored, audits, verdict)
            if is_late or not verdict.faults:
                return stored, audits
        time.sleep(1)  # Until the next look.
