#!/usr/bin/env python3
"""Tests how CMake reads a service.env: what it takes, and what it says of what it refuses."""

from __future__ import annotations

import subprocess
import tempfile
import unittest
from pathlib import Path

READER = Path(__file__).resolve().parents[2] / "cmake" / "service_env.cmake"
LEAST = """\
SERVICE=orders
API_PROGRAM=orders_api
FUNCTION_PROGRAM=orders_consumer
VARIABLE_PREFIX=ORDERS_API_
CONTRACT=orders.openapi.yaml
"""
NAMES = ("SERVICE", "API_PROGRAM", "VARIABLE_PREFIX", "CONTRACT", "EXAMPLES", "HEALTHCHECK")
NAMES += ("TABLES", "DATABASE")  # They are empty without a line.


def read(text: str) -> tuple[dict[str, str], str]:
    """Returns the values, or what CMake says, in one line."""
    with tempfile.TemporaryDirectory(prefix="penstock-names-") as folder:
        file = Path(folder) / "service.env"
        file.write_text(text, encoding="utf-8")
        script = Path(folder) / "script.cmake"
        lines = ["cmake_minimum_required(VERSION 3.25)"]
        lines += [f'include("{READER}")', f'penstock_read_service_env("{file}")']
        lines += [f'message("{name}=${{PENSTOCK_{name}}}")' for name in NAMES]
        script.write_text("\n".join(lines), encoding="utf-8")
        done = subprocess.run(["cmake", "-P", script], capture_output=True, text=True, check=False)
        said = done.stderr.replace(f"{folder}/", "")
        if done.returncode != 0:
            return {}, " ".join(said.split())
        return dict(line.split("=", 1) for line in said.splitlines()), ""


class ServiceEnvTest(unittest.TestCase):
    def refuses(self, text: str, sentence: str) -> None:
        values, said = read(text)
        self.assertEqual(values, {}, text)
        self.assertIn(sentence, said)

    def test_has_names_and_defaults(self) -> None:
        values, said = read(LEAST)
        self.assertEqual(said, "")
        self.assertEqual(values["SERVICE"], "orders")
        self.assertEqual(values["CONTRACT"], "orders.openapi.yaml")
        self.assertEqual(values["EXAMPLES"], "")
        self.assertEqual(values["HEALTHCHECK"], "/healthcheck")
        self.assertEqual(values["TABLES"], "")
        self.assertEqual(values["DATABASE"], "")

    def test_may_name_tables_and_a_database(self) -> None:
        values, said = read(LEAST + "TABLES=data/tables.json\nDATABASE=orders_2\n")
        self.assertEqual(said, "")
        self.assertEqual(values["TABLES"], "data/tables.json")
        self.assertEqual(values["DATABASE"], "orders_2")

    def test_takes_quotes_comments_and_blank_lines(self) -> None:
        values, said = read(
            "# The names; of [the] service.\n\n \t\n"
            + LEAST.replace("orders_api", '"orders_api"').replace("=orders\n", "='orders'\n")
            + "EXAMPLES='/a?x=1&b=%3B /c'\nHEALTHCHECK=/v1/health"
        )
        self.assertEqual(said, "")
        self.assertEqual(values["SERVICE"], "orders")
        self.assertEqual(values["API_PROGRAM"], "orders_api")
        self.assertEqual(values["EXAMPLES"], "/a?x=1&b=%3B /c")
        self.assertEqual(values["HEALTHCHECK"], "/v1/health")

    def test_takes_several_files_of_a_contract(self) -> None:
        values, said = read(LEAST.replace("orders.openapi.yaml", "'api/a.yaml  common/b.yaml'"))
        self.assertEqual(said, "")
        self.assertEqual(values["CONTRACT"], "api/a.yaml;common/b.yaml")

    def test_says_which_line_is_wrong_and_what_to_write(self) -> None:
        self.refuses(LEAST + "export A=1", "service.env:6: the line is neither a comment nor")
        self.refuses(LEAST + "EXAMPLES=/a /b", "Write NAME='value' if the value has spaces")
        self.refuses(LEAST + 'EXAMPLES="$HOME"', "service.env:6: the line is neither")
        self.refuses(LEAST + "EXAMPLES='a' # b", "service.env:6: the line is neither")
        self.refuses(LEAST + "EXAMPLES='/a;b'", "EXAMPLES has a ';', which no value may have")
        self.refuses(LEAST + "SERVICE=b", "service.env:6: SERVICE is set a second time")
        self.refuses(LEAST + "EXAMPLE=/a", "service.env:6: EXAMPLE is no name of a service")
        self.refuses(LEAST + "HEALTHCHECK=a", "HEALTHCHECK is 'a', but it consists of a path")

    def test_refuses_tables_and_databases_that_cannot_be(self) -> None:
        for path in ("/tables.json", "'a b.json'", "''"):
            self.refuses(LEAST + f"TABLES={path}", "the name of one JSON file in the service's")
        self.refuses(LEAST + "TABLES=../tables.json", "TABLES is '../tables.json'")
        for name in ("Orders", "1st", "or-ders", "''", "a" * 64):
            self.refuses(LEAST + f"DATABASE={name}", "DATABASE is '")

    def test_refuses_names_that_a_build_cannot_use(self) -> None:
        self.refuses("SERVICE=Orders\n", "SERVICE is 'Orders', but it consists of small letters")
        self.refuses("SERVICE=namespace\n", "which C++ or a library uses itself")
        self.refuses("API_PROGRAM=a.out\n", "API_PROGRAM is 'a.out'")
        self.refuses("VARIABLE_PREFIX=ORDERS\n", "ends with _")
        self.refuses("CONTRACT=/etc/passwd\n", "the names of files in the service's folder")
        self.refuses("SERVICE=a\n", "does not say API_PROGRAM=…; add that line")


if __name__ == "__main__":
    unittest.main()
