"""Tests the server that plays DynamoDB: what is there when it listens, and what it keeps apart.

tests/tables/run runs this with moto's Python, and sets COMMAND to the command of the server.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

PATIENCE = 120
TABLES = {
    "tables": {
        "orders": {
            "partition_key": {"name": "owner", "type": "S"},
            "sort_key": {"name": "id", "type": "S"},
            "indexes": {
                "by_status": {
                    "partition_key": {"name": "status", "type": "S"},
                    "projection": ["item"],
                }
            },
            "ttl": "expires_at",
        }
    }
}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class EmulatorTest(unittest.TestCase):
    def setUp(self) -> None:
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.port = free_port()

    def start(self, declaration: object) -> subprocess.Popen[str]:
        file = self.folder / "tables.json"
        file.write_text(json.dumps(declaration), encoding="utf-8")
        environment = {
            **os.environ,
            "PORT": str(self.port),
            "TABLES": str(file),
            "TABLES_PREFIX": "test-",
            "AWS_REGION": "eu-north-1",
        }
        return subprocess.Popen(
            ["/bin/sh", "-c", os.environ["COMMAND"]],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @contextlib.contextmanager
    def serving(self) -> Iterator[Any]:
        """Gives a client of a server that listens."""
        process = self.start(TABLES)
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                with (
                    contextlib.suppress(OSError),
                    socket.create_connection(("127.0.0.1", self.port)),
                ):
                    break
                self.assertIsNone(process.poll(), "the server has ended")
                self.assertLess(time.monotonic(), deadline, "the server does not listen")
                time.sleep(0.05)  # Until the next look.
            yield boto3.client(
                "dynamodb",
                endpoint_url=f"http://127.0.0.1:{self.port}",
                region_name="eu-north-1",
                aws_access_key_id="local",
                aws_secret_access_key="local",
                aws_session_token="local",
                config=Config(max_pool_connections=16, retries={"total_max_attempts": 1}),
            )
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(PATIENCE), 0)
            assert process.stdout
            self.assertIn("serving test-orders in eu-north-1", process.stdout.read())
        finally:
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()

    def test_has_the_tables_when_it_listens(self) -> None:
        with self.serving() as client:
            table = client.describe_table(TableName="test-orders")["Table"]
            self.assertEqual(
                table["KeySchema"],
                [
                    {"AttributeName": "owner", "KeyType": "HASH"},
                    {"AttributeName": "id", "KeyType": "RANGE"},
                ],
            )
            index = table["GlobalSecondaryIndexes"][0]
            self.assertEqual(index["IndexName"], "by_status")
            self.assertEqual(
                index["Projection"], {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["item"]}
            )
            ttl = client.describe_time_to_live(TableName="test-orders")
            self.assertEqual(ttl["TimeToLiveDescription"]["AttributeName"], "expires_at")

    def test_one_of_several_conditional_writes_at_once_succeeds(self) -> None:
        with self.serving() as client:

            def put(number: int) -> bool:
                item = {"owner": {"S": "a"}, "id": {"S": "1"}, "by": {"N": str(number)}}
                try:
                    client.put_item(
                        TableName="test-orders",
                        Item=item,
                        ConditionExpression="attribute_not_exists(id)",
                    )
                except ClientError as error:
                    self.assertEqual(
                        error.response["Error"]["Code"], "ConditionalCheckFailedException"
                    )
                    return False
                return True

            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                self.assertEqual(sum(pool.map(put, range(64))), 1)

    def test_takes_up_a_declaration_that_is_saved(self) -> None:
        with self.serving() as client:
            orders = TABLES["tables"]["orders"]
            item = {"owner": {"S": "a"}, "id": {"S": "1"}}
            client.put_item(TableName="test-orders", Item=item)
            carts = {"partition_key": {"name": "id", "type": "S"}}
            self.save({"tables": {"orders": orders, "carts": carts}})
            self.wait_for_tables(client, ["test-carts", "test-orders"])
            self.assertEqual(client.scan(TableName="test-orders")["Count"], 1)
            # A declaration that is wrong changes nothing, nor does one that is being written.
            self.save({"tables": {"orders": {}}})
            (self.folder / "tables.json").write_bytes(b"")
            # With another key the table is another one.
            self.save({"tables": {"orders": carts}})
            self.wait_for_tables(client, ["test-orders"])
            table = client.describe_table(TableName="test-orders")["Table"]
            self.assertEqual(len(table["KeySchema"]), 1)
            self.assertEqual(client.scan(TableName="test-orders")["Count"], 0)

    def save(self, declaration: object) -> None:
        (self.folder / "tables.json").write_text(json.dumps(declaration), encoding="utf-8")

    def wait_for_tables(self, client: Any, names: list[str]) -> None:
        deadline = time.monotonic() + PATIENCE
        while sorted(client.list_tables()["TableNames"]) != names:
            self.assertLess(time.monotonic(), deadline, f"the tables are not {names}")
            time.sleep(0.05)  # Until the next look.

    def test_says_what_is_wrong_with_the_declaration(self) -> None:
        process = self.start({"tables": {"orders": {}}})
        said, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 2)
        self.assertIn("tables.json: tables.orders lacks 'partition_key'. Add it", said)


if __name__ == "__main__":
    unittest.main()
