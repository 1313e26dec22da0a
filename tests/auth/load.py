"""Sends requests without a pause while something changes."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from program import Fault, Program, Shown, until

THREADS = 4


class Load:
    """Asks for one target from several threads, as long as the block runs.

    `shown` is called for each request, so that credentials can change meanwhile. After the block
    each answer must have been a 200.
    """

    def __init__(self, program: Program, target: str, shown: Callable[[], Shown]) -> None:
        self.program, self.target, self.shown = program, target, shown
        self.statuses: Counter[int] = Counter()
        self.errors: list[str] = []
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.send, daemon=True) for _ in range(THREADS)]

    def __enter__(self) -> Load:
        for thread in self.threads:
            thread.start()
        self.go_on(20)
        return self

    def __exit__(self, kind: object, error: object, at: object) -> None:
        if error is None:
            self.go_on(20)
        self.ended.set()
        for thread in self.threads:
            thread.join()
        if error is None and (set(self.statuses) != {200} or self.errors):
            raise Fault(f"under load: {dict(self.statuses)} {self.errors[:3]}")

    def send(self) -> None:
        while not self.ended.is_set():
            try:
                answer = self.program.ask(self.target, self.shown())
                self.statuses[answer.status] += 1
            except OSError as error:
                self.errors.append(str(error))

    def go_on(self, requests: int) -> None:
        """Waits until so many more requests were answered."""
        before = self.statuses.total()
        until(lambda: self.statuses.total() >= before + requests, "the load goes on")
