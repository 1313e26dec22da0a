"""Tests what a deployment does about the service's tables."""

from __future__ import annotations

from fakes import NO_STATE, FakeCommands, TestCase
from penstock_deploy.commands import Ended, Failure
from penstock_deploy.service import Service
from penstock_deploy.tables import check_tables, unprotect_tables
from penstock_deploy.terraform import STACK, Terraform

SERVICE = Service("orders", "orders_api", "orders_consumer", (), tables="tables.json")


class TablesTest(TestCase):
    def test_checks_the_declaration_before_anything_is_made(self) -> None:
        with self.assertRaisesRegex(Failure, "tables.json cannot be read"):
            check_tables(self.folder, SERVICE)
        declaration = self.folder / "tables.json"
        declaration.write_text('{"tables": {"orders": {}}}')
        with self.assertRaisesRegex(Failure, "tables.orders lacks 'partition_key'"):
            check_tables(self.folder, SERVICE)
        declaration.write_text(
            '{"tables": {"orders": {"partition_key": {"name": "id", "type": "S"}}}}'
        )
        check_tables(self.folder, SERVICE)
        check_tables(self.folder, Service("orders", "orders_api", "orders_consumer", ()))

    def unprotect(self, state: str | Ended, delete_tables: bool) -> tuple[str, ...]:
        self.commands = FakeCommands({"terraform -chdir=terraform state list": state})
        stack = Terraform(self.commands, STACK, yes=True)
        return unprotect_tables(self.commands, stack, delete_tables, ("-var=a=b",))

    def test_a_destroy_deletes_tables_only_if_it_is_told_so(self) -> None:
        state = 'module.tables[0].aws_dynamodb_table.this["orders"]\n'
        with self.assertRaisesRegex(Failure, "all their items. To do so, add --delete-tables"):
            self.unprotect(state, delete_tables=False)
        self.assertEqual(
            self.unprotect(state, delete_tables=True), ("-var=tables_deletion_protection=false",)
        )
        self.assertIn(
            "terraform -chdir=terraform apply -auto-approve -input=false -target=module.tables "
            "-var=a=b -var=tables_deletion_protection=false",
            self.commands.calls,
        )

    def test_a_destroy_without_tables_goes_on(self) -> None:
        self.assertEqual(self.unprotect("module.api[0].aws_ecs_cluster.this\n", False), ())
        self.assertEqual(self.unprotect(NO_STATE, False), ())
