"""Reads tables.json, which declares the tables of a service (docs/tables.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# These are limits of DynamoDB ("Quotas in Amazon DynamoDB"): of names, behind their prefix, of
# indexes of a table, and of the attributes that its indexes name in all.
NAME_MIN, NAME_MAX = 3, 255
INDEXES_MAX = 20
PROJECTED_MAX = 100
# A service of more tables is likely a mistake. An account has 2,500.
TABLES_MAX = 50
FILE_BYTES_MAX = 1 << 20

TABLE_NAME = re.compile(r"[a-z][a-z0-9_]*")
INDEX_NAME = re.compile(r"[A-Za-z0-9_.-]{3,255}")
PREFIX = re.compile(r"[A-Za-z0-9_.-]*")
KEY_TYPES = {"S": "a text", "N": "a number", "B": "bytes"}
PROJECTIONS = ("all", "keys_only")


class TablesError(Exception):
    """The declaration cannot be read or is wrong: file, member, and what to do."""


@dataclass(frozen=True)
class Key:
    """A key attribute."""

    name: str
    type: str


@dataclass(frozen=True)
class Index:
    """A global secondary index."""

    name: str
    partition_key: Key
    sort_key: Key | None
    # This is "all", "keys_only", or what the index has besides the keys.
    projection: str | tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table, without the prefix of its name."""

    name: str
    partition_key: Key
    sort_key: Key | None
    indexes: tuple[Index, ...]
    ttl: str

    def all_keys(self) -> Iterator[Key]:
        """Yields the keys of the table and its indexes."""
        for owner in (self, *self.indexes):
            yield owner.partition_key
            if owner.sort_key:
                yield owner.sort_key

    def attributes(self) -> dict[str, str]:
        """Returns the types of all key attributes by their names, in their order."""
        return {key.name: key.type for key in self.all_keys()}


def read_tables(path: Path) -> tuple[Table, ...]:
    """Reads the file. TablesError: it cannot be read, or what it declares cannot be."""
    shown = path.name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TablesError(f"{shown} cannot be read: {error.strerror or error}") from None
    if len(content) > FILE_BYTES_MAX:
        raise TablesError(f"{shown} has {len(content)} bytes, but may have {FILE_BYTES_MAX}")
    return parse_tables(content, shown)


