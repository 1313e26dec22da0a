"""Plants each fault that the checker must find."""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from checker import (
    Event,
    Row,
    Verdict,
    event_of,
    judge_audits,
    judge_topic,
    judge_view,
    replay,
)
from shop_load import Sent

PLACED = Event("ann", "1", 2, 900, True)
ADDED = Event("ann", "1", 0, 7, False)


def topic_faults(sent: list[Sent], events: list[Event]) -> list[str]:
    verdict = Verdict()
    judge_topic(sent, events, verdict)
    return list(verdict.faults)


def view_faults(view: dict[tuple[str, str], Row]) -> list[str]:
    verdict = Verdict()
    judge_view(replay([PLACED, ADDED]), view, verdict)
    return list(verdict.faults)


class CheckerTest(unittest.TestCase):
    def test_events_are_read_as_the_shop_publishes_them(self) -> None:
        lines = [{"item": "tea", "quantity": 2, "cents": 450}]
        order = {"id": "1", "lines": lines}
        self.assertEqual(event_of({"owner": "ann", "order": order}), PLACED)
        self.assertEqual(event_of({"owner": "ann", "id": "1", "cents": 7}), ADDED)

    def test_a_true_topic_has_no_fault(self) -> None:
        sent = [
            Sent("1", 0, 201, None),
            Sent("1", 7, 202, None),
            Sent("2", 0, 503, True),
            Sent("3", 0, 504, True),
            Sent("4", 0, 0, None),
        ]
        unknown = Event("ann", "3", 2, 900, True)
        self.assertEqual(topic_faults(sent, [PLACED, ADDED]), [])
        self.assertEqual(topic_faults(sent, [PLACED, ADDED, unknown]), [])

    def test_faults_of_the_topic_are_found(self) -> None:
        placed = Sent("1", 0, 201, None)
        lost = ["acknowledged, and not in the topic"]
        self.assertEqual(topic_faults([placed], []), lost)
        self.assertEqual(topic_faults([placed, Sent("1", 7, 202, None)], [PLACED]), lost)
        self.assertEqual(topic_faults([placed], [PLACED, PLACED]), ["doubled in the topic"])
        refused = ["refused by 503, and in the topic"]
        self.assertEqual(topic_faults([Sent("1", 0, 503, True)], [PLACED]), refused)
        silent = ["a 503 that does not say that it may be repeated"]
        self.assertEqual(topic_faults([Sent("1", 0, 503, None)], []), silent)
        self.assertEqual(topic_faults([], [PLACED]), ["in the topic, and nobody has sent it"])

    def test_half_of_an_addition_is_found(self) -> None:
        for audits, faults in (
            ([("1", 7)], []),
            ([], ["half of an addition: the audit is missing"]),
            ([("1", 7), ("1", 8)], ["half of an addition: the amount is missing"]),
            ([("1", 7), ("1", 7)], ["half of an addition: the amount is missing"]),
        ):
            verdict = Verdict()
            judge_audits([PLACED, ADDED], audits, verdict)
            self.assertEqual(list(verdict.faults), faults)

    def test_a_true_view_has_no_fault(self) -> None:
        self.assertEqual(view_faults({("ann", "1"): Row(2, 907, 2)}), [])

    def test_faults_of_the_view_are_found(self) -> None:
        self.assertEqual(view_faults({}), ["missing in the view"])
        self.assertEqual(view_faults({("ann", "1"): Row(2, 914, 3)}), ["doubled in the view"])
        self.assertEqual(view_faults({("ann", "1"): Row(2, 900, 1)}), ["incomplete in the view"])
        self.assertEqual(view_faults({("ann", "1"): Row(2, 900, 2)}), ["incomplete in the view"])
        others = {("ann", "1"): Row(2, 907, 2), ("bob", "1"): Row(2, 900, 1)}
        self.assertEqual(view_faults(others), ["in the view, and not in the topic"])


if __name__ == "__main__":
    unittest.main()
