#!/usr/bin/env python3
"""Checks what a seed makes of the faults."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
FIRE = Path(__file__).resolve().parent
sys.path[:0] = [str(FIRE), str(FIRE.parent / "support"), str(FIRE.parent.parent / "bench")]
from explained import EXPLAINED
from schedule import BROKERS, KINDS, cost, schedule
from steps import STEPS

CI_SECONDS = 120


class Schedule(unittest.TestCase):
    def test_a_seed_gives_the_same_steps(self) -> None:
        self.assertEqual(schedule(7, 600), schedule(7, 600))
        self.assertNotEqual(schedule(7, 600), schedule(8, 600))

    def test_each_kind_has_a_step_and_says_what_it_explains(self) -> None:
        self.assertEqual(set(STEPS), set(KINDS))
        self.assertEqual(set(EXPLAINED), set(KINDS))

    def test_it_fits_into_its_seconds(self) -> None:
        for seed in range(100):
            for seconds in (60, CI_SECONDS, 3550):
                self.assertLessEqual(cost(schedule(seed, seconds)), seconds)
                self.assertGreater(cost(schedule(seed, seconds)), seconds - 10)

    def test_a_short_one_has_what_is_essential(self) -> None:
        essential = {name for name, kind in KINDS.items() if kind.essential}
        for seed in range(100):
            self.assertLessEqual(essential, {step.kind for step in schedule(seed, CI_SECONDS)})

    def test_a_long_one_has_each_kind_and_each_broker(self) -> None:
        steps = schedule(1, 3550)
        self.assertEqual({step.kind for step in steps}, set(KINDS))
        for kind in ("kill_broker", "below_min_isr"):
            brokers = {step.broker for step in steps if step.kind == kind}
            self.assertEqual(brokers, set(range(BROKERS)))

    def test_short_ones_have_all_kinds_together(self) -> None:
        kinds = {step.kind for seed in range(30) for step in schedule(seed, CI_SECONDS)}
        self.assertEqual(kinds, set(KINDS))

    def test_only_the_kinds_that_are_asked_for_come(self) -> None:
        steps = schedule(1, 100, ["quota", "attack"])
        self.assertEqual({step.kind for step in steps}, {"quota", "attack"})


if __name__ == "__main__":
    unittest.main()
