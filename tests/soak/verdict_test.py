#!/usr/bin/env python3
"""Tests the verdict with samples of processes that do not exist."""

import sys
import unittest
from collections.abc import Callable
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[:0] = [str(Path(__file__).resolve().parent.parent.parent / "bench")]
from verdict import MAPPINGS_MAX, MEMORY_KIB_MAX, Sample, judge

SECONDS = 120
FAILURE_EVERY = 10  # As a producer is replaced that is always denied.
FAILURES_MIN = 10


def samples(change: Callable[[Sample, int, int], None]) -> list[Sample]:
    """Returns samples which `change` has changed, given the second and the failures so far."""
    made = []
    for second in range(SECONDS):
        failures = second // FAILURE_EVERY + 1
        made.append(Sample(5, 10, 150, 2000, 15000, failures))
        change(made[-1], second, failures)
    return made


def leak(name: str, per_failure: int) -> list[Sample]:
    return samples(lambda s, _, n: setattr(s, name, getattr(s, name) + per_failure * n))


class Verdict(unittest.TestCase):
    def problems(self, made: list[Sample]) -> str:
        return "; ".join(judge(made, FAILURES_MIN).problems)

    def test_what_stays_the_same_passes(self) -> None:
        self.assertEqual(self.problems(samples(lambda *_: None)), "")

    def test_what_comes_and_goes_passes(self) -> None:
        """An old producer has threads and mappings for a second or two."""

        def replaced(sample: Sample, second: int, _: int) -> None:
            if second % FAILURE_EVERY < 2:
                sample.threads += 6
                sample.mappings += 20
                sample.descriptors += 4

        self.assertEqual(self.problems(samples(replaced)), "")

    def test_a_warm_up_passes(self) -> None:
        def grow(sample: Sample, second: int, _: int) -> None:
            sample.mappings += min(second, SECONDS // 2)

        self.assertEqual(self.problems(samples(grow)), "")

    def test_each_kind_of_leak_is_named(self) -> None:
        for name, heading, per_failure in (
            ("threads", "threads", 1),
            ("descriptors", "descriptors", 1),
            ("mappings", "mappings", MAPPINGS_MAX),
            ("anonymous_kib", "anonymous KiB", MEMORY_KIB_MAX),
        ):
            self.assertIn(f"{heading} grew", self.problems(leak(name, per_failure)))

    def test_a_soak_without_enough_failures_says_nothing(self) -> None:
        made = samples(lambda s, *_: setattr(s, "failures", 1))
        self.assertIn("it failed 1 times", self.problems(made))
        self.assertIn("nothing failed in the second half", self.problems(made))


if __name__ == "__main__":
    unittest.main()
