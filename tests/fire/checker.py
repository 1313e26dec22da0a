"""Compares every answer with the topic, and every record with what the function has seen."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from load import INTERNAL_ERROR, Answer

EXAMPLES = 5
UNACKNOWLEDGED = frozenset({503, 504})  # What a client sees while Kafka does not acknowledge.
NOT_STORED = {500, 503}


@dataclass(frozen=True)
class Record:
    """A record of the topic."""

    partition: int
    offset: int
    event_id: str
    name: str


@dataclass(frozen=True)
class Handled:
    """A record as the function has seen it."""

    partition: int
    offset: int
    name: str


@dataclass(frozen=True)
class Logged:
    """Where the API's log says that an event is."""

    event_id: str
    partition: int
    offset: int


@dataclass(frozen=True)
class Window:
    """When a fault was there, and what it explains."""

    kind: str
    begin: float
    end: float
    explains_no_answer: bool = False  # The API ends without an answer.
    explains_refusals: bool = False  # Connections are refused, or replaced between two requests.
    explains_internal_errors: bool = False
    explains_lost_lines: bool = False  # What was answered may be missing in the log.
    explains_statuses: frozenset[int] = frozenset()

    def touches(self, answer: Answer) -> bool:
        return answer.sent <= self.end and answer.ended >= self.begin


@dataclass
class Verdict:
    """What was wrong, by kind: all of it, in sentences."""

    problems: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, kind: str, sentence: str) -> None:
        self.problems[kind].append(sentence)

    def count(self, kind: str) -> int:
        return len(self.problems.get(kind, []))

    def text(self, examples: int | None = EXAMPLES) -> list[str]:
        """Returns lines with each kind, its number and so many examples, or all for None."""
        lines = []
        for kind, sentences in self.problems.items():
            lines.append(f"{kind}: {len(sentences)}")
            lines += [f"  {sentence}" for sentence in sentences[:examples]]
        return lines


MISSING = "200 and missing"
STORED = "503 or 500 and stored"
DOUBLED = "stored twice"
UNKNOWN = "stored and never asked for"
WRONG_ID = "stored with another id than the answer's"
WRONG_ANSWER = "an answer that is wrong by itself"
NO_ANSWER = "no answer, and no fault that explains it"
UNUSUAL = "a status that no fault explains"
NOT_SENT = "never sent and stored"
OVERDUE = "no answer in time"
HOLE = "an offset of the topic without a record"
UNLOGGED = "200, and no place in the log"
UNHANDLED = "stored and not handled by the function"
INVENTED = "handled by the function and not stored"
DISORDER = "handled before an earlier record of its partition"
CUT_LINE = "a line of the API's log that is not whole"
WRONG_PLACE = "not where the API's log says"


def check_answers(
    answers: Iterable[Answer], records: Iterable[Record], windows: list[Window], verdict: Verdict
) -> None:
    stored = by_name(records)
    asked = set()
    for answer in answers:
        asked.add(answer.name)
        found = stored.get(answer.name, [])
        check_answer(answer, found, windows, verdict)
    for name in stored.keys() - asked:
        verdict.add(UNKNOWN, name)


