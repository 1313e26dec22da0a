"""Keeps a line for each case that is judged, and counts them."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from system import Fault


class Report:
    """Is for one thread at a time."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.passed = 0
        self.failed = 0

    @contextmanager
    def case(self, judge: str, case: str) -> Iterator[None]:
        """Makes a case of what is done in the context. A failure does not leave it."""
        try:
            yield
        except Exception as error:
            reason = str(error) if isinstance(error, Fault) else traceback.format_exc()
            self.failed += 1
            self.lines.append(f"FAILED: {judge}: {case}\n{reason}")
        else:
            self.passed += 1
            self.lines.append(f"passed: {judge}: {case}")

    def leave_out(self, judge: str, case: str, reason: str) -> None:
        self.lines.append(f"left out: {judge}: {case}: {reason}")
