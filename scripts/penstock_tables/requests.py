"""Makes of declared tables the requests that make them in DynamoDB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from penstock_tables.declaration import Index, Table, full_name


def requests_for(tables: tuple[Table, ...], prefix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields operations of DynamoDB with their requests, in the order in which they are to be sent.

    TablesError: a name does not fit behind the prefix.
    """
    for table in tables:
        name = full_name(prefix, table)
        request: dict[str, Any] = {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": _key_schema(table),
            "AttributeDefinitions": [
                {"AttributeName": attribute, "AttributeType": kind}
                for attribute, kind in table.attributes().items()
            ],
        }
        if table.indexes:
            request["GlobalSecondaryIndexes"] = [
                {
                    "IndexName": index.name,
                    "KeySchema": _key_schema(index),
                    "Projection": _projection(index),
                }
                for index in table.indexes
            ]
        yield "CreateTable", request
        if table.ttl:
            ttl = {"Enabled": True, "AttributeName": table.ttl}
            yield "UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": ttl}


def _key_schema(owner: Table | Index) -> list[dict[str, str]]:
    keys = [{"AttributeName": owner.partition_key.name, "KeyType": "HASH"}]
    if owner.sort_key:
        keys.append({"AttributeName": owner.sort_key.name, "KeyType": "RANGE"})
    return keys


def _projection(index: Index) -> dict[str, Any]:
    if isinstance(index.projection, tuple):
        return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(index.projection)}
    return {"ProjectionType": index.projection.upper()}
