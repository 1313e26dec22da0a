"""Tests that hello/service.env is read as the shell reads it, or not at all."""

from __future__ import annotations

import subprocess

from fakes import PROJECT, TestCase
from penstock_deploy.commands import Failure
from penstock_deploy.service import Service, parse_assignments


class ServiceTest(TestCase):
    def test_reads_values_with_and_without_quotes(self) -> None:
        text = '# A comment.\n\nA=b\nC_1="d e"\nF=\'$g "h"\'\nI=\nJ=a/b:c,d@e%f+g-h.i=j\n'
        self.assertEqual(
            parse_assignments(text, "x.env"),
            {"A": "b", "C_1": "d e", "F": '$g "h"', "I": "", "J": "a/b:c,d@e%f+g-h.i=j"},
        )

    def test_refuses_what_the_shell_might_read_differently(self) -> None:
        for line in (
            *("a=b", "A = b", " A=b", "export A=b", "A", "A=b c", "A=$b", "A=`b`", "A=b;c"),
            *('A="$b"', 'A="b\\"', "A='b' # c", "A=b#c", "A='b", "A='b'c", "A=~", "A=*", "A=(b)"),
            *("A='b;c'", 'A="b;c"', "A=b\r"),
        ):
            with self.subTest(line=line):
                with self.assertRaises(Failure) as raised:
                    parse_assignments(f"# One.\n{line}\n", "hello/service.env")
                self.assertIn("hello/service.env:2: ", str(raised.exception))
                self.assertIn(line.partition("=")[2], str(raised.exception))

    def test_refuses_a_second_value(self) -> None:
        with self.assertRaisesRegex(Failure, "x.env:2: A is set a second time"):
            parse_assignments("A=b\nA=b\n", "x.env")

    def read(self, **changes: str) -> Service:
        """Reads a file with the names of a service, but for the changes."""
        names = {
            "SERVICE": "orders",
            "API_PROGRAM": "orders_api",
            "FUNCTION_PROGRAM": "orders_consumer",
            "VARIABLE_PREFIX": "ORDERS_API_",
            "CONTRACT": "orders.openapi.yaml problem.yaml",
            "EXAMPLES": "/orders",
            **changes,
        }
        path = self.folder / "service.env"
        path.write_text("".join(f'{name}="{value}"\n' for name, value in names.items()))
        return Service.read(path)

    def test_needs_its_names(self) -> None:
        with self.assertRaisesRegex(Failure, "service.env must set CONTRACT"):
            self.read(CONTRACT="")
        with self.assertRaisesRegex(Failure, "env:7: there is no setting EXAMPLE. The settings"):
            self.read(EXAMPLE="/a")

    def test_examples_are_optional(self) -> None:
        self.assertEqual(self.read(EXAMPLES="").examples, ())

    def test_the_health_check_may_be_named(self) -> None:
        self.assertEqual(self.read().healthcheck, "/healthcheck")
        self.assertEqual(self.read(HEALTHCHECK="/v1/alive").healthcheck, "/v1/alive")
        for path in ("", "alive", "/alive?now", "/al ive", "/alive%20"):
            with self.subTest(path=path), self.assertRaisesRegex(Failure, "HEALTHCHECK needs a"):
                self.read(HEALTHCHECK=path)

    def test_may_name_tables_and_a_database(self) -> None:
        service = self.read(TABLES="data/tables.json", DATABASE="orders_2")
        self.assertEqual((service.tables, service.database), ("data/tables.json", "orders_2"))
        self.assertEqual((self.read().tables, self.read().database), ("", ""))
        for path in ("", "/tables.json", "../tables.json", "a/../../b.json", "a b.json"):
            with self.subTest(path=path), self.assertRaisesRegex(Failure, "TABLES needs the path"):
                self.read(TABLES=path)
        for name in ("", "Orders", "1st", "or-ders", "a" * 64):
            with self.subTest(name=name), self.assertRaisesRegex(Failure, "DATABASE needs small"):
                self.read(DATABASE=name)

    def test_refuses_names_that_aws_refuses(self) -> None:
        for name in ("a", "Orders", "orders-api", "api_", "1api", "a" * 33):
            with self.subTest(name=name), self.assertRaisesRegex(Failure, "API_PROGRAM names a lo"):
                self.read(API_PROGRAM=name)
        with self.assertRaisesRegex(
            Failure, ":3: SERVICE and .* may have 49 characters, and it has"
        ):
            self.read(FUNCTION_PROGRAM="f" * (50 - len("orders_")))

    def test_needs_the_file(self) -> None:
        with self.assertRaisesRegex(Failure, "service.env cannot be read"):
            Service.read(self.folder / "service.env")

    def test_reads_the_projects_own_as_the_shell_does(self) -> None:
        path = PROJECT / "hello" / "service.env"
        service = Service.read(path)
        script = 'set -f; . "$1"; printf "%s\\n" "$SERVICE" "$API_PROGRAM" "$FUNCTION_PROGRAM" '
        printed = subprocess.run(
            ["sh", "-c", f"{script}$EXAMPLES", "sh", str(path)], stdout=-1, text=True, check=True
        )
        self.assertEqual(
            printed.stdout.splitlines(),
            [service.name, service.api_program, service.function_program, *service.examples],
        )
