"""Three real brokers and their controller, as MSK runs them, on this machine."""

import resource
import signal
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import kafka_wire
from fire_lab import FireLab
from processes import Server, Trouble, free_ports, tool
from schedule import BROKERS
from waiting import until

CONTROLLER = 100
TOPIC = "events"
RECOVERY_SECONDS_MAX = 120
STOP_SECONDS_MAX = 60
ACTIVATION = "Becoming the active controller at epoch"
DISK_BYTES = 2048  # A broker with a full disk can write no file beyond this size.

LOG4J = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %m (%c{1})%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
logger.config.name = org.apache.kafka.common.config.AbstractConfig
logger.config.level = warn
"""

COMMON = """controller.quorum.voters={controller}@127.0.0.1:{controller_port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,REPLICAS:PLAINTEXT,\
API:PLAINTEXT,MAPPING:PLAINTEXT
default.replication.factor=3
min.insync.replicas=2
num.partitions=3
auto.create.topics.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""

BROKER = """process.roles=broker
node.id={number}
listeners=API://127.0.0.1:{api_port},MAPPING://127.0.0.1:{mapping_port},\
REPLICAS://127.0.0.1:{replica_port}
advertised.listeners=API://127.0.0.1:{api_link_port},MAPPING://127.0.0.1:{mapping_link_port},\
REPLICAS://127.0.0.1:{replica_port}
inter.broker.listener.name=REPLICAS
offsets.topic.num.partitions=4
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
group.initial.rebalance.delay.ms=0
replica.lag.time.max.ms=3000
log.index.size.max.bytes=1048576
num.network.threads=2
num.io.threads=4
"""


@dataclass
class Node:
    """A broker or the controller."""

    name: str
    folder: Path
    command: list[str]
    ports: dict[str, int] = field(default_factory=dict)
    server: Server | None = None

    @property
    def pid(self) -> int:
        assert self.server, self.name
        return self.server.process.pid


class Cluster:
    """Owns the processes of the brokers and of the controller. Its calls block."""

    def __init__(self, lab: FireLab, libraries: Path) -> None:
        self.lab, self.libraries = lab, libraries
        names = ("api_port", "mapping_port", "replica_port")
        ports = free_ports(len(names) * BROKERS + 1)
        self.controller_port = ports.pop()
        self.ports = [{name: ports.pop() for name in names} for _ in range(BROKERS)]
        self.brokers: list[Node] = []
        self.controller = Node("controller", lab.folder / "controller", [])

    def java(self, folder: Path, heap: int, *arguments: str) -> list[str]:
        return [
            tool("java"),
            f"-Xmx{heap}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            f"-Dlog4j2.configurationFile={folder}/log4j2.properties",
            "-cp",
            f"{self.libraries}/*",
            *arguments,
        ]

    def _node(self, name: str, heap: int, settings: str) -> Node:
        folder = self.lab.folder / name
        folder.mkdir()
        common = COMMON.format(controller=CONTROLLER, controller_port=self.controller_port)
        properties = folder / "server.properties"
        properties.write_text(f"{settings}{common}log.dirs={folder}/storage\n")
        (folder / "log4j2.properties").write_text(LOG4J)
        return Node(name, folder, self.java(folder, heap, "kafka.Kafka", str(properties)))

    def start(self, api_link_ports: list[int], mapping_link_ports: list[int]) -> None:
        """Formats the folders, starts everything, and waits until all brokers are there."""
        self.controller = self._node(
            "controller",
            128,
            f"process.roles=controller\nnode.id={CONTROLLER}\n"
            f"listeners=CONTROLLER://127.0.0.1:{self.controller_port}\n"
            # Leaders go back soon, so that each broker has its part of the load.
            "leader.imbalance.check.interval.seconds=3\n"
            "leader.imbalance.per.broker.percentage=0\n",
        )
        for number in range(BROKERS):
            ports = {
                **self.ports[number],
                "api_link_port": api_link_ports[number],
                "mapping_link_port": mapping_link_ports[number],
            }
            node = self._node(f"broker-{number}", 256, BROKER.format(number=number, **ports))
            node.ports = ports
            self.brokers.append(node)
        self._format()
        for node in [self.controller, *self.brokers]:
            self._run(node)
        self.wait("the brokers do not find each other", lambda: len(self.seen().brokers) == BROKERS)

    def _format(self) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "A")
        tools = []
        for node in [self.controller, *self.brokers]:
            with (node.folder / "format.log").open("wb") as log:
                properties = str(node.folder / "server.properties")
                format_storage = ["kafka.tools.StorageTool", "format", "-t", cluster]
                command = self.java(node.folder, 64, *format_storage, "-c", properties)
                process = self.lab.spawn(command, stdout=log, stderr=subprocess.STDOUT)
                tools.append((node, process))
        for node, process in tools:
            if process.wait(RECOVERY_SECONDS_MAX):
                log = (node.folder / "format.log").read_text(errors="replace")
                raise Trouble(f"{node.name}: Kafka cannot format its storage: {log[-1000:]}")

    def _run(self, node: Node) -> None:
        node.server = self.lab.start(node.name, node.command, 0)

    def _alive_ports(self) -> list[int]:
        return [
            node.ports["replica_port"]
            for node in self.brokers
            if node.server and node.server.process.poll() is None
        ]

    def seen(self) -> kafka_wire.Metadata:
        """Returns what the brokers that answer see alike: the least of each."""
        all_seen = []
        for port in self._alive_ports():
            try:
                all_seen.append(kafka_wire.metadata(port, TOPIC))
            except OSError:
                return kafka_wire.Metadata(set(), [])
        if not all_seen:
            return kafka_wire.Metadata(set(), [])
        return min(all_seen, key=lambda seen: (len(seen.brokers), sum(map(len, seen.isr))))

    def is_whole(self) -> bool:
        """Says whether every partition has all its replicas, as every broker sees it."""
        seen = self.seen()
        return (
            len(self._alive_ports()) == BROKERS
            and len(seen.brokers) == BROKERS
            and bool(seen.isr)
            and all(len(isr) == BROKERS for isr in seen.isr)
        )

    def wait(self, trouble: str, check: Callable[[], bool]) -> None:
        until(check, RECOVERY_SECONDS_MAX, trouble)

    def wait_until_whole(self) -> None:
        self.wait("the brokers' replicas are not in sync", self.is_whole)

    @property
    def direct(self) -> str:
        """The addresses of the brokers that no link disturbs."""
        return ",".join(f"127.0.0.1:{node.ports['replica_port']}" for node in self.brokers)

    def kill(self, node: Node) -> None:
        assert node.server
        node.server.process.kill()
        node.server.process.wait()
        self.lab.servers.remove(node.server)

    def stop(self, node: Node) -> None:
        """Stops a broker as MSK does: it hands over its partitions before it ends."""
        assert node.server
        node.server.process.terminate()
        try:
            node.server.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired as late:
            sentence = f"{node.name} does not end within {STOP_SECONDS_MAX} s of SIGTERM"
            raise Trouble(sentence) from late
        self.lab.servers.remove(node.server)

    def start_again(self, node: Node) -> None:
        self._run(node)

    def pause(self, node: Node) -> None:
        """Stops the broker's process, and waits until the kernel says that it is stopped."""
        node.server.process.send_signal(signal.SIGSTOP)
        state = Path(f"/proc/{node.pid}/stat")
        self.wait(
            f"{node.name} is not stopped",
            lambda: state.read_text().rpartition(")")[2].split()[0] == "T",
        )

    def activations(self) -> int:
        """Returns how many times the controller has said that it is the active one."""
        return self.controller.server.log.read_text(errors="replace").count(ACTIVATION)

    def go_on(self, node: Node) -> None:
        node.server.process.send_signal(signal.SIGCONT)

    def fill_disk(self, node: Node) -> None:
        """Lets the broker write no more, and waits until it has ended, as Kafka does then."""
        resource.prlimit(node.pid, resource.RLIMIT_FSIZE, (DISK_BYTES, resource.RLIM_INFINITY))
        process = node.server.process
        self.wait("a broker goes on with a full disk", lambda: process.poll() is not None)
        self.lab.servers.remove(node.server)

    def limit_producers(self, bytes_per_second: float | None) -> None:
        kafka_wire.limit_producers(self._alive_ports()[0], bytes_per_second)

    def end(self) -> None:
        """Kills what runs: nothing is asked of the brokers any more."""
        for node in [self.controller, *self.brokers]:
            if node.server and node.server in self.lab.servers:
                self.kill(node)
