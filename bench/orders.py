"""Runs orders: what an order that is placed and one that is read cost, beside a Go program."""

import argparse
import hashlib
import http.client
import json
import shlex
import uuid
from pathlib import Path

from broker import Broker
from lab import REPOSITORY, Lab
from processes import Server, Trouble, free_ports
from report import say
from speed import BROKER_WARMUP_SECONDS, side_by_side, wrk
from stores import TABLE_ENVIRONMENT, Postgres, Tables

SHOP = REPOSITORY / "tests" / "shop"
CONTRACT = SHOP / "shop.openapi.yaml"
TOPIC = "shop-orders"
KEY = "the key of the benchmark's client"
OWNER = "bench"
ORDERS = 1000  # So many are in the view, and are read in turn.
CONNECTIONS = (16, 64)
BODY_BYTES = 1024
# Each side has so many connections of PostgreSQL.
DATABASE_CONNECTIONS = 8
# wrk runs init() once and request() for each request.
HEADERS = '{["Host"] = wrk.headers["Host"], ["X-Api-Key"] = "%s", ["Content-Type"] = "%s"}'
PLACE_SCRIPT = """
local head, tail, turn = [[%s]], [[%s]], 0
request = function()
  turn = turn + 1
  local id = string.format("%%08x-0000-4000-8000-%%012x", math.random(0, 0x7fffffff), turn)
  return wrk.format("POST", "/orders", %s, head .. id .. tail)
end
"""
READ_SCRIPT = """
local turn = 0
request = function()
  turn = turn %% %d + 1
  return wrk.format("GET", string.format("/orders/%s", turn), %s)
end
"""
READ_ID = "00000000-0000-4000-8000-%012x"


def names() -> dict[str, str]:
    lines = (SHOP / "service.env").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: "".join(shlex.split(value)) for name, value in pairs}


def order(order_id: str) -> dict:
    """Returns an order whose JSON has BODY_BYTES bytes."""
    made = {
        "id": order_id,
        "customer": {
            "name": "Ann Example",
            "street": "1 Long Street",
            "city": "Springfield",
            "country": "NO",
        },
        "lines": [
            {"item": f"tea of the sort number {number}", "quantity": number, "cents": 450 + number}
            for number in range(1, 9)
        ],
        "delivery": "standard",
        "note": "",
    }
    made["note"] = "n" * (BODY_BYTES - len(json.dumps(made)))
    return made


def authentication(lab: Lab) -> str:
    """Returns the setting by which the API knows the client's key."""
    keys = lab.folder / "keys.json"
    entry = {"name": OWNER, "sha256": hashlib.sha256(KEY.encode()).hexdigest()}
    keys.write_text(json.dumps({"keys": [entry]}))
    return json.dumps({"schemes": {"key": {"keys": {"file": str(keys)}}}})


def shop_api(lab: Lab, program: Path, bootstrap: str, environment: dict[str, str]) -> Server:
    port, admin = free_ports(2)
    prefix = names()["VARIABLE_PREFIX"]
    values = {
        "PORT": str(port),
        "ADMIN_PORT": str(admin),
        "AWS_MSK_CLUSTER_BOOTSTRAP": bootstrap,
        "AUTHENTICATION": authentication(lab),
        "CORE_DUMPS": "true",
    }
    server = lab.start(
        names()["API_PROGRAM"],
        [str(program)],
        port,
        {**{prefix + name: value for name, value in values.items()}, **environment},
        quiet=True,
    )
    server.wait_until(lambda: server.get("/readiness", admin)[0] == 200)
    return server


def go_peer(lab: Lab, bootstrap: str, store: list[str]) -> Server:
    (port,) = free_ports(1)
    command = [lab.go_program("orders"), "--port", str(port), "--bootstrap", bootstrap]
    command += ["--topic", TOPIC, "--contract", str(CONTRACT), *store]
    command += ["--key-hash", hashlib.sha256(KEY.encode()).hexdigest()]
    server = lab.start("Go peer", command, port, TABLE_ENVIRONMENT)
    server.wait_until(lambda: server.get("/healthcheck")[0] == 200)
    return server


