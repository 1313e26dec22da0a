"""Runs the real Apache Kafka that the benchmarks publish to."""

import os
import socket
import struct
from pathlib import Path

from lab import REPOSITORY, Lab
from processes import Server, Trouble, free_ports, tool


class Broker:
    """A real Apache Kafka: one KRaft node on loopback.

    It can be killed, and started again on its data.
    """

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.server: Server
        libs = os.environ.get("PENSTOCK_KAFKA_LIBS", str(REPOSITORY / "build" / "kafka" / "libs"))
        if not list(Path(libs).glob("kafka_*.jar")):
            raise Trouble(
                f"no Kafka in {libs}: run ./penstock up, which fetches it, "
                "or set PENSTOCK_KAFKA_LIBS to its folder"
            )
        self.java = [tool("java"), "-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-cp", f"{libs}/*"]
        self.port, controller = free_ports(2)
        self.address = f"127.0.0.1:{self.port}"
        folder = lab.folder / f"broker-{self.port}"
        folder.mkdir()
        self.properties = folder / "server.properties"
        self.properties.write_text(
            "\n".join(
                [
                    "process.roles=broker,controller",
                    "node.id=1",
                    "controller.listener.names=CONTROLLER",
                    f"listeners=PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{controller}",
                    f"advertised.listeners=PLAINTEXT://{self.address}",
                    f"controller.quorum.voters=1@127.0.0.1:{controller}",
                    "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                    "inter.broker.listener.name=PLAINTEXT",
                    f"log.dirs={folder}/data",
                    "auto.create.topics.enable=false",
                    "offsets.topic.replication.factor=1",
                    "transaction.state.log.replication.factor=1",
                    "transaction.state.log.min.isr=1",
                    "offsets.topic.num.partitions=4",
                    "group.initial.rebalance.delay.ms=0",
                    "",
                ]
            )
        )
        storage = [*self.java, "kafka.tools.StorageTool"]
        uuid = lab.run([*storage, "random-uuid"]).split()[-1]
        lab.run([*storage, "format", "--cluster-id", uuid, "--config", str(self.properties)])
        self.start()

    def start(self, wait: bool = True) -> None:
        command = [*self.java, "kafka.Kafka", str(self.properties)]
        self.server = self.lab.start("the broker", command, self.port)
        if wait:
            self.server.wait_until(self.answers, pause=0.1)

    def accepts(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def answers(self) -> bool:
        """Whether the broker answers ApiVersions (key 18, version 0).

        A port that accepts connections is not yet a broker that is ready.
        """
        request = struct.pack(">hhih", 18, 0, 1, -1)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(struct.pack(">i", len(request)) + request)
                return len(probe.recv(10)) == 10
        except OSError:
            return False

    def records(self, topic: str) -> str:
        """Returns the values of all records in the topic, each on a line."""
        return self.lab.run(
            [tool("kcat"), "-b", self.address, "-C", "-t", topic, "-o", "beginning", "-e", "-q"]
        )
