#!/usr/bin/env python3
"""Shows faults that took effect and faults that did not, and sees that these are told apart."""

import struct
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
FIRE = Path(__file__).resolve().parent
sys.path[:0] = [str(FIRE), str(FIRE.parent / "support"), str(FIRE.parent.parent / "bench")]
from checker import Verdict
from kafka_wire import Metadata, Reader, metadata_in, text
from load import Answer
from proofs import (
    NO_EFFECT,
    NOBODY_ASKED,
    Effect,
    are_sliced,
    attack_problem,
    check_effects,
    seconds_ahead,
)

BEFORE = {"writes": 10, "request_bytes": 1000, "answer_bytes": 1000}
NOW = 1_796_000_000.0
LINE = '{"time":"2026-11-30T07:07:57.653752Z","level":"INFO","message":"request"}\n'


def answered(sent: float, ended: float, status: int = 200) -> Answer:
    return Answer("f00000001", status, "", sent, ended, "", True)


class Effects(unittest.TestCase):
    def found(self, answers: list[Answer], effect: Effect) -> set[str]:
        verdict = Verdict()
        check_effects(answers, [effect], verdict)
        return set(verdict.problems)

    def test_an_outage_in_which_nothing_is_acknowledged(self) -> None:
        outage = Effect("freeze_links", 10, 14)
        answers = [
            answered(9.9, 10.1),  # It was sent before.
            answered(10.1, 12.1, 504),
            answered(13.9, 14.1),  # It is stored afterwards.
        ]
        self.assertEqual(self.found(answers, outage), set())

    def test_an_outage_in_which_an_event_is_acknowledged(self) -> None:
        outage = Effect("freeze_links", 10, 14)
        answers = [answered(10.1, 12.1, 504), answered(11.0, 11.01)]
        self.assertEqual(self.found(answers, outage), {NO_EFFECT})

    def test_an_outage_that_no_request_met(self) -> None:
        answers = [answered(9, 10.1), answered(14.1, 14.2)]
        self.assertEqual(self.found(answers, Effect("freeze_links", 10, 14)), {NOBODY_ASKED})

    def test_a_slow_link(self) -> None:
        slow = Effect("slow_links", 10, 14, 0.6)
        self.assertEqual(self.found([answered(11, 11.7)], slow), set())
        self.assertEqual(self.found([answered(11, 11.1, 503)], slow), set())
        self.assertEqual(self.found([answered(11, 11.5)], slow), {NO_EFFECT})


class Links(unittest.TestCase):
    def after(self, writes: int, size: int) -> dict[str, int]:
        half = writes * size // 2
        return {
            "writes": 10 + writes,
            "request_bytes": 1000 + half,
            "answer_bytes": 1000 + writes * size - half,
        }

    def test_slices(self) -> None:
        self.assertTrue(are_sliced(BEFORE, self.after(5000, 1), 1))
        self.assertTrue(are_sliced(BEFORE, self.after(5000, 7), 7))

    def test_writes_that_are_not_sliced(self) -> None:
        self.assertFalse(are_sliced(BEFORE, self.after(100, 100), 7))
        self.assertFalse(are_sliced(BEFORE, self.after(100, 7), 1))

    def test_a_link_that_carries_nothing_proves_nothing(self) -> None:
        self.assertFalse(are_sliced(BEFORE, BEFORE, 7))


class Clocks(unittest.TestCase):
    def test_the_last_line_says_what_the_clock_is(self) -> None:
        lines = [LINE, LINE.replace("2026", "2035")]
        self.assertGreater(seconds_ahead(lines, NOW), 8 * 365 * 86400)
        self.assertLess(abs(seconds_ahead(lines[:1], NOW)), 86400)

    def test_a_clock_that_libfaketime_does_not_move_is_not_ahead(self) -> None:
        at = seconds_ahead([LINE], NOW)
        self.assertEqual(at, seconds_ahead([LINE, LINE], NOW))

    def test_what_is_no_line_is_left_out(self) -> None:
        at = seconds_ahead([LINE], NOW)
        self.assertEqual(seconds_ahead([LINE, LINE[:20], "[1]", "{}", '{"time":7}'], NOW), at)
        self.assertIsNone(seconds_ahead(["", "no line"], NOW))


class Leaders(unittest.TestCase):
    def seen(self, *leaders: int) -> Metadata:
        """Reads an answer about partitions with the replicas 1, 2 and 0, and these leaders."""
        answer = struct.pack(">i", 1) + struct.pack(">i", 7) + text("host") + struct.pack(">i", 9)
        answer += text(None) + struct.pack(">i", 100) + struct.pack(">ih", 1, 0) + text("events")
        answer += struct.pack(">?i", False, len(leaders))
        for number, leader in enumerate(leaders):
            answer += struct.pack(">hii", 0, number, leader)
            answer += struct.pack(">4i", 3, 1, 2, 0) + struct.pack(">3i", 2, 1, 2)
        return metadata_in(Reader(answer))

    def test_leaders_that_are_the_preferred_ones(self) -> None:
        self.assertEqual(self.seen(1, 1), Metadata({7}, [{1, 2}, {1, 2}], True))

    def test_one_leader_that_is_another(self) -> None:
        for leaders in ((2, 1, 1), (1, 1, 0), (2, 0)):
            with self.subTest(leaders=leaders):
                isr = [{1, 2}] * len(leaders)
                self.assertEqual(self.seen(*leaders), Metadata({7}, isr, False))


class Attacks(unittest.TestCase):
    def test_an_attack_that_took_place(self) -> None:
        self.assertEqual(attack_problem('full\n{"opened":200,"sent":7,"held":200}\n', 200), "")
        self.assertEqual(attack_problem('full\n{"opened":200,"held":200}\n', 200), "")

    def test_an_attack_that_did_not(self) -> None:
        for output in (
            "",
            "full\n",
            "Traceback\n",
            "[1]\n",
            '{"opened":199,"sent":7,"held":199}\n',
            '{"opened":200,"failed":200}\n',
        ):
            with self.subTest(output=output):
                self.assertNotEqual(attack_problem(output, 200), "")


if __name__ == "__main__":
    unittest.main()
