"""The view's stores: PostgreSQL, which is killed, and moto's tables, which are not.

moto keeps its tables in memory, so it is frozen and cut off instead.
"""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from checker import Row
from fire_lab import FireLab
from links import Links
from stores import TABLE_ENVIRONMENT, Postgres, Tables
from waiting import last

SHOP = Path(__file__).resolve().parents[1] / "shop"
PREFIX = "campaign-"
OUTAGE_SECONDS = 3

View = dict[tuple[str, str], Row]


class DatabaseView:
    def __init__(self, lab: FireLab) -> None:
        self.database = Postgres(lab, "shop")
        self.database.sql((SHOP / "schema.sql").read_text())
        self.environment = {"DATABASE_URL": self.database.url}
        self.faults: dict[str, Callable[[], None]] = {"PostgreSQL is killed": self.kill}

    def kill(self) -> None:
        self.database.kill()
        last(OUTAGE_SECONDS)
        self.database.start()

    def events(self) -> int:
        """Returns how many events the view has."""
        return int(self.database.sql("SELECT coalesce(sum(version), 0) FROM orders")[0][0])

    def rows(self) -> View:
        rows = self.database.sql("SELECT owner, id, items, cents, version FROM orders")
        return {(owner, order): Row(*map(int, rest)) for owner, order, *rest in rows}

    def end(self) -> None:
        self.database.end()


class TableView:
    """The API and the function have a relay each before the server, which can be cut off."""

    def __init__(self, lab: FireLab, programs: Path, server: list[str]) -> None:
        self.tables = Tables(lab, "tables", server, SHOP / "tables.json", PREFIX)
        port = self.tables.port
        self.links = Links(lab, programs / "link_relays", [port], [port])
        self.environments = [
            {
                **TABLE_ENVIRONMENT,
                "TABLES_PREFIX": PREFIX,
                "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{link}",
            }
            for link in (self.links.api_ports[0], self.links.mapping_ports[0])
        ]
        self.faults: dict[str, Callable[[], None]] = {
            "the tables' server is frozen": self.freeze,
            "the tables' server is cut off": self.cut_off,
        }

    def freeze(self) -> None:
        pid = self.tables.server.process.pid
        os.kill(pid, signal.SIGSTOP)
        last(OUTAGE_SECONDS)
        os.kill(pid, signal.SIGCONT)

    def cut_off(self) -> None:
        self.links.set(0, refuses=True)
        self.links.cut(0)
        last(OUTAGE_SECONDS)
        self.links.set(0)

    def events(self) -> int:
        return sum(row.version for row in self.rows().values())

    def rows(self) -> View:
        found: View = {}
        for item in self.tables.items(f"{PREFIX}orders"):
            numbers = [int(item[name]["N"]) for name in ("items", "cents", "version")]
            found[item["owner"]["S"], item["id"]["S"]] = Row(*numbers)
        return found

    def end(self) -> None:
        pass
