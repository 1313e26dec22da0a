"""Prints a line for each case that is judged, and counts them."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from system import Fault


class Report:
    """May be used by several threads at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.passed = 0
        self.failed = 0

    @contextmanager
    def case(self, judge: str, case: str) -> Iterator[None]:
        """Makes a case of what is done in the context. A failure does not leave it."""
        reason = ""
        try:
            yield
        except Fault as fault:
            reason = str(fault)
        except Exception:
            reason = traceback.format_exc()
        with self._lock:
            self.passed += not reason
            self.failed += bool(reason)
            print(f"FAILED: {judge}: {case}\n{reason}" if reason else f"passed: {judge}: {case}")

    def leave_out(self, judge: str, case: str, reason: str) -> None:
        with self._lock:
            print(f"left out: {judge}: {case}: {reason}")
