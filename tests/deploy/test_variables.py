"""Tests how the stack's variables are read, and what is refused because of them."""

from __future__ import annotations

import json

from fakes import NO_STATE, FakeCommands, TestCase
from penstock_deploy.commands import CommandFailed, Commands, Ended, Failure
from penstock_deploy.terraform import STACK, Terraform
from penstock_deploy.variables import (
    Variables,
    check_region,
    keep_kafka,
    know_variables,
    variable_arguments,
)

# As Terraform 1.12 prints them: what comes from -var is a string, whatever its type is.
VALUES: dict[str, object] = {
    "aws_region_main": "",
    "certificate_arn": None,
    "enable_ecs_exec": False,
    "enable_https": True,
    "enable_kafka": "true",
    "function_zip": None,
    "hello_api_aws_ecs_service_desired_count_tasks": 3,
    "tags": {"enable_kafka": {"value": "of a map"}},
}


def plan(**changes: object) -> str:
    """Returns a plan with the usual values, but for the changes."""
    values = {**VALUES, **changes}
    return json.dumps(
        {
            "format_version": "1.2",
            "variables": {name: {"value": value} for name, value in values.items()},
            "planned_values": {"enable_https": {"value": "not this one"}},
        }
    )


class VariablesTest(TestCase):
    def test_reads_a_plan(self) -> None:
        self.assertEqual(
            Variables.from_plan(plan()),
            Variables(None, True, None, True, None, False, 3),
        )

    def test_reads_what_the_caller_gives(self) -> None:
        variables = Variables.from_plan(
            plan(
                aws_region_main="eu-north-1",
                enable_https="false",
                certificate_arn='arn:aws:acm:a:1:certificate/"quoted", with a comma',
                enable_kafka="0",
                function_zip="",
                hello_api_aws_ecs_service_desired_count_tasks="0",
            )
        )
        self.assertEqual(variables.region, "eu-north-1")
        self.assertFalse(variables.enable_https)
        self.assertEqual(
            variables.certificate_arn, 'arn:aws:acm:a:1:certificate/"quoted", with a comma'
        )
        self.assertFalse(variables.enable_kafka)
        self.assertEqual(variables.function_zip, "")
        self.assertEqual(variables.desired_tasks, 0)

    def test_knows_whether_the_user_names_the_topics(self) -> None:
        for topics, named in (([], False), ("[]", False), (["a"], True), ('["a"]', True)):
            with self.subTest(topics=topics):
                self.assertEqual(Variables.from_plan(plan(topics=topics)).names_topics, named)

    def test_reads_the_names_of_another_service(self) -> None:
        text = plan(topics=[]).replace("hello_api_", "orders_api_")
        self.assertEqual(Variables.from_plan(text, "orders_api").desired_tasks, 3)

    def test_refuses_what_is_not_a_plan(self) -> None:
        for text in ("", "[]", "{}", '{"variables": []}', '{"variables": {"a": 1}}', "null"):
            with self.subTest(text=text), self.assertRaisesRegex(Failure, "did not print a plan"):
                Variables.from_plan(text)

    def test_refuses_what_it_cannot_decide_on(self) -> None:
        for changes, sentence in (
            ({"enable_kafka": "perhaps"}, "enable_kafka must be true or false, not perhaps"),
            ({"enable_https": None}, "enable_https must be true or false, not None"),
            ({"function_zip": ["a"]}, "function_zip must not be a list or a map"),
            (
                {"hello_api_aws_ecs_service_desired_count_tasks": "many"},
                "desired_count_tasks must be a number, not many",
            ),
        ):
            with self.subTest(changes=changes), self.assertRaisesRegex(Failure, sentence):
                Variables.from_plan(plan(**changes))
        with self.assertRaisesRegex(Failure, "does not have the variable enable_https"):
            Variables.from_plan(plan().replace('"enable_https": {"value": true}, ', ""))

    def test_finds_variables_among_terraforms_arguments(self) -> None:
        self.assertEqual(
            variable_arguments(
                (
                    *("-var", "a=b", "-lock=false", "--var=c=d", "-var-file=e"),
                    *("--var-file", "f", "-variance", "-target=g", "var"),
                )
            ),
            ("-var", "a=b", "--var=c=d", "-var-file=e", "--var-file", "f"),
        )

    def test_asks_terraform_and_cleans_up(self) -> None:
        commands = FakeCommands({" show -json ": plan()})
        stack = Terraform(commands, STACK, yes=True)
        variables = know_variables(commands, stack, ("-var", "enable_kafka=true", "-lock=false"))
        self.assertTrue(variables.enable_kafka)
        self.assertEqual(
            commands.calls,
            [
                "mkdir --parents build",
                "terraform -chdir=terraform plan -input=false -refresh=false "
                "-target=terraform_data.nothing -out=../build/variables.tfplan "
                "-var enable_kafka=true",
                "terraform -chdir=terraform show -json ../build/variables.tfplan",
                "rm --force build/variables.tfplan",
            ],
        )

    def test_names_the_variables_that_terraform_refuses(self) -> None:
        commands = FakeCommands({" plan ": Ended(1)})
        stack = Terraform(commands, STACK, yes=True)
        with self.assertRaisesRegex(Failure, "does not take these variables: -var a=b. "):
            know_variables(commands, stack, ("-var", "a=b"))

    def test_leaves_no_plan_that_cannot_be_shown(self) -> None:
        commands = FakeCommands({" show ": Ended(1)})
        stack = Terraform(commands, STACK, yes=True)
        with self.assertRaises(CommandFailed):
            know_variables(commands, stack, ())
        self.assertEqual(commands.calls[-1], "rm --force build/variables.tfplan")

    def test_dry_run_takes_every_step(self) -> None:
        commands = Commands(self.folder, dry_run=True)
        variables = know_variables(commands, Terraform(commands, STACK, yes=False), ())
        self.assertEqual(variables, Variables.for_dry_run())


