"""Says whether a topic has what was acknowledged, and a view what the topic has."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from shop_load import ACKNOWLEDGED, Sent

SHOWN_MAX = 5  # So many examples of a kind of fault are named.


@dataclass(frozen=True)
class Event:
    """A record of the topic: an order with its items, or an amount that is added to it."""

    owner: str
    order: str
    items: int
    cents: int
    is_order: bool


@dataclass(frozen=True)
class Row:
    """What the view has of an order. The version is the number of events that have changed it."""

    items: int
    cents: int
    version: int


@dataclass
class Verdict:
    """What is wrong, by kind."""

    faults: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: str, example: str) -> None:
        self.faults.setdefault(kind, []).append(example)

    def text(self) -> list[str]:
        return [
            f"{kind}: {len(examples)}, such as {'; '.join(examples[:SHOWN_MAX])}"
            for kind, examples in self.faults.items()
        ]


def event_of(value: dict) -> Event:
    """Returns the event in a record's value, as tests/shop publishes it."""
    if "order" not in value:
        return Event(value["owner"], value["id"], 0, value["cents"], False)
    lines = value["order"]["lines"]
    items = sum(line["quantity"] for line in lines)
    cents = sum(line["quantity"] * line["cents"] for line in lines)
    return Event(value["owner"], value["order"]["id"], items, cents, True)


def replay(events: Iterable[Event]) -> dict[tuple[str, str], Row]:
    """Makes the view of the topic's events."""
    view: dict[tuple[str, str], Row] = {}
    for event in events:
        row = view.get((event.owner, event.order), Row(0, 0, 0))
        view[event.owner, event.order] = Row(
            row.items + event.items, row.cents + event.cents, row.version + 1
        )
    return view


def judge_topic(sent: Iterable[Sent], events: Iterable[Event], verdict: Verdict) -> None:
    """Compares the answers with the topic. A request that was sent once is there once at most."""
    stored = Counter((event.order, 0 if event.is_order else event.cents) for event in events)
    for each in sent:
        copies = stored.pop((each.order, each.cents), 0)
        name = f"{each.order} +{each.cents}" if each.cents else each.order
        if each.status in ACKNOWLEDGED and copies == 0:
            verdict.add("acknowledged, and not in the topic", name)
        if each.status == 503 and copies:
            verdict.add("refused by 503, and in the topic", name)
        if each.status == 503 and each.retryable is not True:
            verdict.add("a 503 that does not say that it may be repeated", name)
        if copies > 1:
            verdict.add("doubled in the topic", f"{name}: {copies} times")
    for order, cents in stored:
        verdict.add("in the topic, and nobody has sent it", f"{order} +{cents}")


def judge_audits(
    events: Iterable[Event], audits: Iterable[tuple[str, int]], verdict: Verdict
) -> None:
    """Compares the two events of each addition, which are stored together or not at all."""
    left = Counter(audits)
    for event in events:
        if event.is_order:
            continue
        name = (event.order, event.cents)
        if left[name] == 0:
            verdict.add("half of an addition: the audit is missing", f"{name[0]} +{name[1]}")
        left[name] -= 1
    for order, cents in +left:
        verdict.add("half of an addition: the amount is missing", f"{order} +{cents}")


def judge_view(
    wanted: dict[tuple[str, str], Row], view: dict[tuple[str, str], Row], verdict: Verdict
) -> None:
    """Compares the view with the replay of the topic."""
    for key, row in wanted.items():
        found = view.get(key)
        if found is None:
            verdict.add("missing in the view", key[1])
        elif found.version > row.version:
            verdict.add("doubled in the view", f"{key[1]}: {found} instead of {row}")
        elif found != row:
            verdict.add("incomplete in the view", f"{key[1]}: {found} instead of {row}")
    for key in view.keys() - wanted.keys():
        verdict.add("in the view, and not in the topic", key[1])
