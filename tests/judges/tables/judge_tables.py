#!/usr/bin/env python3
"""Judges the DynamoDB client on moto and on dynalite, and its values by boto3's serializer.

moto has transactions, and says which item does not meet a condition. dynalite has neither, and is
strict where moto is not: numbers, keys, limits.

judge_tables.py BIN_FOLDER NODE_FOLDER
"""

import base64
import decimal
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import DYNAMODB_CONTEXT, Binary, TypeDeserializer, TypeSerializer

REGION = "eu-central-1"
ENVIRONMENT = {
    "AWS_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "judge",
    "AWS_SECRET_ACCESS_KEY": "judge",
    "TABLES_PREFIX": "judge_",
}
TABLES = {"orders": ["owner", "id"], "markers": ["id"], "idempotency": ["id"]}


def random_number(chance: random.Random) -> decimal.Decimal:
    digits = "".join(chance.choices("0123456789", k=chance.randint(1, 38)))
    sign = chance.choice(["", "-"])
    # boto3's own limits are a little narrower than AWS's.
    exponent = chance.choice([0, chance.randint(-5, 5), chance.randint(-90, 85)])
    return decimal.Decimal(f"{sign}{digits}E{exponent}")


def random_text(chance: random.Random) -> str:
    return "".join(chance.choices('ab"\\\n\t\0\x7fü日\U0001f41f \u2028', k=chance.randint(0, 6)))


def random_value(chance: random.Random, depth: int = 0) -> Any:
    makers = [
        lambda: None,
        lambda: chance.random() < 0.5,
        lambda: random_number(chance),
        lambda: random_text(chance),
        lambda: Binary(chance.randbytes(chance.randint(0, 9))),
        lambda: {random_text(chance) for _ in range(chance.randint(1, 3))},
        lambda: {random_number(chance) for _ in range(chance.randint(1, 3))},
        lambda: {Binary(chance.randbytes(3)) for _ in range(chance.randint(1, 3))},
    ]
    if depth < 5:
        makers += [
            lambda: [random_value(chance, depth + 1) for _ in range(chance.randint(0, 3))],
            lambda: random_item(chance, depth + 1),
        ] * 2
    return chance.choice(makers)()


