#!/usr/bin/env python3
"""The judges themselves: what they translate, and that they find faults."""

from __future__ import annotations

import unittest
from typing import Any

from judge_mock import Contract, Outcome, answer_faults, range_of
from mock_server import Answer
from schemas import Schemas

WHERE = "#/components/schemas/Thing"


def document(schema: dict[str, Any], version: str = "3.0.3") -> dict[str, Any]:
    answer = {"description": "It", "content": {"application/json": {"schema": {"$ref": WHERE}}}}
    return {
        "openapi": version,
        "paths": {"/a/{b}": {"get": {"responses": {"200": answer, "4XX": {"description": "No"}}}}},
        "components": {"schemas": {"Thing": schema, "Text": {"type": "string"}}},
    }


class SchemasOfOpenApi(unittest.TestCase):
    def fault(self, schema: dict[str, Any], value: Any, version: str = "3.0.3") -> str | None:
        return Schemas(document(schema, version), "answer").fault(WHERE, value)

    def test_nullable_allows_null_beside_a_type(self) -> None:
        self.assertIsNone(self.fault({"type": "string", "nullable": True}, None))
        self.assertIsNotNone(self.fault({"type": "string"}, None))

    def test_an_exclusive_bound_of_3_0_is_no_number(self) -> None:
        schema = {"type": "number", "minimum": 1, "exclusiveMinimum": True}
        self.assertIsNotNone(self.fault(schema, 1))
        self.assertIsNone(self.fault(schema, 1.5))

    def test_nothing_counts_beside_a_reference_of_3_0(self) -> None:
        schema = {"$ref": "#/components/schemas/Text", "minLength": 3}
        self.assertIsNone(self.fault(schema, "a"))
        self.assertIsNotNone(self.fault(schema, "a", "3.1.0"))

    def test_an_answer_needs_no_property_that_is_for_requests(self) -> None:
        properties = {"a": {"type": "string", "writeOnly": True}, "b": {"type": "string"}}
        schema = {"type": "object", "properties": properties, "required": ["a", "b"]}
        self.assertIsNone(self.fault(schema, {"b": ""}))
        self.assertIsNotNone(self.fault(schema, {"a": ""}))

    def test_a_property_may_be_called_nullable(self) -> None:
        schema = {"type": "object", "properties": {"nullable": {"type": "boolean"}}}
        self.assertIsNotNone(self.fault(schema, {"nullable": 1}))

    def test_a_discriminator_allows_alternatives_that_both_match(self) -> None:
        schema: dict[str, Any] = {"oneOf": [{"type": "integer"}, {"type": "number"}]}
        self.assertIsNotNone(self.fault(schema, 1))
        schema["discriminator"] = {"propertyName": "a"}
        self.assertIsNone(self.fault(schema, 1))
        self.assertIsNotNone(self.fault(schema, ""))

    def test_formats_are_asserted(self) -> None:
        self.assertIsNotNone(self.fault({"type": "string", "format": "uuid"}, "a"))
        self.assertIsNotNone(self.fault({"type": "integer", "format": "int32"}, 2**31))


class AnswersOfAMock(unittest.TestCase):
    def faults(self, answer: Answer) -> list[str]:
        request = {"method": "GET", "path": "/a/{b}", "target": "/a/1", "status": answer.status}
        contract = Contract(document({"type": "integer"}))
        return list(answer_faults(contract, request, answer, Outcome("a")))

    def test_a_body_must_match_its_schema(self) -> None:
        headers = {"content-type": "application/json; charset=utf-8"}
        self.assertEqual(self.faults(Answer(200, headers, b"1")), [])
        self.assertEqual(len(self.faults(Answer(200, headers, b'"1"'))), 1)

    def test_a_media_type_must_be_declared(self) -> None:
        self.assertEqual(len(self.faults(Answer(200, {"content-type": "text/plain"}, b"1"))), 1)

    def test_a_media_type_is_declared_with_its_parameters(self) -> None:
        content = {"application/json": {}, "application/json; v=2": {}, "text/*": {}}
        for sent, declared in {
            "application/json": "application/json",
            "application/json;V=2": "application/json; v=2",
            "application/json; charset=utf-8": "application/json",
            "text/plain; charset=utf-8": "text/*",
        }.items():
            self.assertEqual(range_of(Answer(200, {"content-type": sent}, b""), content), declared)

    def test_a_status_may_be_one_of_a_range(self) -> None:
        self.assertEqual(self.faults(Answer(404, {}, b"")), [])
        self.assertEqual(len(self.faults(Answer(500, {}, b""))), 1)

    def test_no_body_may_come_that_is_not_declared(self) -> None:
        self.assertEqual(len(self.faults(Answer(404, {}, b"1"))), 1)


if __name__ == "__main__":
    unittest.main()
