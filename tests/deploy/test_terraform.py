"""Tests where Terraform's state is, and what is found out before the stack is applied."""

from __future__ import annotations

from pathlib import Path

from fakes import NO_STATE, PROJECT, SERVICE, FakeCommands, TestCase
from penstock_deploy.account import know_region
from penstock_deploy.commands import Ended, Failure
from penstock_deploy.function_package import (
    contract_topics,
    has_atomic_events,
    make_function_package,
)
from penstock_deploy.registry import registry_variables
from penstock_deploy.terraform import OVERRIDE, REGISTRY, STACK, Terraform, use_backend


class BackendTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        (self.folder / REGISTRY).mkdir(parents=True)

    def use(self, commands: FakeCommands, bucket: str) -> None:
        stack = Terraform(commands, STACK, yes=True)
        registry = Terraform(commands, REGISTRY, yes=True)
        use_backend(commands, stack, registry, bucket, "hello", "eu-central-1")

    def test_writes_where_the_states_are(self) -> None:
        self.use(FakeCommands(root=self.folder), "states")
        self.assertEqual(
            (self.folder / REGISTRY / OVERRIDE).read_text(),
            """# Made by ./penstock deploy --backend-bucket.
terraform {
  backend "s3" {
    bucket       = "states"
    key          = "hello/registry.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}
""",
        )
        self.assertIn("hello/stack.tfstate", (self.folder / STACK / OVERRIDE).read_text())

    def test_says_how_to_make_a_bucket(self) -> None:
        with self.assertRaisesRegex(Failure, "aws s3 mb s3://states\n"):
            self.use(FakeCommands({"head-bucket": Ended(254)}, self.folder), "states")
        self.assertFalse((self.folder / STACK / OVERRIDE).exists())

    def test_cloudshell_needs_a_bucket_once(self) -> None:
        commands = FakeCommands(root=self.folder)
        commands.environment["AWS_EXECUTION_ENV"] = "CloudShell"
        with self.assertRaisesRegex(Failure, "--backend-bucket NAME"):
            self.use(commands, "")
        self.use(commands, "states")
        self.use(commands, "")

    def test_a_state_on_this_disk_moves(self) -> None:
        commands = FakeCommands(root=self.folder)
        stack = Terraform(commands, STACK, yes=True)
        (self.folder / STACK / "terraform.tfstate").write_text("{}")
        stack.init()
        self.use(commands, "states")
        stack.init()
        Terraform(commands, STACK, yes=False).init()
        self.assertEqual(
            [call for call in commands.calls if " init" in call],
            [
                "terraform -chdir=terraform init -input=false",
                "terraform -chdir=terraform init -input=false -migrate-state -force-copy",
                "terraform -chdir=terraform init -migrate-state",
            ],
        )


class RegistryTest(TestCase):
    def variables(self, state: str | Ended, found: Ended) -> tuple[str, ...]:
        commands = FakeCommands({"state list": state, "describe-registry": found})
        return registry_variables(commands, Terraform(commands, REGISTRY, yes=True))

    def test_leaves_the_account_its_registry_of_test_events(self) -> None:
        left = ("-var=create_lambda_testevent_schema_registry=false",)
        missing = Ended(254, "An error occurred (NotFoundException) when calling …")
        self.assertEqual(self.variables(NO_STATE, Ended(0, "{}")), left)
        self.assertEqual(self.variables(NO_STATE, missing), ())
        self.assertEqual(self.variables("aws_schemas_registry.events[0]\n", Ended(0)), ())

    def test_does_not_take_an_unreadable_state_for_nothing(self) -> None:
        locked = Ended(1, "Error: Failed to load state: SlowDown")
        with self.assertRaisesRegex(Failure, "cannot say what exists in terraform/registry.*Slow"):
            self.variables(locked, Ended(0, "{}"))

    def test_passes_on_what_else_aws_says(self) -> None:
        with self.assertRaisesRegex(Failure, "AccessDeniedException"):
            self.variables("", Ended(254, "(AccessDeniedException)"))