def parse_tables(content: bytes, shown: str) -> tuple[Table, ...]:
    """Reads the text of a declaration. `shown` is the file's name for messages."""
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_without_repetition)
    except UnicodeDecodeError:
        raise TablesError(f"{shown} is no UTF-8 text. Save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise TablesError(f"{shown}:{error.lineno}:{error.colno}: no JSON: {error.msg}") from None
    except RecursionError:
        raise TablesError(f"{shown} has too many values in one another") from None
    except _RepeatedNameError as error:
        raise TablesError(f"{shown}: the member {error} is there twice. Take one out") from None
    reader = _Reader(shown)
    top = reader.object_at(document, "the document", ("$schema", "tables"), ("tables",))
    tables = reader.mapping_at(top["tables"], "tables")
    if not tables:
        raise reader.error("tables", "has no table. Declare one, or take TABLES out of service.env")
    if len(tables) > TABLES_MAX:
        raise reader.error("tables", f"has {len(tables)} tables, but may have {TABLES_MAX}")
    return tuple(reader.table(name, value) for name, value in tables.items())


def full_name(prefix: str, table: Table) -> str:
    """Returns the table's name in DynamoDB. TablesError: no table can have it."""
    name = prefix + table.name
    if not PREFIX.fullmatch(prefix):
        raise TablesError(
            f"TABLES_PREFIX is '{prefix}', but needs letters, digits, '_', '-' and '.'"
        )
    if not NAME_MIN <= len(name) <= NAME_MAX:
        raise TablesError(
            f"the table {name} has {len(name)} characters in its name, which DynamoDB wants to "
            f"have {NAME_MIN} to {NAME_MAX}. Change TABLES_PREFIX or the table's name"
        )
    return name


class _RepeatedNameError(Exception):
    """An object has two members of one name."""


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedNameError(next(name for name in names if names.count(name) > 1))
    return members


class _Reader:
    """Reads values, and says of a wrong one where it is."""

    def __init__(self, shown: str) -> None:
        self.shown = shown

    def error(self, where: str, what: str) -> TablesError:
        return TablesError(f"{self.shown}: {where} {what}")

    def mapping_at(self, value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.error(where, "is no object. Write members by their names in { }")
        return value

    def object_at(
        self, value: Any, where: str, known: tuple[str, ...], required: tuple[str, ...]
    ) -> dict[str, Any]:
        members = self.mapping_at(value, where)
        for name in members:
            if name not in known:
                raise self.error(where, f"has the unknown member '{name}'. {_list(known)}")
        for name in required:
            if name not in members:
                raise self.error(where, f"lacks '{name}'. Add it")
        return members

    def name_at(self, value: Any, where: str) -> str:
        """Reads the name of an attribute, which has 1 to 255 bytes if it is in a key."""
        if not isinstance(value, str) or not 1 <= len(value.encode("utf-8")) <= NAME_MAX:
            raise self.error(where, "must be the name of an attribute, of 1 to 255 bytes")
        return value

    def key(self, value: Any, where: str) -> Key:
        members = self.object_at(value, where, ("name", "type"), ("name", "type"))
        kind = members["type"]
        if kind not in KEY_TYPES:
            types = ", ".join(f"{name} ({meaning})" for name, meaning in KEY_TYPES.items())
            raise self.error(f"{where}.type", f"is {json.dumps(kind)}. A key's type is {types}")
        return Key(self.name_at(members["name"], f"{where}.name"), kind)

    def keys_of(self, members: dict[str, Any], where: str) -> tuple[Key, Key | None]:
        partition = self.key(members["partition_key"], f"{where}.partition_key")
        if "sort_key" not in members:
            return partition, None
        sort = self.key(members["sort_key"], f"{where}.sort_key")
        if sort.name == partition.name:
            raise self.error(
                f"{where}.sort_key", f"is the partition key {sort.name}, too. Name another one"
            )
        return partition, sort

    def table(self, name: str, value: Any) -> Table:
        where = f"tables.{name}"
        if not TABLE_NAME.fullmatch(name) or len(name) > NAME_MAX:
            raise self.error(
                where,
                "has a name that does not fit: write small letters, digits and '_', with a letter "
                "first",
            )
        members = self.object_at(
            value, where, ("partition_key", "sort_key", "indexes", "ttl"), ("partition_key",)
        )
        partition, sort = self.keys_of(members, where)
        ttl = self.name_at(members["ttl"], f"{where}.ttl") if "ttl" in members else ""
        declared = self.mapping_at(members.get("indexes", {}), f"{where}.indexes")
        if len(declared) > INDEXES_MAX:
            raise self.error(
                f"{where}.indexes", f"has {len(declared)} indexes, but may have {INDEXES_MAX}"
            )
        indexes = tuple(
            self.index(index, body, f"{where}.indexes.{index}") for index, body in declared.items()
        )
        table = Table(name, partition, sort, indexes, ttl)
        self.check_together(table, where)
        return table

    def index(self, name: str, value: Any, where: str) -> Index:
        if not INDEX_NAME.fullmatch(name):
            raise self.error(
                where,
                "has a name that does not fit: write 3 to 255 letters, digits, '_', '-' and '.'",
            )
        members = self.object_at(
            value, where, ("partition_key", "sort_key", "projection"), ("partition_key",)
        )
        partition, sort = self.keys_of(members, where)
        projection = members.get("projection", "all")
        if isinstance(projection, list) and projection:
            names = tuple(self.name_at(each, f"{where}.projection") for each in projection)
            if len(set(names)) < len(names):
                raise self.error(f"{where}.projection", "names an attribute twice. Take one out")
            return Index(name, partition, sort, names)
        if projection not in PROJECTIONS:
            raise self.error(
                f"{where}.projection", 'must be "all", "keys_only", or a list of attributes'
            )
        return Index(name, partition, sort, projection)

    def check_together(self, table: Table, where: str) -> None:
        types: dict[str, str] = {}
        for key in table.all_keys():
            if types.setdefault(key.name, key.type) != key.type:
                raise self.error(
                    where,
                    f"has the key attribute {key.name} with two types, {types[key.name]} and "
                    f"{key.type}. An attribute has one",
                )
        if types.get(table.ttl, "N") != "N":
            raise self.error(f"{where}.ttl", f"is the key {table.ttl}, which is no number (N)")
        projected = sum(
            len(index.projection) for index in table.indexes if isinstance(index.projection, tuple)
        )
        if projected > PROJECTED_MAX:
            raise self.error(
                f"{where}.indexes",
                f"name {projected} attributes in their projections, but may name {PROJECTED_MAX}",
            )


def _list(names: tuple[str, ...]) -> str:
    return f"The members are: {', '.join(names)}"
