"""Waits that have a deadline."""

import threading
import time
from collections.abc import Callable

from processes import Trouble

POLL_SECONDS = 0.1


def last(seconds: float) -> None:
    """Lets a fault last for so long."""
    threading.Event().wait(seconds)


def comes(check: Callable[[], bool], seconds: float) -> bool:
    """Says whether it comes true within so many seconds."""
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            return False
        last(POLL_SECONDS)
    return True


def until(check: Callable[[], bool], seconds: float, trouble: str) -> None:
    if not comes(check, seconds):
        raise Trouble(f"{trouble} after {seconds:.0f} s")
