"""Tests which region a run is for."""

from __future__ import annotations

import unittest

from fakes import FakeCommands, TestCase
from penstock_deploy.account import know_region
from penstock_deploy.commands import Failure


class Region(TestCase):
    def test_a_region_is_set_for_all_programs(self) -> None:
        for name in ("eu-central-1", "us-gov-east-1", "ap-southeast-2"):
            commands = FakeCommands()
            commands.environment["AWS_DEFAULT_REGION"] = name
            self.assertEqual(know_region(commands), name)
            self.assertEqual(commands.environment["AWS_REGION"], name)

    def test_what_is_no_region_is_refused_before_a_command(self) -> None:
        for name in ('eu"west', "eu west 1", "eu-central-1\n", "EU-CENTRAL-1", "eu-central-1a"):
            commands = FakeCommands()
            commands.environment["AWS_REGION"] = name
            with self.assertRaisesRegex(Failure, "is not the name of a region"):
                know_region(commands)
            self.assertEqual(commands.calls, [])


if __name__ == "__main__":
    unittest.main()
