"""The links to the brokers: relays of Penstock's own.

The API and the mapping have a relay each before each broker, so that it is known whom a fault met.
"""

import json
import socket
import subprocess
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from fire_lab import FireLab
from processes import Server, Trouble


class Links:
    """Runs link_relays, and tells it what to do. A fault meets the API's link and the mapping's."""

    def __init__(
        self, lab: FireLab, program: Path, api_ports: list[int], mapping_ports: list[int]
    ) -> None:
        self.log = lab.folder / "links.log"
        with self.log.open("ab") as errors:
            self.process = lab.spawn(
                [str(program), *map(str, api_ports + mapping_ports)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        lab.servers.append(Server("link_relays", self.process, self.log, 0))
        ports = json.loads(self._line())
        self.brokers = range(len(api_ports))
        self.api_ports: list[int] = ports[: len(api_ports)]
        self.mapping_ports: list[int] = ports[len(api_ports) :]
        self.lock = threading.Lock()

    def _line(self) -> str:
        line = self.process.stdout.readline()
        if not line:
            raise Trouble(f"link_relays has ended: {self.log.read_text(errors='replace')}")
        return line

    def tell(self, link: int, **command: Any) -> dict[str, int]:
        with self.lock:
            self.process.stdin.write(json.dumps({"link": link, **command}) + "\n")
            self.process.stdin.flush()
            return json.loads(self._line())

    def set(self, broker: int, **faults: Any) -> None:
        for link in (broker, len(self.brokers) + broker):
            self.tell(link, faults=faults)

    def set_all(self, **faults: Any) -> None:
        for broker in self.brokers:
            self.set(broker, **faults)

    def cut(self, broker: int) -> None:
        for link in (broker, len(self.brokers) + broker):
            self.tell(link, cut=True)

    def cut_all(self) -> None:
        for broker in self.brokers:
            self.cut(broker)

    def counts(self) -> Counter[str]:
        """Returns what all links of the API have counted."""
        return sum((Counter(self.tell(broker)) for broker in self.brokers), Counter())

    def refuse(self, broker: int) -> bool:
        """Says whether the API's link to a broker refuses connections at present."""
        try:
            socket.create_connection(("127.0.0.1", self.api_ports[broker]), 1).close()
        except ConnectionRefusedError:
            return True
        return False
