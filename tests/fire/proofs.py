"""Says whether a fault took effect. A fault without effect would let anything pass."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from checker import Verdict
from load import Answer

NO_EFFECT = "a fault without effect"
NOBODY_ASKED = "a fault that no request met"
LINE_BYTES_MIN = 64  # A write of Kafka's protocol without a fault is larger than that on average.


@dataclass(frozen=True)
class Effect:
    """What a fault must do to all requests that begin and end while it lasts."""

    kind: str
    begin: float
    end: float
    seconds_min: float = math.inf  # No 200 comes sooner. Infinite: none comes.


def check_effects(answers: Iterable[Answer], effects: list[Effect], verdict: Verdict) -> None:
    answers = list(answers)
    for effect in effects:
        inside = [answer for answer in answers if effect.begin <= answer.sent <= effect.end]
        if not inside:
            verdict.add(NOBODY_ASKED, f"{effect.kind}, {effect.begin:.3f}..{effect.end:.3f}")
        for answer in inside:
            seconds = answer.ended - answer.sent
            if answer.status == 200 and answer.ended <= effect.end and seconds < effect.seconds_min:
                verdict.add(NO_EFFECT, f"{effect.kind}: {answer.name}, 200 after {seconds:.3f} s")


def are_sliced(before: dict[str, int], after: dict[str, int], slice_bytes: int) -> bool:
    """Says whether the writes of a link were as small as they had to be between two counts.

    A write that had begun before may be a large one.
    """
    writes = after["writes"] - before["writes"]
    carried = sum(after[name] - before[name] for name in ("request_bytes", "answer_bytes"))
    return writes > 0 and carried / writes <= min(2 * slice_bytes, LINE_BYTES_MIN / 2)


def seconds_ahead(lines: Iterable[str], now: float) -> float | None:
    """Returns how far the clock of the last whole line of a log is ahead, in seconds."""
    for line in reversed(list(lines)):
        try:
            at = datetime.fromisoformat(json.loads(line)["time"])
        except (ValueError, KeyError, TypeError):
            continue
        return at.timestamp() - now
    return None


def attack_problem(output: str, connections: int) -> str:
    """Returns what is wrong with the last line of attackers.py, or nothing."""
    try:
        counts = json.loads(output.strip().rpartition("\n")[2])
        opened, sent = counts.get("opened", 0), counts.get("sent", 0)
    except (ValueError, AttributeError):
        return "it printed no counts"
    if opened < connections:
        return f"it opened {opened} connections of {connections}"
    if not sent and not counts.get("held"):
        return "it sent nothing and held nothing"
    return ""
