"""What a client may see of each kind of fault, besides 200. All else is a failure of the test."""

from dataclasses import dataclass

from checker import UNACKNOWLEDGED


@dataclass(frozen=True)
class Explained:
    """What a kind explains. The members are those of checker.Window."""

    statuses: frozenset[int] = frozenset()
    no_answer: bool = False
    refusals: bool = False
    internal_errors: bool = False
    lost_lines: bool = False


NOTHING = Explained()
KAFKA_FAILS = Explained(UNACKNOWLEDGED)
EXPLAINED = {
    # Some events go to a broker that does not acknowledge at that moment.
    **dict.fromkeys(
        (
            "kill_broker",
            "below_min_isr",
            "pause_broker",
            "rolling_restart",
            "disk_full",
            "quota",
            "cut_links",
            "refuse_link",
            "freeze_links",
            "slow_links",
            "hold_answers",
            "cut_answers",
        ),
        KAFKA_FAILS,
    ),
    # Kafka refuses a record whose time is more than an hour ahead, for good.
    "clock": Explained(frozenset({500})),
    # The links are cut, too, and strangers take the places of clients.
    "descriptors": Explained(UNACKNOWLEDGED, refusals=True),
    # The API may end by what it is denied, or answer 500 without a word about the event. Even then
    # nothing may be stored.
    "memory": Explained(
        UNACKNOWLEDGED, no_answer=True, refusals=True, internal_errors=True, lost_lines=True
    ),
    "log_full": Explained(lost_lines=True),
    "kill_api": Explained(no_answer=True, lost_lines=True),
    # What is up to Kafka goes on as ever.
    **dict.fromkeys(
        (
            "kill_controller",
            "slice_links",
            "replace_api",
            "kill_function",
            "kill_mapping",
            "attack",
        ),
        NOTHING,
    ),
}
