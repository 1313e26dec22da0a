"""Tests Terraform's roots in the folder of a service that is not in Penstock's own."""

from __future__ import annotations

import os
from pathlib import Path

from fakes import PROJECT, FakeCommands, TestCase
from penstock_deploy.commands import Failure
from penstock_deploy.roots import lay_out, prefix_of
from penstock_deploy.service import Service

ORDERS = Service("orders", "orders_api", "orders_consumer", ("/orders",))


class RootsTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.commands = FakeCommands(root=self.folder, machinery=PROJECT)
        self.terraform = self.folder / "terraform"

    def text(self, name: str) -> str:
        return (self.terraform / name).read_text(encoding="utf-8")

    def files(self) -> set[str]:
        return {
            str(path.relative_to(self.terraform))
            for path in self.terraform.rglob("*")
            if path.is_file()
        }

    def test_the_example_is_deployed_from_penstocks_folder(self) -> None:
        commands = FakeCommands(root=self.folder)
        lay_out(commands, ORDERS)
        self.assertFalse(self.terraform.exists())
        self.assertEqual(prefix_of(commands, ORDERS), "hello_api")
        self.assertEqual(prefix_of(self.commands, ORDERS), "orders_api")

    def test_the_copy_has_the_services_names(self) -> None:
        lay_out(self.commands, ORDERS)
        for name in self.files():
            self.assertNotIn("hello_api_", self.text(name), name)
            self.assertNotIn("/../hello", self.text(name), name)
        self.assertIn('variable "orders_api_aws_ecr_image_tag"', self.text("variables_api.tf"))
        self.assertIn('output "orders_api_url"', self.text("outputs.tf"))
        self.assertIn('service_folder = "${path.module}/.."', self.text("service.tf"))
        self.assertIn('"${path.module}/../../service.env"', self.text("registry/main.tf"))
        self.assertNotIn("tests/stack.tftest.hcl", self.files())

    def test_what_the_user_has_stays(self) -> None:
        own = {
            "terraform.tfvars": "enable_kafka = true\n",
            "terraform.tfstate": "{}",
            "backend_override.tf": "terraform {}\n",
            ".terraform.lock.hcl": "# Of version 6.\n",
        }
        lay_out(self.commands, ORDERS)
        for name, text in own.items():
            (self.terraform / name).write_text(text)
        lay_out(self.commands, ORDERS)
        self.assertEqual({name: self.text(name) for name in own}, own)

    def test_a_run_changes_nothing_but_what_penstock_has_changed(self) -> None:
        lay_out(self.commands, ORDERS)
        files = self.files()
        (self.terraform / "outputs.tf").write_text("# Of an older Penstock.\n")
        for name in files - {"outputs.tf"}:
            os.utime(self.terraform / name, (1, 1))
        # An older Penstock had one more file.
        (self.terraform / "gone.tf").write_text("")
        with (self.terraform / ".penstock_files").open("a") as manifest:
            manifest.write("gone.tf\n")
        lay_out(self.commands, ORDERS)
        self.assertEqual(self.files(), files)
        changed = {name for name in files if (self.terraform / name).stat().st_mtime > 1}
        self.assertEqual(changed, {"outputs.tf", ".penstock_files"})

    def test_git_sees_only_what_is_the_users(self) -> None:
        lay_out(self.commands, ORDERS)
        ignored = set(self.text(".gitignore").splitlines())
        self.assertIn("*.tfstate", ignored)
        self.assertEqual(
            {name for name in self.files() if f"/{name}" not in ignored},
            {".terraform.lock.hcl", "registry/.terraform.lock.hcl"},
        )

    def test_takes_no_file_of_somebody_else(self) -> None:
        self.terraform.mkdir()
        (self.terraform / "main.tf").write_text("# Of the team.\n")
        with self.assertRaisesRegex(Failure, r"terraform/main.tf is not of ./penstock deploy"):
            lay_out(self.commands, ORDERS)
        self.assertEqual(self.files(), {"main.tf"})

    def test_dry_run_writes_nothing(self) -> None:
        self.commands.dry_run = True
        lay_out(self.commands, ORDERS)
        self.assertEqual(list(Path(self.folder).iterdir()), [])
        self.assertIn(f"# {self.terraform}: the files of {PROJECT}/terraform", self.lines()[0])
