"""Checks that Terraform and the container's program agree.

They share names, the port, the health check and time-outs.
"""

import json
import os
import re
import subprocess
import tempfile
import unittest

from stack import HEALTHCHECK, PREFIX, container, environment, load_balancer, target_group

PROGRAM = os.environ["API_PROGRAM"]


def defaults() -> dict[str, str]:
    """Returns the settings that the program lists, with their defaults."""
    table = subprocess.run(
        [PROGRAM, "settings"], capture_output=True, text=True, check=True, timeout=10, env={}
    ).stdout
    rows = re.findall(r"^- `(\w+)` \(default: (?:`(.*?)`|empty)[;)]", table, re.MULTILINE)
    return {name: default for name, default in rows if name.startswith(PREFIX)}


def value(name: str) -> float:
    """Returns the setting of the container, or the program's default."""
    return float(environment().get(PREFIX + name, defaults()[PREFIX + name]))


def environment_without_schemes() -> dict[str, str]:
    """Returns the container's environment. The example's contract has no schemes."""
    name = PREFIX + "AUTHENTICATION"
    mine = environment()
    if name in mine:
        mine[name] = json.dumps(json.loads(mine[name]) | {"schemes": {}})
    return mine


class Drift(unittest.TestCase):
    def test_the_program_knows_each_variable(self) -> None:
        self.assertGreater(len(defaults()), 10)
        self.assertLessEqual(
            {name for name in environment() if name.startswith(PREFIX)}, set(defaults())
        )
        self.assertEqual(
            [name for name in environment() if not name.startswith((PREFIX, "AWS_"))], []
        )

    def test_the_program_starts_with_them_and_the_container_is_healthy(self) -> None:
        # Only the ports are changed. Kafka is not reachable, and is not needed.
        mine = environment_without_schemes() | {
            PREFIX + "PORT": "0",
            PREFIX + "ADMIN_PORT": "0",
            PREFIX + "ADDRESS": "127.0.0.1",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
        }
        with (
            tempfile.TemporaryFile("w+") as errors,
            subprocess.Popen(
                [PROGRAM], env=mine, stdout=subprocess.PIPE, stderr=errors, text=True
            ) as program,
        ):
            try:
                lines = (json.loads(line) for line in program.stdout)
                listening = next((line for line in lines if line["message"] == "listening"), None)
                errors.seek(0)
                self.assertIsNotNone(listening, errors.read())
                path, *arguments = container()["healthCheck"]["command"][1:]
                self.assertEqual(path, "/api")  # docs/container.md says so.
                check = subprocess.run(
                    [PROGRAM, *arguments],
                    env=mine | {PREFIX + "PORT": str(listening["port"])},
                    timeout=10,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual(check.returncode, 0, check.stderr)
                errors.seek(0)
                self.assertNotIn("is not a setting of this program", errors.read())
            finally:
                program.kill()  # SIGTERM would make it drain first.

    def test_the_port_is_one_everywhere(self) -> None:
        port = int(value("PORT"))
        self.assertEqual(port, int(defaults()[PREFIX + "PORT"]))
        self.assertEqual([each["containerPort"] for each in container()["portMappings"]], [port])
        self.assertEqual(target_group()[0]["Port"], port)

    def test_the_health_check_is_the_services(self) -> None:
        # The program answers it whatever the contract says.
        self.assertEqual(target_group()[0]["HealthCheckPath"], HEALTHCHECK)

    def test_a_task_has_time_to_end(self) -> None:
        needed = value("DRAIN_DELAY") + value("DRAIN_TIMEOUT") + value("PUBLISH_DEADLINE")
        self.assertLess(needed, container()["stopTimeout"])
        self.assertLessEqual(container()["stopTimeout"], 120)  # Fargate's limit.
        # It must accept requests as long as the load balancer may send some.
        self.assertLessEqual(
            int(target_group()[1]["deregistration_delay.timeout_seconds"]), value("DRAIN_DELAY")
        )

    def test_the_load_balancer_gives_up_a_connection_first(self) -> None:
        self.assertGreater(
            value("IDLE_TIMEOUT"), int(load_balancer()[1]["idle_timeout.timeout_seconds"])
        )


if __name__ == "__main__":
    unittest.main()