def random_item(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    return {random_text(chance): random_value(chance, depth) for _ in range(chance.randint(0, 4))}


def encoded(value: Any) -> Any:
    """Writes bytes as the wire has them."""
    if isinstance(value, dict):
        return {key: encoded(member) for key, member in value.items()}
    if isinstance(value, list):
        return [encoded(element) for element in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    return value


def decoded(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, held),) = value.items()
    if kind == "B":
        return {"B": base64.b64decode(held)}
    if kind == "BS":
        return {"BS": [base64.b64decode(one) for one in held]}
    if kind == "L":
        return {"L": [decoded(one) for one in held]}
    if kind == "M":
        return {"M": {name: decoded(one) for name, one in held.items()}}
    return value


def judge_values(program: Path, count: int) -> None:
    chance = random.Random(25)
    serializer, deserializer = TypeSerializer(), TypeDeserializer()
    # boto3 counts zeros behind 38 digits as digits. What it would drop must be zeros all the same.
    DYNAMODB_CONTEXT.traps[decimal.Rounded] = False
    items = [random_item(chance) for _ in range(count)]
    lines = [
        json.dumps({name: encoded(serializer.serialize(one)) for name, one in item.items()})
        for item in items
    ]
    answers = subprocess.run(
        [program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True
    ).stdout.split("\n")
    numbers = 0
    for item, answer in zip(items, answers, strict=False):
        assert not answer.startswith("error"), (item, answer)
        read = {n: deserializer.deserialize(decoded(v)) for n, v in json.loads(answer).items()}
        assert read == item, (item, answer)
        numbers += answer.count('"N"')
    print(f"Tables: {count:,} random items with {numbers:,} numbers agree with boto3")


def judge_numbers(program: Path, count: int) -> None:
    """Python's decimals say which text a number has, and which text is not a number."""
    chance = random.Random(7)
    decimal.getcontext().prec = 400
    texts = []
    for _ in range(count):
        text = "".join(chance.choices("0123456789", k=chance.randint(0, 40)))
        if chance.random() < 0.5:
            text += "." + "".join(chance.choices("0123456789", k=chance.randint(0, 40)))
        if chance.random() < 0.5:
            text += chance.choice("eE") + chance.choice(["", "-", "+"])
            text += str(chance.randint(0, 200)) if chance.random() < 0.95 else ""
        texts.append(chance.choice(["", "", "-", "+"]) + text)
    answers = subprocess.run(
        [program],
        input="".join(json.dumps({"n": {"N": text}}) + "\n" for text in texts),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    refused = 0
    for text, answer in zip(texts, answers, strict=False):
        try:
            number = decimal.Decimal(text).normalize()
        except decimal.InvalidOperation:
            number = None
        within = number is not None and (
            number == 0
            or (len(number.as_tuple().digits) <= 38 and -130 <= number.adjusted() <= 125)
        )
        if not within:
            assert answer.startswith("error"), (text, answer)
            refused += 1
            continue
        expected = format(number, "f") if number != 0 else "0"
        assert answer == json.dumps({"n": {"N": expected}}, separators=(",", ":")), (text, answer)
    print(f"Tables: {count:,} texts of numbers, {refused:,} refused, agree with Python's decimals")


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


class Server:
    def __init__(self, command: list[str], port: int, log: Path) -> None:
        self.log = log
        self.url = f"http://127.0.0.1:{port}"
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert self.process.poll() is None, log.read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)  # Until the next look.
        raise AssertionError(f"{command} does not listen: {log.read_text()}")

    def make_tables(self) -> None:
        client = boto3.client(
            "dynamodb",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="judge",
            aws_secret_access_key="judge",
        )
        for name, keys in TABLES.items():
            more: dict[str, Any] = {}
            attributes = list(keys)
            if name == "orders":
                attributes.append("status")
                more["GlobalSecondaryIndexes"] = [
                    {
                        "IndexName": "by_status",
                        "KeySchema": [
                            {"AttributeName": "status", "KeyType": "HASH"},
                            {"AttributeName": "id", "KeyType": "RANGE"},
                        ],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ]
            client.create_table(
                TableName="judge_" + name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[
                    {"AttributeName": one, "AttributeType": "S"} for one in attributes
                ],
                KeySchema=[
                    {"AttributeName": one, "KeyType": kind}
                    for one, kind in zip(keys, ["HASH", "RANGE"], strict=False)
                ],
                **more,
            )
            client.get_waiter("table_exists").wait(
                TableName="judge_" + name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
            )

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(timeout=30)


def judge_on(name: str, server: Server, program: Path, **has: str) -> bool:
    try:
        server.make_tables()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "JUDGE_"))}
        environment |= ENVIRONMENT | has
        environment["AWS_ENDPOINT_URL_DYNAMODB"] = server.url
        environment["JUDGE_SERVER"] = str(server.process.pid)
        print(f"Tables on {name}:", flush=True)
        done = subprocess.run(
            [program, "--gtest_brief=1"], env=environment, check=False, timeout=900
        )
        return done.returncode == 0
    finally:
        server.stop()


def main() -> int:
    programs, node = Path(sys.argv[1]), Path(sys.argv[2])
    judge_values(programs / "table_values", 5_000)
    judge_numbers(programs / "table_values", 20_000)
    judged = programs / "judged_tables"
    ok = True
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        port = free_port()
        moto = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p"]
        server = Server([*moto, str(port)], port, logs / "moto.log")
        ok &= judge_on("moto", server, judged, JUDGE_SAYS_ITEM="yes", JUDGE_TRANSACTIONS="yes")
        port = free_port()
        dynalite = ["node", str(node / "node_modules/dynalite/cli.js"), "--host", "127.0.0.1"]
        server = Server([*dynalite, "--port", str(port)], port, logs / "dynalite.log")
        ok &= judge_on("dynalite", server, judged)
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
