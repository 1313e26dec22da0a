"""The event source mapping and its function, which writes each record that it handles to a file."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

from api import end_of
from brokers import TOPIC
from checker import Handled, Record
from fire_lab import FireLab
from processes import Server, Trouble, process_tree
from waiting import until

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 60
READ_SECONDS_MAX = 600
LINE_END = "done"


def name_in(value: str) -> str:
    """Returns the name in a record's value, or the value."""
    try:
        return json.loads(value)["name"]
    except (ValueError, KeyError, TypeError):
        return value


class Mapping:
    def __init__(self, lab: FireLab, folder: Path, bootstrap: str) -> None:
        self.lab, self.file = lab, lab.folder / "handled"
        self.file.touch()
        config = lab.folder / "mapping.json"
        config.write_text(
            json.dumps(
                {
                    "FunctionName": "fire",
                    "Topics": [TOPIC],
                    "StartingPosition": "TRIM_HORIZON",
                    "BatchSize": 100,
                    "SelfManagedKafkaEventSourceConfig": {"ConsumerGroupId": "fire"},
                }
            )
        )
        self.command = [str(folder / "penstock_local"), "esm", "--config", str(config)]
        self.command += ["--bootstrap", bootstrap, "--function", str(folder / "recording_function")]
        self.command += ["--env", f"RECORD_FILE={self.file}"]
        self.server: Server | None = None

    def start(self) -> None:
        self.server = self.lab.start("mapping", self.command, 0)
        until(
            lambda: bool(self.functions()) or self.has_ended(),
            START_SECONDS_MAX,
            "the mapping has not started its function",
        )

    def has_ended(self) -> bool:
        if self.server.process.poll() is None:
            return False
        raise Trouble(f"the mapping has ended: {end_of(self.server.log)}")

    def functions(self) -> list[int]:
        own = self.server.process.pid
        return [pid for pid in process_tree(own) if pid != own]

    def kill_function(self) -> None:
        """Kills the function, and waits for one first if none runs at the moment."""
        until(lambda: bool(self.functions()), START_SECONDS_MAX, "no function runs")
        for pid in self.functions():
            os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        self.server.process.kill()
        self.server.process.wait()
        self.lab.servers.remove(self.server)

    def stop(self) -> str:
        self.server.process.terminate()
        try:
            status = self.server.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return f"the mapping does not end within {STOP_SECONDS_MAX} s of SIGTERM"
        self.lab.servers.remove(self.server)
        if status == 0:
            return ""
        return f"SIGTERM ended the mapping with {status}: {end_of(self.server.log)}"

    def handled(self) -> list[Handled]:
        """Returns the records in the order in which the function has seen them."""
        return handled_in(self.file.read_text(errors="replace"))

    def has_handled(self, records: list[Record]) -> Callable[[], bool]:
        """Returns what says whether all of these were handled. It reads what is new."""
        missing = {(record.partition, record.offset) for record in records}
        # It stays open, which is where the reading goes on.
        lines = self.file.open(errors="replace")
        rest = ""

        def check() -> bool:
            nonlocal rest
            text, line_end, rest = (rest + lines.read()).rpartition("\n")
            found = handled_in(text + line_end)
            # The last line of all has no line end.
            last_one = handled_in(rest)
            missing.difference_update((one.partition, one.offset) for one in found + last_one)
            return not missing

        return check


def handled_in(text: str) -> list[Handled]:
    """Reads the lines of recording_function: tests/support/record_file.h. A kill may cut one."""
    found = []
    for line in text.splitlines():
        fields = line.split(" ", 4)
        if len(fields) < 5 or not fields[4].endswith(f" {LINE_END}"):
            continue
        value = fields[4].removesuffix(f" {LINE_END}")
        found.append(Handled(int(fields[1]), int(fields[2]), name_in(value)))
    return found


def read_topic(lab: FireLab, program: Path, bootstrap: str) -> list[Record]:
    """Returns all records of the topic, as a client that no link disturbs reads them."""
    file = lab.folder / "topic.json"
    with file.open("wb") as out, (lab.folder / "topic_records.log").open("wb") as errors:
        process = lab.spawn([str(program), bootstrap, TOPIC], stdout=out, stderr=errors)
        if process.wait(READ_SECONDS_MAX):
            raise Trouble(f"the topic cannot be read: {end_of(Path(errors.name))}")
    records, is_whole = [], False
    with file.open() as lines:
        for line in lines:
            if line == "end\n":
                is_whole = True
                break
            partition, offset, event_id, value = json.loads(line)
            records.append(Record(partition, offset, event_id, name_in(value)))
    if not is_whole:
        raise Trouble("the topic was not read to its end")
    return records
