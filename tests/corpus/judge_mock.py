#!/usr/bin/env python3
"""Sends a valid request for each operation to a mock, and validates what it answers.

    judge_mock.py PROGRAM FILE_OF_PATHS [--documents N|all] [--turn N] [--requests-min N]

PROGRAM is penstock_contract. FILE_OF_PATHS has a document's path in each line, as judge_verdicts.py
writes them. The status must be one that the operation declares and that `requests` announces, and
no 5xx; jsonschema_rs must accept the body. What it cannot judge is counted.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from documents import Document, rotated
from mock_server import Answer, Mock, requests_of
from references import names_in, pointer, resolved
from schemas import Schemas

BODILESS = (204, 205, 304)
FAULTS_SHOWN = 60


@dataclass
class Outcome:
    document: str
    requests: int = 0
    judged: int = 0
    without: int = 0
    faults: list[str] = field(default_factory=list)
    unjudged: Counter[str] = field(default_factory=Counter)


class Contract:
    """A document, in which the answers of operations are looked up."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.schemas = Schemas(content, "answer")

    def answer_of(self, request: dict[str, Any], status: int) -> tuple[dict[str, Any], list[str]]:
        """Returns the declaration of an answer, and its pointer; KeyError if there is none."""
        parts = ["paths", request["path"]]
        item, parts = self.follow(self.content["paths"][request["path"]], parts)
        operation = item[request["method"].lower()]
        parts = [*parts, request["method"].lower(), "responses"]
        responses, parts = self.follow(operation.get("responses", {}), parts)
        for key in (str(status), f"{status // 100}XX", f"{status // 100}xx", "default"):
            if key in responses:
                return self.follow(responses[key], [*parts, key])
        if not responses and status == 204:
            return {}, parts
        raise KeyError(status)

    def has_less_than_500(self, request: dict[str, Any]) -> bool:
        """Says whether the operation declares anything but faults of the server."""
        item = resolved(self.content, self.content["paths"][request["path"]])
        responses = item[request["method"].lower()]["responses"]
        return any(key[0] in "234d" for key in responses)

    def follow(self, value: Any, parts: list[str]) -> tuple[Any, list[str]]:
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            parts = names_in(value["$ref"])
            value = resolved(self.content, {"$ref": value["$ref"]})
        return value, parts


def range_of(answer: Answer, content: dict[str, Any]) -> str | None:
    """Returns the key of `content` that says the most about the media type of an answer."""
    keys = {key.partition(";")[0].strip().lower(): key for key in content}
    # Some documents have several keys of a type, with and without a charset or a version.
    keys |= {without_spaces(key): key for key in content}
    kind, _, subtype = answer.media_type.partition("/")
    suffix = subtype.rpartition("+")[2]
    whole = without_spaces(answer.headers.get("content-type", ""))
    for wanted in (whole, answer.media_type, f"{kind}/*+{suffix}", f"{kind}/*", "*/*"):
        if wanted in keys:
            return keys[wanted]
    return None


def without_spaces(content_type: str) -> str:
    return "".join(content_type.lower().split())


def is_json(media_type: str) -> bool:
    return media_type.endswith(("/json", "+json"))


def body_faults(
    contract: Contract, declared: dict[str, Any], parts: list[str], answer: Answer, out: Outcome
) -> Iterator[str]:
    content = declared.get("content") or {}
    if not content:
        if answer.body:
            yield f"a body of {len(answer.body)} bytes, and none is declared"
        return
    key = range_of(answer, content)
    if key is None:
        yield f"the media type '{answer.media_type}' is none of {sorted(content)}"
        return
    if not (content[key] or {}).get("schema"):
        out.unjudged["without a schema"] += 1
        return
    where = pointer(*parts, "content", key, "schema")
    if is_json(answer.media_type):
        value = json.loads(answer.body)
    elif resolved(contract.content, content[key]["schema"]).get("type") == "string":
        value = answer.body.decode(errors="replace")
    else:
        out.unjudged["neither JSON nor text"] += 1
        return
    try:
        fault = contract.schemas.fault(where, value)
    except ValueError as error:
        out.unjudged[f"the validator refuses the schema: {str(error).splitlines()[0][:60]}"] += 1
        return
    out.judged += 1
    if fault:
        yield f"{fault} in {answer.body[:200]!r}"


def answer_faults(
    contract: Contract, request: dict[str, Any], answer: Answer, out: Outcome
) -> Iterator[str]:
    if answer.status != request["status"]:
        yield f"status {answer.status} instead of {request['status']}: {answer.body[:200]!r}"
        return
    try:
        declared, parts = contract.answer_of(request, answer.status)
    except KeyError:
        yield f"status {answer.status} is not declared"
        return
    if answer.status >= 500 and contract.has_less_than_500(request):
        yield f"status {answer.status}: {answer.body[:200]!r}"
    for name, header in (declared.get("headers") or {}).items():
        is_required = resolved(contract.content, header).get("required") is True
        if is_required and name.lower() not in (*answer.headers, "content-type"):
            yield f"the required header {name} is missing"
    if request["method"] == "HEAD" or answer.status in BODILESS:
        if answer.body:
            yield "a body where HTTP has none"
        return
    yield from body_faults(contract, declared, parts, answer, out)


def judged(program: Path, path: Path) -> Outcome:
    out = Outcome(str(path))
    try:
        requests, others = requests_of(program, path)
        out.without = len(others.splitlines())
        contract = Contract(json.loads(path.read_bytes()))
        with Mock(program, path) as mock:
            for request in requests:
                name = f"{request['method']} {request['target'][:100]}"
                body = request["body"]
                answer = mock.ask(
                    request["method"],
                    request["target"],
                    request["headers"],
                    None if body is None else body.encode(),
                )
                out.requests += 1
                for fault in answer_faults(contract, request, answer, out):
                    out.faults.append(f"{name}: {fault}")
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException) as error:
        out.faults.append(f"{type(error).__name__}: {error}")
    return out


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("paths", type=Path)
    parser.add_argument("--documents", default="all")
    parser.add_argument("--turn", type=int, default=0)
    parser.add_argument("--requests-min", type=int, default=1)
    asked = parser.parse_args()
    lines = asked.paths.read_text(encoding="utf-8").splitlines()
    documents = [Document(line, Path(line)) for line in lines]
    if asked.documents != "all":
        documents = rotated(documents, int(asked.documents), asked.turn)
    total = Outcome("all")
    with multiprocessing.Pool(os.cpu_count()) as pool:
        paths = [each.path for each in documents]
        for out in pool.imap_unordered(partial(judged, asked.program), paths):
            total.requests += out.requests
            total.judged += out.judged
            total.without += out.without
            total.unjudged += out.unjudged
            total.faults += [f"{out.document}: {fault}" for fault in out.faults]
    for fault in total.faults[:FAULTS_SHOWN]:
        print(f"FAILED: {fault}")
    for reason, count in total.unjudged.most_common():
        print(f"mock, not judged: {count} bodies, {reason}")
    print(
        f"mock: {len(documents)} documents, {total.requests} operations, {total.judged} bodies "
        f"judged, {total.without} operations without a request, {len(total.faults)} faults"
    )
    if total.requests < asked.requests_min:
        print(f"FAILED: fewer than {asked.requests_min} operations")
        return 1
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