def scripts(lab: Lab) -> tuple[str, str]:
    """Writes the scripts of wrk for placing and for reading."""
    headers = HEADERS % (KEY, "application/json")
    head, tail = json.dumps(order("@")).split("@")
    # An id has 36 letters, where the template has one.
    tail = tail.replace("n" * 35, "", 1)
    place, read = lab.folder / "place.lua", lab.folder / "read.lua"
    place.write_text(PLACE_SCRIPT % (head, tail, headers))
    read.write_text(READ_SCRIPT % (ORDERS, READ_ID, headers))
    return str(place), str(read)


def fill_database(database: Postgres) -> None:
    note = order(str(uuid.UUID(int=0)))["note"]
    database.sql(
        (SHOP / "schema.sql").read_text()
        + f"INSERT INTO orders SELECT '{OWNER}', ('00000000-0000-4000-8000-' || "
        "lpad(to_hex(n), 12, '0'))::uuid, 'Ann Example', "
        f"'{note}', 36, 16404, 1 FROM generate_series(1, {ORDERS}) n; ANALYZE;"
    )


def fill_tables(tables: Tables, prefix: str) -> None:
    note = order(str(uuid.UUID(int=0)))["note"]
    for number in range(1, ORDERS + 1):
        tables.ask(
            "PutItem",
            {
                "TableName": f"{prefix}orders",
                "Item": {
                    "owner": {"S": OWNER},
                    "id": {"S": READ_ID % number},
                    "customer": {"S": "Ann Example"},
                    "note": {"S": note},
                    "items": {"N": "36"},
                    "cents": {"N": "16404"},
                    "version": {"N": "1"},
                },
            },
        )


def same_answers(servers: list[Server]) -> None:
    """Fails unless all servers answer the requests of the benchmark alike."""
    requests = [
        ("GET", f"/orders/{READ_ID % 1}", None),
        ("GET", f"/orders/{READ_ID % (ORDERS + 1)}", None),
        ("GET", "/orders/no-id", None),
        ("POST", "/orders", json.dumps(order(str(uuid.uuid4())))),
        ("POST", "/orders", '{"id":"7"}'),
    ]
    for method, path, body in requests:
        seen = [ask(server, method, path, body) for server in servers]
        if any(each[0] != seen[0][0] for each in seen) or (
            seen[0][0] < 400 and any(each != seen[0] for each in seen)
        ):
            raise Trouble(f"the servers answer {method} {path} differently: {seen}")
    if any(ask(server, "GET", requests[0][1], None, key="wrong")[0] != 401 for server in servers):
        raise Trouble("a server takes a wrong key")


def ask(
    server: Server, method: str, path: str, body: str | None, key: str = KEY
) -> tuple[int, object, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"X-Api-Key": key, **({"Content-Type": "application/json"} if body else {})}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text else None, answer.headers.get("ETag")


def orders(lab: Lab, options: argparse.Namespace) -> None:
    program = lab.program.parent / names()["API_PROGRAM"]
    if not program.is_file():
        raise Trouble(f"{program} does not exist: run ./penstock build release")
    broker, database = Broker(lab), Postgres(lab, names()["DATABASE"])
    try:
        fill_database(database)
        # It makes the topic for both.
        api = shop_api(lab, program, broker.address, {"DATABASE_URL": database.url})
        store = ["--database", database.url, "--connections", str(DATABASE_CONNECTIONS)]
        peer = go_peer(lab, broker.address, store)
        place, read = scripts(lab)
        same_answers([api, peer])
        say("warming up the broker")
        for server in (api, peer):
            url = f"http://127.0.0.1:{server.port}/orders"
            wrk(lab, url, max(CONNECTIONS), BROKER_WARMUP_SECONDS, place)
        side_by_side(
            lab,
            f"orders: an order of {BODY_BYTES:,} bytes placed, stored with acks=all",
            [api, peer],
            "/orders",
            CONNECTIONS,
            options,
            broker,
            place,
        )
        side_by_side(
            lab,
            "orders: an order read from PostgreSQL",
            [api, peer],
            "/orders",
            CONNECTIONS,
            options,
            script=read,
        )
    finally:
        database.end()
