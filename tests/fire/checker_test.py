#!/usr/bin/env python3
"""Plants each fault among thousands of sound answers, and sees that the checker finds it alone."""

import sys
import unittest
from dataclasses import replace
from pathlib import Path

sys.dont_write_bytecode = True
FIRE = Path(__file__).resolve().parent
sys.path[:0] = [str(FIRE), str(FIRE.parent / "support"), str(FIRE.parent.parent / "bench")]
import checker
from checker import Handled, Logged, Record, Verdict, Window
from fixture import STAMP_NAME_MAX
from load import INTERNAL_ERROR, Answer, judge_body, name_of

EVENTS = 3000
PARTITIONS = 3


class Sound:
    """What a campaign without a fault leaves. Each seventh event is refused, and so on."""

    def __init__(self) -> None:
        self.answers, self.records, self.handled, self.logged = [], [], [], []
        self.windows = [
            Window("kill_api", 100.0, 101.0, explains_no_answer=True, explains_lost_lines=True),
            Window("descriptors", 110.0, 111.0, explains_refusals=True),
            Window("memory", 120.0, 121.0, explains_internal_errors=True),
            Window("kill_broker", 200.0, 9999.0, explains_statuses=checker.UNACKNOWLEDGED),
        ]
        self.ends = [0] * PARTITIONS
        for number in range(EVENTS):
            name, event_id = name_of(number), f"id-{number}"
            status = 503 if number % 7 == 0 else 504 if number % 7 == 1 else 200
            sent = 200.0 + number
            said = event_id if status == 504 else ""
            self.answers.append(Answer(name, status, said, sent, sent + 1, "", True))
            if status == 503 or (status == 504 and number % 2):
                continue
            place = self.store(number % PARTITIONS, event_id, name)
            if status == 200:
                self.logged.append(Logged(event_id, place.partition, place.offset))

    def store(self, partition: int, event_id: str, name: str) -> Handled:
        """Appends a record to a partition, and lets the function handle it."""
        place = Handled(partition, self.ends[partition], name)
        self.ends[partition] += 1
        self.records.append(Record(partition, place.offset, event_id, name))
        self.handled.append(place)
        return place

    def answered(self, status: int) -> int:
        """Returns the number of an answer with this status, from the middle."""
        middle = range(EVENTS // 2, EVENTS)
        return next(i for i in middle if self.answers[i].status == status)

    def change(self, was: int, /, **changes: object) -> str:
        """Changes an answer, and returns its name."""
        at = self.answered(was)
        self.answers[at] = replace(self.answers[at], **changes)
        return self.answers[at].name

    def verdict(self) -> Verdict:
        verdict = Verdict()
        stalled_max = 2
        self.stalled = checker.check_answers(
            self.answers, self.records, self.windows, stalled_max, verdict
        )
        checker.check_function(self.records, self.handled, verdict)
        checker.check_topic(self.records, PARTITIONS, verdict)
        checker.check_log(self.answers, self.records, self.logged, self.windows, verdict)
        return verdict


class Checker(unittest.TestCase):
    def setUp(self) -> None:
        self.sound = Sound()

    def found(self, *kinds: str, count: int = 1) -> None:
        verdict = self.sound.verdict()
        self.assertEqual(
            {kind: len(sentences) for kind, sentences in verdict.problems.items()},
            dict.fromkeys(kinds, count),
        )

    def test_what_is_sound_has_no_problem(self) -> None:
        self.found()

    def test_a_200_that_is_not_stored(self) -> None:
        self.sound.change(503, status=200)
        self.found(checker.MISSING)

    def test_a_record_that_is_lost(self) -> None:
        name = self.sound.answers[self.sound.answered(200)].name
        at = next(i for i, record in enumerate(self.sound.records) if record.name == name)
        lost = self.sound.records.pop(at)
        self.found(checker.MISSING, checker.INVENTED, checker.WRONG_PLACE, checker.HOLE)
        self.assertIn(lost.name, self.sound.verdict().problems[checker.MISSING][0])

    def test_a_503_that_is_stored(self) -> None:
        self.sound.change(200, status=503)
        self.found(checker.STORED)

    def test_a_500_that_is_stored_although_its_status_is_explained(self) -> None:
        self.sound.change(200, status=500)
        explained = Window("clock", 0.0, 9999.0, explains_statuses=frozenset({500}))
        self.sound.windows.append(explained)
        self.found(checker.STORED)

    def test_a_500_that_nothing_explains(self) -> None:
        self.sound.change(503, status=500)
        self.found(checker.UNUSUAL)

    def test_a_503_that_nothing_explains(self) -> None:
        self.sound.change(503, sent=100.1, ended=100.2)
        self.found(checker.UNUSUAL)

    def test_some_that_waited_for_a_busy_machine(self) -> None:
        self.sound.change(503, sent=100.1, ended=101.9)
        self.found()
        self.assertEqual(self.sound.stalled, 1)

    def test_more_than_a_busy_machine_explains(self) -> None:
        for at, answer in enumerate(self.sound.answers[:21]):
            if answer.status == 503:
                self.sound.answers[at] = replace(answer, sent=100.1, ended=101.9)
        self.found(checker.UNUSUAL, count=3)

    def test_an_event_that_is_stored_twice(self) -> None:
        for status in (200, 504):
            with self.subTest(status=status):
                self.sound = Sound()
                stored = {record.name: record for record in self.sound.records}
                name = next(
                    answer.name
                    for answer in self.sound.answers
                    if answer.status == status and answer.name in stored
                )
                self.sound.store(stored[name].partition, stored[name].event_id, name)
                self.found(checker.DOUBLED)

    def test_an_event_that_nobody_asked_for(self) -> None:
        self.sound.store(0, "id", "stranger")
        self.found(checker.UNKNOWN)

    def test_a_504_with_the_id_of_another_event(self) -> None:
        stored = {record.name for record in self.sound.records}
        at = next(
            i
            for i, answer in enumerate(self.sound.answers)
            if answer.status == 504 and answer.name in stored
        )
        self.sound.answers[at] = replace(self.sound.answers[at], event_id="another")
        self.found(checker.WRONG_ID)

    def test_an_answer_that_belongs_to_another_request(self) -> None:
        body = b'{"timestamp":1,"name":"somebody"}'
        self.sound.change(200, note=judge_body("f00000001", 200, body)[1])
        self.found(checker.WRONG_ANSWER)

    def test_a_request_without_an_answer(self) -> None:
        self.sound.change(504, status=0, event_id="", note="ConnectionResetError")
        self.found(checker.NO_ANSWER)

    def test_a_request_whose_missing_answer_is_explained(self) -> None:
        self.sound.change(504, status=0, event_id="", sent=100.5, ended=102.0)
        self.found()

    def test_a_missing_answer_that_took_too_long_is_not_explained(self) -> None:
        self.sound.change(504, status=0, event_id="", sent=100.5, ended=121, note="TimeoutError: ")
        self.found(checker.OVERDUE)

    def test_a_client_whose_connection_is_replaced(self) -> None:
        for sent, replaced, stored, found in (
            (110.5, True, False, ()),
            (110.5, False, False, (checker.NO_ANSWER,)),
            (110.5, True, True, (checker.NO_ANSWER,)),
            (150.0, True, False, (checker.NO_ANSWER,)),
        ):
            with self.subTest(sent=sent, replaced=replaced, stored=stored):
                self.sound = Sound()
                times = {"sent": sent, "ended": sent + 0.1}
                was = 200 if stored else 503
                self.sound.change(was, status=0, was_replaced=replaced, **times)
                self.found(*found)

    def test_an_internal_error(self) -> None:
        for sent, stored, found in (
            (120.5, False, ()),
            (120.5, True, (checker.STORED,)),
            (150.0, False, (checker.UNUSUAL,)),
        ):
            with self.subTest(sent=sent, stored=stored):
                self.sound = Sound()
                times = {"sent": sent, "ended": sent + 0.1}
                was = 200 if stored else 503
                self.sound.change(was, status=500, note=INTERNAL_ERROR, **times)
                self.found(*found)

    def test_a_client_that_is_refused(self) -> None:
        for sent, stored, found in (
            (110.5, False, ()),
            (110.5, True, (checker.STORED,)),
            (150.0, False, (checker.UNUSUAL,)),
        ):
            with self.subTest(sent=sent, stored=stored):
                self.sound = Sound()
                was = 200 if stored else 503
                times = {"sent": sent, "ended": sent + 0.1}
                self.sound.change(was, status=503, was_refused=True, **times)
                self.found(*found)

    def test_a_request_that_was_never_sent_and_is_stored(self) -> None:
        self.sound.change(200, status=0, sent=100.5, ended=100.6, was_sent=False)
        self.found(checker.NOT_SENT)

    def test_a_record_that_the_function_has_not_seen(self) -> None:
        self.sound.handled.pop()
        self.found(checker.UNHANDLED)

    def test_a_record_that_the_function_has_left_out(self) -> None:
        self.sound.handled.pop(EVENTS // 3)
        verdict = self.sound.verdict()
        self.assertEqual(verdict.count(checker.UNHANDLED), 1)
        self.assertGreater(verdict.count(checker.DISORDER), 1)

    def test_two_records_of_a_partition_in_the_wrong_order(self) -> None:
        handled = self.sound.handled
        first = EVENTS // 3
        second = next(
            i
            for i in range(first + 1, len(handled))
            if handled[i].partition == handled[first].partition
        )
        handled[first], handled[second] = handled[second], handled[first]
        self.found(checker.DISORDER)

    def test_records_that_come_again_are_counted_and_no_problem(self) -> None:
        again = self.sound.handled[100:200]
        self.sound.handled[200:200] = again
        self.found()
        repeated = checker.check_function(self.sound.records, self.sound.handled, Verdict())
        self.assertEqual(repeated, 100)

    def test_a_record_that_the_function_sees_with_another_value(self) -> None:
        self.sound.handled.append(replace(self.sound.handled[5], name="another"))
        self.found(checker.INVENTED)

    def test_a_place_in_the_log_that_has_another_record(self) -> None:
        self.sound.logged[7] = replace(self.sound.logged[7], event_id="another")
        self.found(checker.WRONG_PLACE, checker.UNLOGGED)

    def test_a_200_without_a_place_in_the_log(self) -> None:
        self.sound.logged.pop()
        self.found(checker.UNLOGGED)

    def test_a_200_whose_line_a_fault_has_lost(self) -> None:
        line = self.sound.logged.pop()
        name = next(r.name for r in self.sound.records if r.event_id == line.event_id)
        at = next(i for i, answer in enumerate(self.sound.answers) if answer.name == name)
        self.sound.answers[at] = replace(self.sound.answers[at], sent=100.1, ended=100.2)
        self.found()

    def test_a_topic_that_was_not_read_whole(self) -> None:
        for at in (0, EVENTS // 3):
            with self.subTest(at=at):
                self.sound = Sound()
                lost = self.sound.records.pop(at)
                verdict = self.sound.verdict()
                self.assertEqual(verdict.count(checker.HOLE), 1)
                where = f"{lost.partition}@{lost.offset}"
                self.assertIn(where, verdict.problems[checker.HOLE][0])

    def test_a_partition_without_a_record(self) -> None:
        verdict = Verdict()
        checker.check_topic([Record(0, 0, "id", "name")], 2, verdict)
        self.assertEqual(verdict.count(checker.HOLE), 1)


class Bodies(unittest.TestCase):
    def test_a_sound_body_has_nothing_wrong(self) -> None:
        ok = b'{"timestamp":1,"name":"Fire"}'
        self.assertEqual(judge_body("Fire", 200, ok), ("", ""))
        maybe = b'{"status":504,"retryable":true,"event_id":"e"}'
        self.assertEqual(judge_body("Fire", 504, maybe), ("e", ""))

    def test_what_is_wrong_with_a_body_is_said(self) -> None:
        for status, body in (
            (200, b"<html>"),
            (200, b"[1]"),
            (503, b""),
            (503, b'{"status":500,"retryable":true}'),
            (503, b'{"status":503}'),
            (503, b'{"status":503,"retryable":false}'),
            (500, b'{"status":500,"retryable":true}'),
            (504, b'{"status":504,"retryable":true}'),
        ):
            with self.subTest(status=status, body=body):
                self.assertNotEqual(judge_body("Fire", status, body)[1], "")

    def test_names_are_unique_and_allowed(self) -> None:
        names = [name_of(number) for number in range(10000)]
        self.assertEqual(len(set(names)), len(names))
        self.assertLessEqual(max(map(len, names)), STAMP_NAME_MAX)


if __name__ == "__main__":
    unittest.main()
