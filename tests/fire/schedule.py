"""The schedule of a fire: which faults there are, and in what order a seed lets them come."""

import random
from dataclasses import dataclass

BROKERS = 3


@dataclass(frozen=True)
class Kind:
    """A kind of fault."""

    says: str
    cost: int  # The seconds that it takes in all, with the recovery, on two cores.
    lasts: tuple[float, float]  # Between how many seconds the fault itself lasts.
    essential: bool = False  # Each schedule has it, however short.


KINDS = {
    "kill_broker": Kind("a broker is killed and started again", 10, (1, 4), True),
    "below_min_isr": Kind("two of three brokers are killed", 17, (1, 3), True),
    "pause_broker": Kind("a broker is stopped by SIGSTOP, and goes on", 9, (1, 6)),
    "rolling_restart": Kind("each broker is restarted in order, one after the other", 27, (0, 1)),
    "kill_controller": Kind("the controller is killed and started again", 9, (1, 4)),
    "disk_full": Kind("a broker cannot write to its disk, and ends", 13, (1, 3)),
    "quota": Kind("the brokers throttle what is produced", 9, (3, 5)),
    "cut_links": Kind("all connections to the brokers are reset, again and again", 5, (2, 4)),
    "refuse_link": Kind("a broker's port is closed", 6, (2, 5)),
    "freeze_links": Kind("no byte goes to or from the brokers", 7, (1, 6)),
    "slow_links": Kind("bytes are late and few", 6, (2, 4)),
    "slice_links": Kind("bytes come one to seven at a time", 5, (2, 4)),
    "hold_answers": Kind("the brokers' answers are held back, and then come", 8, (2, 5), True),
    "cut_answers": Kind("connections are reset as acknowledgements arrive", 9, (5, 7), True),
    "clock": Kind("the API's clock jumps by minutes, hours and years", 9, (2, 4)),
    "descriptors": Kind("the API has no descriptors left", 4, (1, 3)),
    "memory": Kind("the API gets no more memory", 6, (1, 3)),
    "log_full": Kind("the API's log cannot grow, as on a full disk", 4, (1, 3)),
    "replace_api": Kind("another API takes over, and the old one gets SIGTERM", 5, (0, 1), True),
    "kill_api": Kind("the API is killed and started again", 4, (0, 1)),
    "kill_function": Kind("the function is killed during its invocation", 4, (0, 1), True),
    "kill_mapping": Kind("the event source mapping is killed and started again", 9, (0, 1)),
    "attack": Kind("clients attack the API", 5, (2, 4)),
}


@dataclass(frozen=True)
class Step:
    """One fault: how long it lasts, the broker that it begins with, and its size from 0 to 1."""

    kind: str
    seconds: float
    broker: int
    size: float

    def text(self) -> str:
        return f"{self.kind} broker={self.broker} seconds={self.seconds} size={self.size}"


def cost(steps: list[Step]) -> int:
    return sum(KINDS[step.kind].cost for step in steps)


def one_round(choice: random.Random, seconds: int, kinds: list[str]) -> list[str]:
    """Returns those of the kinds that fit, each once. The essential ones are asked first."""
    shuffled = choice.sample(kinds, len(kinds))
    chosen, left = [], seconds
    for kind in sorted(shuffled, key=lambda kind: not KINDS[kind].essential):
        if KINDS[kind].cost <= left:
            chosen.append(kind)
            left -= KINDS[kind].cost
    choice.shuffle(chosen)
    return chosen


def schedule(seed: int, seconds: int, kinds: list[str] | None = None) -> list[Step]:
    """Returns the steps that fit into so many seconds. The same arguments give the same steps."""
    choice = random.Random(seed)
    steps: list[Step] = []
    while chosen := one_round(choice, seconds - cost(steps), kinds or list(KINDS)):
        steps += [
            Step(
                kind,
                round(choice.uniform(*KINDS[kind].lasts), 1),
                choice.randrange(BROKERS),
                round(choice.random(), 2),
            )
            for kind in chosen
        ]
    return steps
