#!/usr/bin/env python3
"""Tests what a tables.json may declare, and what is said of one that is wrong."""

from __future__ import annotations

import json
import re
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

from penstock_tables.cloudformation import READ, WRITE, template_of  # noqa: E402
from penstock_tables.declaration import (  # noqa: E402  Its folder is no package of Python's.
    Index,
    Key,
    Table,
    TablesError,
    full_name,
    parse_tables,
    read_tables,
)
from penstock_tables.requests import requests_for  # noqa: E402

KEY = {"name": "owner", "type": "S"}


def tables_of(document: Any) -> tuple[Table, ...]:
    return parse_tables(json.dumps(document).encode(), "tables.json")


def with_table(**members: Any) -> dict[str, Any]:
    return {"tables": {"orders": {"partition_key": KEY, **members}}}


class DeclarationTest(unittest.TestCase):
    def refuses(self, document: Any, said: str) -> None:
        content = document if isinstance(document, bytes) else json.dumps(document).encode()
        with self.assertRaises(TablesError) as raised:
            parse_tables(content, "tables.json")
        self.assertIn(said, str(raised.exception))

    def test_has_keys_indexes_and_a_time_to_live(self) -> None:
        tables = tables_of(
            {
                "$schema": "https://example.org/tables.schema.json",
                "tables": {
                    "orders": {
                        "partition_key": KEY,
                        "sort_key": {"name": "id", "type": "B"},
                        "indexes": {
                            "by_status": {
                                "partition_key": {"name": "status", "type": "S"},
                                "sort_key": {"name": "placed_at", "type": "N"},
                                "projection": ["item", "quantity"],
                            },
                            "by-id": {"partition_key": {"name": "id", "type": "B"}},
                        },
                        "ttl": "expires_at",
                    },
                    "seen_2": {"partition_key": KEY},
                },
            }
        )
        status = Index("by_status", Key("status", "S"), Key("placed_at", "N"), ("item", "quantity"))
        orders = Table(
            "orders",
            Key("owner", "S"),
            Key("id", "B"),
            (status, Index("by-id", Key("id", "B"), None, "all")),
            "expires_at",
        )
        self.assertEqual(tables, (orders, Table("seen_2", Key("owner", "S"), None, (), "")))
        self.assertEqual(
            orders.attributes(), {"owner": "S", "id": "B", "status": "S", "placed_at": "N"}
        )

    def test_says_where_a_text_is_no_json(self) -> None:
        self.refuses(b'{"tables":\n  {,}}', "tables.json:2:4: no JSON")
        self.refuses(b'{"tables": {"a": 1, "a": 2}}', "the member a is there twice")
        self.refuses(b"\xff", "no UTF-8 text")
        self.refuses(b"[" * 100_000, "too many values in one another")

    def test_says_which_member_is_wrong_and_what_to_do(self) -> None:
        self.refuses([], "tables.json: the document is no object")
        self.refuses({}, "the document lacks 'tables'. Add it")
        self.refuses({"tables": {}}, "tables has no table. Declare one, or take TABLES out")
        self.refuses({"tables": {}, "x": 1}, "has the unknown member 'x'. The members are: $schema")
        self.refuses({"tables": {"Orders": {}}}, "tables.Orders has a name that does not fit")
        self.refuses({"tables": {"orders": []}}, "tables.orders is no object")
        self.refuses({"tables": {"orders": {}}}, "tables.orders lacks 'partition_key'")
        self.refuses(with_table(key=KEY), "tables.orders has the unknown member 'key'")
        self.refuses(
            with_table(sort_key={"name": "id", "type": "text"}),
            'tables.orders.sort_key.type is "text". A key\'s type is S (a text), N (a number)',
        )
        self.refuses(with_table(sort_key={"name": "id"}), "tables.orders.sort_key lacks 'type'")
        self.refuses(
            with_table(sort_key={"name": "", "type": "S"}), "tables.orders.sort_key.name must be"
        )
        self.refuses(with_table(sort_key=KEY), "tables.orders.sort_key is the partition key owner")
        self.refuses(with_table(ttl=3), "tables.orders.ttl must be the name of an attribute")
        self.refuses(with_table(ttl="owner"), "tables.orders.ttl is the key owner, which is no nu")

    def test_says_what_is_wrong_with_an_index(self) -> None:
        def with_index(name: str = "by_status", **members: Any) -> dict[str, Any]:
            return with_table(indexes={name: {"partition_key": KEY, **members}})

        self.refuses(with_index("of"), "tables.orders.indexes.of has a name that does not fit")
        self.refuses(with_table(indexes={"by_status": {}}), "by_status lacks 'partition_key'")
        for projection in ("some", [], 3, None):
            self.refuses(with_index(projection=projection), 'projection must be "all", "keys_only"')
        self.refuses(with_index(projection=["a", "a"]), "names an attribute twice")
        self.refuses(
            with_index(partition_key={"name": "owner", "type": "N"}),
            "tables.orders has the key attribute owner with two types, S and N",
        )
        many = {f"index_{number}": {"partition_key": KEY} for number in range(21)}
        self.refuses(with_table(indexes=many), "has 21 indexes, but may have 20")
        wide = {
            f"index_{number}": {"partition_key": KEY, "projection": [f"a{n}" for n in range(51)]}
            for number in range(2)
        }
        self.refuses(with_table(indexes=wide), "name 102 attributes in their projections")

    def test_names_fit_behind_their_prefix(self) -> None:
        table = tables_of(with_table())[0]
        self.assertEqual(full_name("orders-", table), "orders-orders")
        with self.assertRaisesRegex(TablesError, "TABLES_PREFIX is 'a b'"):
            full_name("a b", table)
        with self.assertRaisesRegex(TablesError, "has 256 characters in its name"):
            full_name("a" * 250, table)
        with self.assertRaisesRegex(TablesError, "has 2 characters in its name"):
            full_name("a", Table("b", Key("k", "S"), None, (), ""))

    def test_a_file_that_cannot_be_read(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(TablesError, "tables.json cannot be read: No such file"):
                read_tables(Path(folder) / "tables.json")
            (Path(folder) / "tables.json").write_bytes(b" " * ((1 << 20) + 1))
            with self.assertRaisesRegex(TablesError, "has 1048577 bytes"):
                read_tables(Path(folder) / "tables.json")

    def test_the_schema_for_editors_has_the_same_members(self) -> None:
        schema = json.loads((ROOT / "docs/tables/tables.schema.json").read_text(encoding="utf-8"))
        table = schema["$defs"]["table"]
        self.assertEqual(set(table["properties"]), {"partition_key", "sort_key", "indexes", "ttl"})
        self.assertEqual(
            set(schema["$defs"]["index"]["properties"]), {"partition_key", "sort_key", "projection"}
        )
        self.assertEqual(set(schema["properties"]), {"$schema", "tables"})


class RequestsTest(unittest.TestCase):
    def test_are_those_of_dynamodb(self) -> None:
        tables = tables_of(
            with_table(
                indexes={
                    "by_item": {
                        "partition_key": {"name": "item", "type": "S"},
                        "projection": "keys_only",
                    }
                },
                ttl="expires_at",
            )
        )
        self.assertEqual(
            list(requests_for(tables, "test-")),
            [
                (
                    "CreateTable",
                    {
                        "TableName": "test-orders",
                        "BillingMode": "PAY_PER_REQUEST",
                        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                        "AttributeDefinitions": [
                            {"AttributeName": "owner", "AttributeType": "S"},
                            {"AttributeName": "item", "AttributeType": "S"},
                        ],
                        "GlobalSecondaryIndexes": [
                            {
                                "IndexName": "by_item",
                                "KeySchema": [{"AttributeName": "item", "KeyType": "HASH"}],
                                "Projection": {"ProjectionType": "KEYS_ONLY"},
                            }
                        ],
                    },
                ),
                (
                    "UpdateTimeToLive",
                    {
                        "TableName": "test-orders",
                        "TimeToLiveSpecification": {
                            "Enabled": True,
                            "AttributeName": "expires_at",
                        },
                    },
                ),
            ],
        )


class CloudFormationTest(unittest.TestCase):
    def test_makes_the_tables_and_gives_roles_the_same_rights_as_terraform(self) -> None:
        tables = tables_of(
            {
                "tables": {
                    "orders": {
                        "partition_key": KEY,
                        "indexes": {"by_item": {"partition_key": {"name": "item", "type": "S"}}},
                        "ttl": "expires_at",
                    },
                    "seen_events": {"partition_key": KEY},
                }
            }
        )
        template = template_of("shop", tables)
        resources = template["Resources"]
        self.assertEqual(
            set(resources), {"Tableorders", "TableseenUevents", "ApiPolicy", "FunctionPolicy"}
        )
        orders = resources["Tableorders"]
        self.assertEqual(orders["DeletionPolicy"], "Retain")
        properties = orders["Properties"]
        self.assertEqual(properties["TableName"], {"Fn::Sub": "${Prefix}orders"})
        self.assertEqual(properties["BillingMode"], "PAY_PER_REQUEST")
        self.assertEqual(properties["DeletionProtectionEnabled"], {"Ref": "Protect"})
        self.assertEqual(
            properties["TimeToLiveSpecification"], {"AttributeName": "expires_at", "Enabled": True}
        )
        self.assertNotIn("TimeToLiveSpecification", resources["TableseenUevents"]["Properties"])
        arns = [
            {"Fn::GetAtt": ["Tableorders", "Arn"]},
            {"Fn::GetAtt": ["TableseenUevents", "Arn"]},
        ]
        for role in ("Api", "Function"):
            policy = resources[f"{role}Policy"]
            self.assertEqual(policy["Condition"], f"Has{role}")
            statements = policy["Properties"]["PolicyDocument"]["Statement"]
            self.assertEqual(
                [(each["Action"], each["Resource"]) for each in statements],
                [
                    (READ, arns),
                    (WRITE, arns),
                    (["dynamodb:Query"], [{"Fn::Sub": "${Tableorders.Arn}/index/by_item"}]),
                ],
            )
        module = (ROOT / "terraform/modules/tables/main.tf").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r'"(dynamodb:[A-Za-z]+)"', module)), {*READ, *WRITE})


if __name__ == "__main__":
    unittest.main()
