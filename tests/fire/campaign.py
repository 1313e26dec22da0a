"""One fire: the brokers, the links, the API, the function, the load, and what was seen."""

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import checker
from api import REPLACED, Api
from brokers import Cluster
from checker import UNACKNOWLEDGED, Verdict, Window
from explained import EXPLAINED
from fire_lab import FireLab
from links import Links
from load import Answer, Load
from mapping import Mapping, read_topic
from processes import Trouble
from proofs import Effect, check_effects
from schedule import BROKERS, Step
from waiting import comes, until

RECOVERY_SECONDS_MAX = 60
REFUSALS_SECONDS_MAX = 20
FUNCTION_SECONDS_MAX = 180
CLIENTS_MIN = 32
STALLED_PER_CLIENT_MAX = 2  # A stall of two seconds meets each client once, or just twice.
REQUESTS_PART_MIN = 0.25  # A loaded machine sends at least this part of what is asked for.
# So many answers in a row are 200 when all has recovered. Each partition has some of them.
ANSWERS_IN_A_ROW = 50
PROOF_SECONDS_MAX = 20
PEAK_KIB_MAX = 64 * 1024  # SECURITY.md: what the API holds at the most, by default.


@dataclass(frozen=True)
class Wanted:
    """How much a fire is asked for."""

    seconds: int
    requests: int

    @property
    def rate(self) -> float:
        """Requests a second: half as many again, since few are answered during an outage."""
        return 1.5 * self.requests / self.seconds

    @property
    def connections(self) -> int:
        return max(CLIENTS_MIN, round(self.rate / 4))


@dataclass
class Seen:
    """What a fire has left to look at."""

    windows: list[Window] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def addresses(ports: list[int]) -> str:
    return ",".join(f"127.0.0.1:{port}" for port in ports)


def all_stored(answers: list[Answer], since: float) -> bool:
    """Says whether these are as many answers as there must be, and each a later one and 200."""
    return len(answers) == ANSWERS_IN_A_ROW and all(
        answer.status == 200 and answer.sent >= since for answer in answers
    )


