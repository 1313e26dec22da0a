"""Prints what the benchmarks measured."""

import statistics
import sys
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]  # The keys are the headings.


def say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


def spread(values: Sequence[float], form: str = "{:,.1f}") -> str:
    low, middle, high = (
        form.format(value) for value in (min(values), statistics.median(values), max(values))
    )
    return middle if low == high else f"{middle} ({low}..{high})"


def ratio(value: float, base: float) -> float:
    return value / base if base else (1.0 if value == base else float("inf"))


def compared(
    new: list[float], old: list[float], form: str = "{:,.1f}", ratio_form: str = "{:.3f}"
) -> dict[str, str]:
    """Returns the columns of a row that compares two sides, round by round."""
    ratios = [ratio(*pair) for pair in zip(new, old, strict=True)]
    return {
        "new": spread(new, form),
        "old": spread(old, form),
        **{
            f"new to old: {name}": ratio_form.format(of(ratios))
            for name, of in (("least", min), ("median", statistics.median), ("most", max))
        },
    }


def table(title: str, rows: Sequence[Row]) -> None:
    """Prints the rows, which have the same keys, as a Markdown table."""
    print(f"\n### {title}\n")
    print("| " + " | ".join(rows[0]) + " |")
    print("|" + " --- |" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(map(str, row.values())) + " |")
    sys.stdout.flush()