class RegionTest(TestCase):
    def test_is_one_for_terraform_and_the_aws_cli(self) -> None:
        check_region(Variables.from_plan(plan()), "eu-central-1")
        elsewhere = Variables.from_plan(plan(aws_region_main="eu-north-1"))
        check_region(elsewhere, "eu-north-1")
        with self.assertRaisesRegex(Failure, "export AWS_REGION=eu-north-1"):
            check_region(elsewhere, "eu-central-1")


class KeepKafkaTest(TestCase):
    def refuses(self, state: str | Ended, delete_kafka: bool = False, **changes: object) -> bool:
        commands = FakeCommands({"state list": state})
        stack = Terraform(commands, STACK, yes=True)
        try:
            keep_kafka(commands, stack, Variables.from_plan(plan(**changes)), delete_kafka)
        except Failure as failure:
            self.assertIn("--delete-kafka", str(failure))
            return True
        return False

    def test_refuses_to_delete_records(self) -> None:
        there = "module.network.aws_vpc.main[0]\nmodule.stream[0].aws_msk_serverless_cluster.main\n"
        self.assertTrue(self.refuses(there, enable_kafka=False))
        self.assertFalse(self.refuses(there, enable_kafka="true"))
        self.assertFalse(self.refuses(there, enable_kafka=False, delete_kafka=True))

    def test_has_no_objection_without_kafka_or_state(self) -> None:
        self.assertFalse(self.refuses("module.network.aws_vpc.main[0]\n", enable_kafka=False))
        self.assertFalse(self.refuses(NO_STATE, enable_kafka=False))

    def test_does_not_take_an_unreadable_state_for_nothing(self) -> None:
        commands = FakeCommands({"state list": Ended(1, "Error: ExpiredToken")})
        stack = Terraform(commands, STACK, yes=True)
        with self.assertRaisesRegex(Failure, "cannot say what exists in terraform.*ExpiredToken"):
            keep_kafka(commands, stack, Variables.from_plan(plan(enable_kafka=False)), False)
