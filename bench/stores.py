"""Runs the stores of a view: a real PostgreSQL, and servers that play DynamoDB."""

import contextlib
import csv
import io
import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from lab import REPOSITORY, Lab
from processes import Server, Trouble, free_ports, process_tree

POSTGRES_USER = "postgres"  # Debian's package makes it. The server does not run as root.
SQL_SECONDS_MAX = 60
TABLE_SECONDS_MAX = 60
# The servers look at no signature, but want one to be there.
TABLE_HEADERS = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=00",
    "X-Amz-Date": "20260101T000000Z",
}
TABLE_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def postgres_tool(name: str) -> str:
    """Returns the path of a program of the newest PostgreSQL that Debian has installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4])
    )
    if not found:
        raise Trouble(f"PostgreSQL's {name} is missing: apt-get install postgresql")
    return str(found[-1])


class Postgres:
    """A PostgreSQL on loopback with one database. It can be killed, and started on its data.

    Nothing is forced to the disk (fsync is off): what a process has written outlives its end all
    the same, and only a machine that loses power would lose it.
    """

    def __init__(self, lab: Lab, database: str) -> None:
        self.lab, self.database = lab, database
        # The server ends with this program, also when that is killed.
        user = ["--reuid", POSTGRES_USER, "--regid", POSTGRES_USER, "--clear-groups"]
        self.as_user = ["setpriv", *(user if os.geteuid() == 0 else []), "--pdeathsig", "INT"]
        # The lab's own folder is closed to other users.
        self.folder = Path(tempfile.mkdtemp(prefix="penstock-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, POSTGRES_USER)
        (self.port,) = free_ports(1)
        self.url = f"postgresql://{POSTGRES_USER}@127.0.0.1:{self.port}/{database}"
        self.server: Server
        initdb = [postgres_tool("initdb"), "--pgdata", str(self.folder / "data"), "--no-sync"]
        lab.run(
            [
                *self.as_user,
                *initdb,
                "--auth",
                "trust",
                "--username",
                POSTGRES_USER,
                "--encoding",
                "UTF8",
            ],
            cwd="/",
        )
        self.start()
        self.sql(f"CREATE DATABASE {database}", "postgres")

    def start(self) -> None:
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "max_connections": 100,
        }
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        command = [postgres_tool("postgres"), "-D", str(self.folder / "data"), *settings]
        self.server = self.lab.start("PostgreSQL", [*self.as_user, *command], self.port)
        self.server.wait_until(self.answers, pause=0.1)

    def answers(self) -> bool:
        command = [postgres_tool("pg_isready"), "--quiet", "--host", "127.0.0.1"]
        return subprocess.run([*command, "--port", str(self.port)], check=False).returncode == 0

    def kill(self) -> None:
        """Kills the server's processes as `kill -9` does, all of them at once."""
        for pid in process_tree(self.server.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.process.wait()
        self.lab.servers.remove(self.server)

    def freeze(self) -> None:
        """Stops all of the server's processes, as a machine does that hangs."""
        for pid in process_tree(self.server.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in process_tree(self.server.process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def sql(self, text: str, database: str = "") -> list[list[str]]:
        """Runs statements, and returns the rows of the last one."""
        command = [shutil.which("psql") or postgres_tool("psql"), "--no-psqlrc", "--csv"]
        command += ["--tuples-only", "--quiet", "--set", "ON_ERROR_STOP=1"]
        url = self.url.rpartition("/")[0] + f"/{database or self.database}"
        done = subprocess.run(
            [*command, url],
            input=text,
            capture_output=True,
            text=True,
            timeout=SQL_SECONDS_MAX,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"psql failed: {done.stderr.strip()[-500:]}")
        return list(csv.reader(io.StringIO(done.stdout)))

    def end(self) -> None:
        if self.server in self.lab.servers:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Tables:
    """A server that plays DynamoDB in memory: moto's, or dynalite."""

    def __init__(
        self, lab: Lab, name: str, command: list[str], declared: Path, prefix: str
    ) -> None:
        """Starts it, and makes the tables of a tables.json. {port} in `command` is its port."""
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        environment = {
            **TABLE_ENVIRONMENT,
            "PORT": str(self.port),
            "TABLES": str(declared),
            "TABLES_PREFIX": prefix,
            "PYTHONPATH": str(REPOSITORY / "scripts"),
        }
        words = [word.replace("{port}", str(self.port)) for word in command]
        self.server = lab.start(name, words, self.port, environment)
        self.server.wait_until(lambda: "TableNames" in self.ask("ListTables", {}), pause=0.1)
        self.make(declared, prefix)

    def ask(self, operation: str, body: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer, or nothing if the server does not give one."""
        request = urllib.request.Request(
            self.url,
            json.dumps(body).encode(),
            {**TABLE_HEADERS, "X-Amz-Target": f"DynamoDB_20120810.{operation}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TABLE_SECONDS_MAX) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Trouble(f"{operation}: {error.read().decode(errors='replace')[:500]}") from error
        except OSError:
            return {}

    def make(self, declared: Path, prefix: str) -> None:
        """Makes the tables of a tables.json that are not there yet. They have no index."""
        made = self.ask("ListTables", {})["TableNames"]
        for name, table in json.loads(declared.read_text())["tables"].items():
            if prefix + name in made:
                continue
            keys = [(table["partition_key"], "HASH")]
            if "sort_key" in table:
                keys.append((table["sort_key"], "RANGE"))
            self.ask(
                "CreateTable",
                {
                    "TableName": prefix + name,
                    "BillingMode": "PAY_PER_REQUEST",
                    "KeySchema": [
                        {"AttributeName": key["name"], "KeyType": kind} for key, kind in keys
                    ],
                    "AttributeDefinitions": [
                        {"AttributeName": key["name"], "AttributeType": key["type"]}
                        for key, _ in keys
                    ],
                },
            )
        self.server.wait_until(
            lambda: all(
                self.ask("DescribeTable", {"TableName": name})["Table"]["TableStatus"] == "ACTIVE"
                for name in self.ask("ListTables", {})["TableNames"]
            ),
            pause=0.1,
        )

    def items(self, table: str) -> list[dict[str, Any]]:
        """Returns all items of a table, in DynamoDB's own JSON."""
        found, start = [], {}
        while True:
            page = self.ask("Scan", {"TableName": table, "ConsistentRead": True, **start})
            if "Items" not in page:
                raise Trouble(f"the server of the tables does not answer a Scan of {table}")
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
