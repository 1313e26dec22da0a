"""One fire: the brokers, the links, the API, the function, the load, and what was seen."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import checker
from api import REPLACED, Api
from brokers import Cluster
from checker import Verdict, Window
from fire_lab import FireLab
from links import Links
from load import Load
from mapping import Mapping, read_topic
from processes import Trouble
from schedule import Step
from waiting import comes, until

RECOVERY_SECONDS_MAX = 60
REFUSALS_SECONDS_MAX = 20
FUNCTION_SECONDS_MAX = 180
CLIENTS_MIN = 32
ANSWERS_AT_START = 20
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
    problems: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class Campaign:
    def __init__(self, lab: FireLab, folder: Path, libraries: Path, wanted: Wanted) -> None:
        self.lab, self.folder, self.wanted = lab, folder, wanted
        self.cluster = Cluster(lab, libraries)
        ports = [broker["client_port"] for broker in self.cluster.ports]
        self.links = Links(lab, folder / "link_relays", ports)
        bootstrap = ",".join(f"127.0.0.1:{port}" for port in self.links.ports)
        self.api = Api(lab, lab.program, bootstrap)
        self.mapping = Mapping(lab, folder, bootstrap)
        self.load = Load(lab.folder, wanted.rate, wanted.connections)
        self.seen = Seen()
        self.replacements = 0

    def start(self) -> None:
        self.cluster.start(self.links.ports)
        self.api.start()
        self.cluster.wait_until_whole()
        self.mapping.start()
        self.load.start(self.api.port)
        self.wait_for_answers()
        self.wait_for_records()

    def problem(self, sentence: str) -> None:
        self.seen.problems.append(sentence)

    def wait_for_answers(self) -> None:
        """Waits until events are stored again."""
        before = self.load.statuses[200]
        until(
            lambda: self.load.statuses[200] >= before + ANSWERS_AT_START,
            RECOVERY_SECONDS_MAX,
            "no event is stored",
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
            lambda: any(answer.status != 200 for answer in self.load.answers[before:]),
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

    def play(self, step: Step, no_answer: bool, statuses: frozenset[int], do: Any) -> None:
        """Plays one step, and waits until all is whole and events are stored again."""
        began = time.monotonic()
        try:
            do(self, step)
            self.cluster.wait_until_whole()
            until(self.api.is_ready, RECOVERY_SECONDS_MAX, "the API is not ready again")
            self.wait_for_answers()
            self.wait_for_records()
        except Trouble as trouble:
            raise Trouble(f"{step.text()}: {trouble}") from trouble
        finally:
            window = Window(step.kind, began, time.monotonic(), no_answer, statuses)
            self.seen.windows.append(window)
            with (self.lab.folder / "faults.tsv").open("a") as file:
                file.write(f"{began:.3f}\t{window.end:.3f}\t{step.text()}\n")

    def finish(self) -> Verdict:
        """Ends the load and the programs, and compares what they have left."""
        self.load.stop()
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
        checker.check_answers(self.load.answers, records, self.seen.windows, verdict)
        again = checker.check_function(records, handled, verdict)
        logged = checker.check_log(records, self.api.logged(), verdict)
        for line in self.api.cut_lines:
            verdict.add(checker.CUT_LINE, line)
        if self.api.peak_kib > PEAK_KIB_MAX:
            verdict.add("the campaign", f"the API held {self.api.peak_kib} KiB")
        self.seen.counts = {
            "requests": len(self.load.answers),
            "records": len(records),
            "handled": len(handled),
            "handled again": again,
            "places in the log": logged,
            "API processes": self.api.count,
            "producers replaced": self.replacements,
            "API's largest RSS KiB": self.api.peak_kib,
        }
        return verdict
