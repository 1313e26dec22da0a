"""Tests the wait for ECS, and the requests after it."""

from __future__ import annotations

from fakes import SERVICE, FakeCommands, TestCase
from penstock_deploy.commands import Ended, Failure
from penstock_deploy.tasks import wait_for_tasks
from penstock_deploy.terraform import STACK, Terraform
from penstock_deploy.urls import try_urls, with_base_path

OUTPUTS: dict[str, str | Ended | list[str | Ended]] = {
    "hello_api_aws_ecs_cluster_name": "cluster",
    "hello_api_aws_ecs_service_name": "service",
    "hello_api_aws_ecs_task_definition_arn": "arn:task:2",
    "hello_api_url": "https://balancer",
    "hello_api_health_check_path": "/healthcheck",
}


class TasksTest(TestCase):
    def wait(self, **answers: str | Ended) -> list[str]:
        usual: dict[str, str | Ended | list[str | Ended]] = {
            "rolloutState": answers.get("rollout", "IN_PROGRESS"),
            "taskDefinition": answers.get("running", "arn:task:2"),
            "wait services-stable": answers.get("wait", Ended(0)),
        }
        commands = FakeCommands({**OUTPUTS, **usual})
        stack = Terraform(commands, STACK, yes=True)
        self.calls = commands.calls
        wait_for_tasks(commands, stack)
        return commands.calls

    def test_returns_when_the_new_version_runs(self) -> None:
        calls = self.wait()
        self.assertIn("aws ecs wait services-stable --cluster cluster --services service", calls)
        self.assertFalse(any("update-service" in call for call in calls))

    def test_asks_ecs_to_begin_again_after_it_gave_up(self) -> None:
        calls = self.wait(rollout="FAILED")
        update = [call for call in calls if "update-service" in call]
        self.assertEqual(len(update), 1)
        self.assertIn("--force-new-deployment", update[0])
        self.assertLess(calls.index(update[0]), calls.index(calls[-1]))

    def test_notices_that_ecs_went_back(self) -> None:
        with self.assertRaisesRegex(Failure, "Not all of the tasks run"):
            self.wait(running="arn:task:1")
        self.assertIn("The new version did not start: ECS went back to arn:task:1.", self.lines())
        self.assertIn("services[0].events[:5].message", self.calls[-1])

    def test_shows_events_after_ten_minutes(self) -> None:
        with self.assertRaisesRegex(Failure, "docs/deploy.md#alarm-api-no-healthy-task"):
            self.wait(wait=Ended(255))
        self.assertIn("services[0].events[:5].message", self.calls[-1])


class UrlsTest(TestCase):
    def test_asks_for_health_and_then_for_the_examples(self) -> None:
        commands = FakeCommands(dict(OUTPUTS))
        try_urls(commands, SERVICE, Terraform(commands, STACK, yes=True))
        request = "curl --silent --show-error --max-time 10 --insecure"
        self.assertEqual(
            commands.calls[3:],
            [
                f"{request} --fail --retry 30 --retry-delay 10 --retry-max-time 300 "
                "--retry-all-errors https://balancer/healthcheck",
                f"{request} --write-out '%{{http_code}}\\n' https://balancer/hello",
                f"{request} --write-out '%{{http_code}}\\n' 'https://balancer/time?name=Paul'",
            ],
        )
        self.assertEqual(self.lines()[-1], "It runs: https://balancer/")

    def test_the_base_path_is_before_the_contracts_paths(self) -> None:
        for target, base_path, expected in (
            ("/orders", "/v1", "/v1/orders"),
            ("/orders?limit=/v1/", "/v1", "/v1/orders?limit=/v1/"),
            ("/v1/orders", "/v1", "/v1/orders"),
            ("/v1", "/v1", "/v1"),
            ("/v1x", "/v1", "/v1/v1x"),
            ("/healthcheck", "/v1", "/healthcheck"),
            ("/orders", "", "/orders"),
        ):
            with self.subTest(target=target, base_path=base_path):
                self.assertEqual(with_base_path(target, base_path, "/healthcheck"), expected)
        commands = FakeCommands({**OUTPUTS, "hello_api_base_path": "/v1"})
        try_urls(commands, SERVICE, Terraform(commands, STACK, yes=True))
        self.assertIn("https://balancer/v1/hello", commands.calls[-2])

    def test_trusts_no_plain_http(self) -> None:
        commands = FakeCommands({**OUTPUTS, "hello_api_url": "http://balancer"})
        try_urls(commands, SERVICE, Terraform(commands, STACK, yes=True))
        self.assertFalse(any("--insecure" in call for call in commands.calls))

    def test_says_which_url_does_not_answer(self) -> None:
        commands = FakeCommands({**OUTPUTS, " --fail ": Ended(22)})
        with self.assertRaisesRegex(Failure, "^https://balancer/healthcheck does not answer 200"):
            try_urls(commands, SERVICE, Terraform(commands, STACK, yes=True))
