"""The links between the clients and the brokers: relays of Penstock's own, one for each broker."""

import json
import subprocess
import threading
from pathlib import Path
from typing import Any

from fire_lab import FireLab
from processes import Server, Trouble

HELD = {"held": True}


class Links:
    """Runs link_relays, and tells it what to do. May be used by one thread."""

    def __init__(self, lab: FireLab, program: Path, broker_ports: list[int]) -> None:
        self.log = lab.folder / "links.log"
        with self.log.open("ab") as errors:
            self.process = lab.spawn(
                [str(program), *map(str, broker_ports)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        lab.servers.append(Server("link_relays", self.process, self.log, 0))
        self.ports: list[int] = json.loads(self._line())
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

    def set(self, link: int, **faults: Any) -> None:
        self.tell(link, faults=faults)

    def set_all(self, **faults: Any) -> None:
        for link in range(len(self.ports)):
            self.set(link, **faults)

    def cut(self, link: int) -> None:
        self.tell(link, cut=True)

    def cut_all(self) -> None:
        for link in range(len(self.ports)):
            self.cut(link)

    def counts(self) -> list[dict[str, int]]:
        return [self.tell(link) for link in range(len(self.ports))]

    def total(self, name: str) -> int:
        return sum(counts[name] for counts in self.counts())