class Campaign:
    def __init__(self, lab: FireLab, folder: Path, libraries: Path, wanted: Wanted) -> None:
        self.lab, self.folder, self.wanted = lab, folder, wanted
        self.cluster = Cluster(lab, libraries)
        self.links = Links(
            lab,
            folder / "link_relays",
            *(
                [broker[name] for broker in self.cluster.ports]
                for name in ("api_port", "mapping_port")
            ),
        )
        self.api = Api(lab, lab.program, addresses(self.links.api_ports))
        self.mapping = Mapping(lab, folder, addresses(self.links.mapping_ports))
        self.load = Load(lab.folder, wanted.rate, wanted.connections)
        self.seen = Seen()
        self.replacements = 0.0

    def start(self) -> None:
        began = time.monotonic()
        self.cluster.start(self.links.api_ports, self.links.mapping_ports)
        self.api.start()
        self.cluster.wait_until_whole()
        self.mapping.start()
        self.load.start(self.api.port)
        self.wait_for_answers()
        self.wait_for_records()
        # The first event of a partition waits until Kafka knows the producer.
        end = time.monotonic()
        self.seen.windows.append(Window("start", began, end, explains_statuses=UNACKNOWLEDGED))

    def problem(self, sentence: str) -> None:
        self.seen.problems.append(sentence)

    def wait_for_answers(self) -> None:
        """Waits until events are stored again: each of many requests that begin from now on."""
        now = time.monotonic()
        until(
            lambda: all_stored(self.load.answers[-ANSWERS_IN_A_ROW:], now),
            RECOVERY_SECONDS_MAX,
            f"{ANSWERS_IN_A_ROW} events are not stored one after the other",
        )

    def wait_for_records(self) -> None:
        """Waits until the function handles records again."""
        before = self.mapping.file.stat().st_size
        until(
            lambda: self.mapping.file.stat().st_size > before or self.mapping.has_ended(),
            FUNCTION_SECONDS_MAX,
            "the function handles no record",
        )

    def expect_refusals(self) -> None:
        """Waits until requests fail, without which a fault would say nothing."""
        before = len(self.load.answers)
        if not comes(
            lambda: any(answer.status in UNACKNOWLEDGED for answer in self.load.answers[before:]),
            REFUSALS_SECONDS_MAX,
        ):
            self.problem("every event is stored although two of three brokers are down")

    def start_api(self) -> None:
        self.api.start()
        self.load.port = self.api.port

    def replace_api(self, environment: dict[str, str] | None = None) -> None:
        """Lets another process take the requests, and ends the one before by SIGTERM."""
        old = self.api.server
        self.note_api()
        self.api.start(environment)
        self.load.port = self.api.port
        if wrong := self.api.end(old):
            self.problem(wrong)

    def note_api(self) -> None:
        self.api.note_peak()
        self.replacements += self.api.metric(REPLACED)

    def prove(self, check: Callable[[], bool], otherwise: str) -> None:
        """Waits until a fault has taken effect. Without it the fault would say nothing."""
        if not comes(check, PROOF_SECONDS_MAX):
            self.problem(f"a fault without effect: {otherwise}")

    @contextlib.contextmanager
    def effect(self, kind: str, seconds_min: float = math.inf) -> Iterator[None]:
        """Lets no request of this time get a 200 within so many seconds, or none at all."""
        began = time.monotonic()
        yield
        self.seen.effects.append(Effect(kind, began, time.monotonic(), seconds_min))

    def play(self, step: Step, do: Callable[["Campaign", Step], None]) -> None:
        """Plays one step, and waits until all is whole and events are stored again."""
        began, carried = time.monotonic(), self.links.counts()
        explained = EXPLAINED[step.kind]
        try:
            do(self, step)
            self.cluster.wait_until_whole()
            until(self.api.is_ready, RECOVERY_SECONDS_MAX, "the API is not ready again")
            self.wait_for_answers()
            self.wait_for_records()
            now = self.links.counts()
            if any(now[name] <= carried[name] for name in ("request_bytes", "answer_bytes")):
                self.problem(f"{step.kind}: the API's links to the brokers carried nothing")
        except Trouble as trouble:
            raise Trouble(f"{step.text()}: {trouble}") from trouble
        finally:
            window = Window(
                step.kind,
                began,
                time.monotonic(),
                explained.no_answer,
                explained.refusals,
                explained.internal_errors,
                explained.lost_lines,
                explained.statuses,
            )
            self.seen.windows.append(window)
            with (self.lab.folder / "faults.tsv").open("a") as file:
                file.write(f"{began:.3f}\t{window.end:.3f}\t{step.text()}\n")

    def finish(self) -> Verdict:
        """Ends the load and the programs, and compares what they have left."""
        self.load.stop()
        if self.load.failure or len(self.load.answers) != self.load.sent:
            self.problem(
                f"{self.load.sent} requests and {len(self.load.answers)} outcomes: "
                f"{self.load.failure or 'some are not kept'}"
            )
        if len(self.load.answers) < self.wanted.requests * REQUESTS_PART_MIN:
            self.problem(f"only {len(self.load.answers)} of {self.wanted.requests} requests")
        for broker in self.links.brokers:
            if not self.links.tell(broker)["request_bytes"]:
                self.problem(f"the API's link to broker {broker} carried nothing")
        self.note_api()
        if wrong := self.api.end(self.api.server):
            self.problem(wrong)
        records = read_topic(self.lab, self.folder / "topic_records", self.cluster.direct)
        # What is not there by then is in the verdict.
        comes(self.mapping.has_handled(records), FUNCTION_SECONDS_MAX)
        if wrong := self.mapping.stop():
            self.problem(wrong)
        self.cluster.end()
        verdict = Verdict()
        for sentence in self.seen.problems:
            verdict.add("the campaign", sentence)
        handled = self.mapping.handled()
        stalled = checker.check_answers(
            self.load.answers,
            records,
            self.seen.windows,
            STALLED_PER_CLIENT_MAX * self.wanted.connections,
            verdict,
        )
        checker.check_topic(records, BROKERS, verdict)
        again = checker.check_function(records, handled, verdict)
        windows, logged = self.seen.windows, self.api.logged()
        logged = checker.check_log(self.load.answers, records, logged, windows, verdict)
        check_effects(self.load.answers, self.seen.effects, verdict)
        for line in self.api.cut_lines:
            verdict.add(checker.CUT_LINE, line)
        if self.api.peak_kib > PEAK_KIB_MAX:
            verdict.add("the campaign", f"the API held {self.api.peak_kib} KiB")
        self.seen.counts = {
            "requests": len(self.load.answers),
            "records": len(records),
            "handled": len(handled),
            "handled again": again,
            "503 and 504 of a stall": stalled,
            "places in the log": logged,
            "API processes": self.api.count,
            "producers replaced": round(self.replacements),
            "API's largest RSS KiB": self.api.peak_kib,
        }
        return verdict
