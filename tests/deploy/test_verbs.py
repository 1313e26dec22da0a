"""Tests the whole program, as ./penstock starts it, with stand-ins for what it starts itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from fakes import PROJECT, TestCase

# Longer than any of these takes, on a busy machine, too.
SECONDS_MAX = 60

# Ends a second after the first Ctrl-C, as Terraform does after it has saved its state.
TERRAFORM = """#!/bin/bash
trap 'echo interrupted >>"$RECORD"; seen=yes' INT
echo started >>"$RECORD"
for _ in {1..600}; do
  sleep 0.05
  [[ ! ${seen:-} ]] || break
done
sleep 1
echo ended >>"$RECORD"
exit 1
"""
AWS = """#!/bin/sh
printf 'ACCOUNT\\tARN\\n'
"""


class ProgramTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.record = self.folder / "record"
        self.environment = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "PYTHONPATH": str(PROJECT / "scripts"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "RECORD": str(self.record),
            "AWS_REGION": "eu-central-1",
        }

    def install_all(self) -> None:
        """Installs stand-ins for all programs that destroy needs, or else it would install them."""
        for name in ("aws", "curl", "git", "openssl", "terraform"):
            (self.bin / name).write_text(TERRAFORM if name == "terraform" else AWS)
            (self.bin / name).chmod(0o755)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts the program in a group of processes, as a shell on a terminal does."""
        return subprocess.Popen(
            [sys.executable, "-m", "penstock_deploy", *arguments],
            cwd=PROJECT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Whoever runs the tests in the background has turned Ctrl-C off.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
        )

    def run_program(self, *arguments: str) -> tuple[int, list[str]]:
        with self.start(*arguments) as process:
            said, _ = process.communicate(timeout=SECONDS_MAX)
        return process.returncode, said.splitlines()

    def recorded(self) -> list[str]:
        return self.record.read_text().splitlines() if self.record.exists() else []

    def test_dry_run_ends_with_what_a_run_would_say(self) -> None:
        # No other program is installed.
        self.environment["PATH"] = str(self.bin)
        status, lines = self.run_program("deploy", "--dry-run")
        self.assertEqual(status, 0)
        self.assertTrue(lines[0].startswith("Nothing runs."))
        curls = [line for line in lines if line.startswith("$ curl ")]
        self.assertEqual(lines[-len(curls) - 3 : -3], curls)
        self.assertGreater(len(curls), 1)
        self.assertEqual(lines[-3], "It runs: https://LOAD_BALANCER/")
        self.assertTrue(lines[-2].startswith("Nothing has run"))

    def test_dry_run_of_destroy_says_that_nothing_has_run(self) -> None:
        status, lines = self.run_program("destroy", "--dry-run", "--registry")
        self.assertEqual(status, 0)
        self.assertEqual(lines[-3], "$ terraform -chdir=terraform/registry destroy")
        self.assertTrue(lines[-2].startswith("Nothing has run"))

    def test_wrong_arguments_end_with_2(self) -> None:
        status, lines = self.run_program("deploy", "--registry")
        self.assertEqual(status, 2)
        self.assertEqual(len(lines), 1)
        self.assertTrue(lines[0].startswith("penstock: deploy does not know --registry"))

    def test_asks_nobody_without_a_terminal(self) -> None:
        self.install_all()
        status, lines = self.run_program("destroy")
        self.assertEqual(status, 1)
        self.assertIn("Account ACCOUNT, region eu-central-1, as ARN.", lines)
        self.assertIn("--yes answers every question", lines[-1])
        self.assertEqual(self.recorded(), [])

    def test_names_what_is_missing(self) -> None:
        self.environment["PATH"] = str(self.bin)
        status, lines = self.run_program("destroy", "--yes")
        self.assertEqual(status, 1)
        self.assertIn("terraform is missing", lines[-1])

    def test_ctrl_c_reaches_terraform_once_and_is_waited_for(self) -> None:
        self.install_all()
        with self.start("destroy", "--yes") as process:
            deadline = time.monotonic() + SECONDS_MAX
            while "started" not in self.recorded():
                self.assertLess(time.monotonic(), deadline)
                self.assertIsNone(process.poll())
                time.sleep(0.05)
            os.killpg(process.pid, signal.SIGINT)
            said, _ = process.communicate(timeout=SECONDS_MAX)
        self.assertEqual(self.recorded(), ["started", "interrupted", "ended"])
        self.assertEqual(process.returncode, 130)
        self.assertIn("penstock: interrupted. The same command continues", said)
        self.assertNotIn("Traceback", said)
