"""Measures the event source mapping of two sides: its speed, and its instructions a record."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "esm"))
from broker import Broker
from lab import Lab, Side
from processes import Trouble, tool
from throughput import COUNTER, mapping_of, one_case, watch

FEW_RECORDS, MANY_RECORDS = (
    10_000,
    60_000,
)  # The records of two runs. Their difference leaves out the start.
SPEED_RECORDS = 1_000_000  # In each topic whose speed is measured.
SMALL_BATCH, LARGE_BATCH = 100, 10_000
# Each has the BatchSize, and the number of partitions, which is that of pollers, too.
SPEED_CASES = ((SMALL_BATCH, 1), (LARGE_BATCH, 1), (LARGE_BATCH, 4))


def fill(
    lab: Lab, tools: Side, broker: Broker, topic: str, records: int, partitions: int = 1
) -> None:
    """Makes a topic of so many greetings."""
    tool_of_topics = str(tools.bin / "esm_topic")
    lab.run([tool_of_topics, "fill", broker.address, topic, str(partitions), str(records)])


def speed_of(
    lab: Lab, side: Side, tools: Side, broker: Broker, batch_size: int, width: int
) -> dict[str, float]:
    """Returns what throughput.py measures for the topic "events" with the number of partitions."""
    counter = tools.bin / COUNTER
    return one_case(lab, broker, side.bin, tools.bin, counter, batch_size, width, SPEED_RECORDS)


def instructions_of_run(
    lab: Lab, side: Side, tools: Side, broker: Broker, topic: str, records: int
) -> int:
    """Returns the instructions of penstock_local in user space, counted by callgrind."""
    counted = lab.folder / "callgrind.out"
    counted.unlink(missing_ok=True)
    group, config = mapping_of(lab, broker, topic, SMALL_BATCH)
    watcher = watch(lab, tools.bin, broker, topic, group, records)
    mapping = lab.start(
        f"penstock_local at {group}",
        [
            tool("valgrind"),
            "--tool=callgrind",
            f"--callgrind-out-file={counted}",
            str(side.bin / "penstock_local"),
            "esm",
            "--config",
            str(config),
            "--function",
            str(tools.bin / COUNTER),
        ],
        broker.port,
    )
    watcher.communicate(timeout=600)
    lab.stop(mapping)
    total = counted.is_file() and re.search(r"^totals: (\d+)$", counted.read_text(), re.MULTILINE)
    if watcher.returncode or not total:
        raise Trouble(
            f"callgrind did not count {side.bin}/penstock_local; the end of its log:\n"
            + mapping.log.read_text(errors="replace")[-1000:]
        )
    return int(total[1])


def instructions_per_record(lab: Lab, side: Side, tools: Side, broker: Broker) -> float:
    few, many = (
        instructions_of_run(lab, side, tools, broker, f"records-{records}", records)
        for records in (FEW_RECORDS, MANY_RECORDS)
    )
    return (many - few) / (MANY_RECORDS - FEW_RECORDS)