def check_answer(
    answer: Answer, found: list[Record], windows: list[Window], verdict: Verdict
) -> None:
    touching = [window for window in windows if window.touches(answer)]
    during = " and ".join(window.kind for window in touching) or "no fault"
    said = f"{answer.name} ({answer.status}, {answer.sent:.3f}..{answer.ended:.3f}, {during})"
    if len(found) > 1:
        places = ", ".join(f"{record.partition}@{record.offset}" for record in found)
        verdict.add(DOUBLED, f"{said} is at {places}")
    if answer.status == 200 and not found:
        verdict.add(MISSING, said)
    if answer.status in NOT_STORED and found:
        verdict.add(STORED, f"{said} at {found[0].partition}@{found[0].offset}")
    if answer.status == 0 and not answer.was_sent and found:
        verdict.add(NOT_SENT, said)
    if answer.event_id and any(record.event_id != answer.event_id for record in found):
        verdict.add(WRONG_ID, f"{said}: {answer.event_id}, not {found[0].event_id}")
    is_internal_error = answer.note == INTERNAL_ERROR
    if is_internal_error:
        if not any(window.explains_internal_errors for window in touching):
            verdict.add(UNUSUAL, f"{said}: {answer.note}")
    elif answer.status and answer.note:
        verdict.add(WRONG_ANSWER, f"{said}: {answer.note}")
    if answer.note.startswith(TimeoutError.__name__):
        verdict.add(OVERDUE, said)
    elif answer.status == 0:
        # What is sent as the connection is replaced is not read. So it may not be stored.
        is_lost = answer.was_replaced and not found
        if not any(
            window.explains_no_answer or (window.explains_refusals and is_lost)
            for window in touching
        ):
            verdict.add(NO_ANSWER, f"{said}: {answer.note}")
    elif answer.was_refused:
        if not any(window.explains_refusals for window in touching):
            verdict.add(UNUSUAL, f"{said}: the connection was refused")
    elif (
        not is_internal_error
        and answer.status != 200
        and not any(answer.status in window.explains_statuses for window in touching)
    ):
        verdict.add(UNUSUAL, said)


def by_name(records: Iterable[Record]) -> dict[str, list[Record]]:
    stored: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        stored[record.name].append(record)
    return stored


def check_topic(records: Iterable[Record], partitions: int, verdict: Verdict) -> None:
    """Checks that the topic was read whole: the offsets of each partition begin with 0."""
    offsets: dict[int, set[int]] = {partition: set() for partition in range(partitions)}
    for record in records:
        offsets.setdefault(record.partition, set()).add(record.offset)
    for partition, found in offsets.items():
        if missing := sorted(set(range(max(found, default=0) + 1)) - found):
            verdict.add(HOLE, f"{partition}@{missing[0]}, and {len(missing) - 1} more")


def check_function(records: Iterable[Record], handled: Iterable[Handled], verdict: Verdict) -> int:
    """Checks what the function has seen. Returns how many records it has seen more than once."""
    by_place = {(record.partition, record.offset): record.name for record in records}
    expected: dict[int, list[int]] = defaultdict(list)
    for partition, offset in sorted(by_place):
        expected[partition].append(offset)
    position: Counter[int] = Counter()  # How many records of a partition were handled in order.
    seen: set[tuple[int, int]] = set()
    repeated = 0
    for record in handled:
        place = (record.partition, record.offset)
        if by_place.get(place) != record.name:
            verdict.add(INVENTED, f"{record.partition}@{record.offset} {record.name}")
        elif place in seen:
            repeated += 1
        else:
            seen.add(place)
            offsets, next_one = expected[record.partition], position[record.partition]
            if next_one < len(offsets) and offsets[next_one] == record.offset:
                next_one += 1
                while next_one < len(offsets) and (record.partition, offsets[next_one]) in seen:
                    next_one += 1
                position[record.partition] = next_one
            else:
                verdict.add(
                    DISORDER,
                    f"{record.partition}@{record.offset} before "
                    f"{record.partition}@{offsets[next_one]}",
                )
    for partition, offset in sorted(by_place.keys() - seen):
        verdict.add(UNHANDLED, f"{partition}@{offset} {by_place[partition, offset]}")
    return repeated


def check_log(
    answers: Iterable[Answer],
    records: Iterable[Record],
    logged: Iterable[Logged],
    windows: list[Window],
    verdict: Verdict,
) -> int:
    """Checks the places in the API's log, and that each 200 has one. Returns how many there are."""
    records = list(records)
    ids = {(record.partition, record.offset): record.event_id for record in records}
    count, named = 0, set()
    for line in logged:
        count += 1
        named.add(line.event_id)
        found = ids.get((line.partition, line.offset))
        if found != line.event_id:
            verdict.add(
                WRONG_PLACE,
                f"{line.event_id} is not at {line.partition}@{line.offset}, which has {found}",
            )
    stored = by_name(records)
    for answer in answers:
        found = stored.get(answer.name)
        if answer.status != 200 or not found or found[0].event_id in named:
            continue
        if not any(window.explains_lost_lines and window.touches(answer) for window in windows):
            verdict.add(UNLOGGED, f"{answer.name}, event {found[0].event_id}")
    return count