class RegionTest(TestCase):
    def test_comes_from_the_environment_or_the_configuration(self) -> None:
        commands = FakeCommands({"configure get region": "eu-north-1\n"})
        self.assertEqual(know_region(commands), "eu-north-1")
        self.assertEqual(commands.environment["AWS_DEFAULT_REGION"], "eu-north-1")
        commands.environment.update(AWS_REGION="", AWS_DEFAULT_REGION="eu-west-1")
        self.assertEqual(know_region(commands), "eu-west-1")
        commands.environment.update(AWS_REGION="eu-south-1")
        self.assertEqual(know_region(commands), "eu-south-1")

    def test_must_be_known(self) -> None:
        with self.assertRaisesRegex(Failure, "export AWS_REGION="):
            know_region(FakeCommands({"configure": Ended(255)}))


class FunctionPackageTest(TestCase):
    ZIP = "build/package/kafka_consumer-arm64.zip"

    def make(
        self, machine: str, codename: str, docker: int = 1, variable: str | None = None
    ) -> list[str]:
        release = self.folder / "os-release"
        release.write_text(f'ID=debian\nVERSION_CODENAME="{codename}"\n')
        (self.folder / "penstock").touch()
        commands = FakeCommands(
            {"uname": f"{machine}\n", "docker info": Ended(docker)}, self.folder
        )
        make_function_package(commands, SERVICE, variable, Path(release))
        return [call for call in commands.calls if "uname" not in call and "info" not in call]

    def test_is_built_where_it_can_be(self) -> None:
        here = ["./penstock package arm64"]
        self.assertEqual(self.make("x86_64", "bookworm"), here)
        self.assertEqual(self.make("x86_64", "bookworm", variable=f"../{self.ZIP}"), here)
        (container,) = self.make("x86_64", "trixie", docker=0)
        self.assertRegex(container, "^docker run --rm --volume .*:/penstock .*bookworm-slim bash")

    def test_is_taken_from_elsewhere(self) -> None:
        with self.assertRaisesRegex(Failure, f"copy {self.ZIP} and .*topics here"):
            self.make("aarch64", "bookworm", docker=0)
        (self.folder / self.ZIP).parent.mkdir(parents=True)
        (self.folder / self.ZIP).write_text("")
        self.assertEqual(self.make("aarch64", "bookworm"), [])
        self.assertIn(f"# {self.ZIP} exists already.", self.lines()[-1])

    def test_of_another_service_is_built_by_penstocks_front_door(self) -> None:
        commands = FakeCommands({"uname": "x86_64\n"}, self.folder, PROJECT)
        release = self.folder / "os-release"
        release.write_text('VERSION_CODENAME="bookworm"\n')
        make_function_package(commands, SERVICE, None, release)
        self.assertEqual(commands.calls[-1], f"{PROJECT}/penstock package arm64")
        release.write_text('VERSION_CODENAME="trixie"\n')
        make_function_package(commands, SERVICE, None, release)
        self.assertIn(f"--volume {PROJECT}:/penstock --volume {self.folder}", commands.calls[-1])
        self.assertIn(":/hello --env PENSTOCK_SERVICE=/hello ", commands.calls[-1])

    def test_has_the_topics_beside_it(self) -> None:
        commands = FakeCommands(root=self.folder)
        with self.assertRaisesRegex(Failure, "Name them yourself: -- -var 'topics="):
            contract_topics(commands, SERVICE)
        path = self.folder / "build/package/kafka_consumer.topics"
        path.parent.mkdir(parents=True)
        path.write_text("orders\nproducts\n")
        self.assertEqual(contract_topics(commands, SERVICE), ["orders", "products"])
        path.write_text("")
        with self.assertRaisesRegex(Failure, "The contract declares no event"):
            contract_topics(commands, SERVICE)

    def test_says_beside_it_whether_events_are_atomic(self) -> None:
        commands = FakeCommands(root=self.folder)
        self.assertFalse(has_atomic_events(commands, SERVICE))
        path = self.folder / "build/package/kafka_consumer.atomic-topics"
        path.parent.mkdir(parents=True)
        path.write_text("")
        self.assertFalse(has_atomic_events(commands, SERVICE))
        path.write_text("orders\n")
        self.assertTrue(has_atomic_events(commands, SERVICE))

    def test_may_be_the_users_own(self) -> None:
        self.assertEqual(self.make("x86_64", "bookworm", variable="/tmp/own.zip"), [])
