#!/usr/bin/env python3
"""Asks openapi-spec-validator which documents of the corpus are valid.

    validity.py make NODE_MODULES                 writes validity.txt again; takes half an hour
    validity.py check NODE_MODULES COUNT TURN     compares the verdicts of COUNT documents with it

A line of validity.txt has a verdict, the beginning of the document's SHA-256, its name, and where
it is invalid the first reason. A verdict that takes more than SECONDS_MAX of CPU time is "unknown".
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Never

from documents import Document, documents_of, rotated
from kept_validity import FILE, Validity, read_validity
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

SECONDS_MAX = 120
REASON_MAX = 60
# Where it stops on a sample: the rest is left to `make`.
SAMPLE_SECONDS_MAX = 20


def too_late(*_: object) -> Never:
    raise TimeoutError


def judged(document: Document, seconds: int = SECONDS_MAX) -> Validity:
    """Returns the verdict. The first error is enough, since later ones may take minutes."""

    def verdict(word: str, reason: str = "") -> Validity:
        return Validity(word, document.digest, document.name, " ".join(reason.split())[:REASON_MAX])

    signal.signal(signal.SIGPROF, too_late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        content = document.read()
        is_3_1 = str(content["openapi"]).startswith("3.1")
        validator = OpenAPIV31SpecValidator if is_3_1 else OpenAPIV30SpecValidator
        error = next(iter(validator(content).iter_errors()), None)
        return verdict("valid") if error is None else verdict("invalid", error.message)
    except TimeoutError:
        return verdict("unknown", f"no verdict in {seconds} s")
    except Exception as error:  # It raises errors of several libraries on what it does not expect.
        return verdict("invalid", f"{type(error).__name__}: {error}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def judged_briefly(document: Document) -> Validity:
    return judged(document, SAMPLE_SECONDS_MAX)


def make(documents: Iterable[Document]) -> int:
    with multiprocessing.Pool(os.cpu_count(), maxtasksperchild=50) as pool:
        lines = [each.line() + "\n" for each in pool.imap(judged, documents)]
    FILE.write_text("".join(lines), encoding="utf-8")
    return 0


def check(documents: list[Document], count: int, turn: int) -> int:
    kept = read_validity()
    faults = [f"{each.name} is not in validity.txt" for each in documents if each.name not in kept]
    faults += [
        f"{each.name} is not the document that validity.txt is about"
        for each in documents
        if each.name in kept and each.digest != kept[each.name].digest
    ]
    sample = rotated(documents, count, turn)
    with multiprocessing.Pool(os.cpu_count(), maxtasksperchild=50) as pool:
        for now in pool.imap(judged_briefly, sample):
            before = kept.get(now.name)
            # Whether a verdict takes too long depends on the machine.
            known = before is not None and "unknown" not in (now.verdict, before.verdict)
            if before is not None and known and before.verdict != now.verdict:
                faults.append(f"{now.line()}: validity.txt says {before.verdict}")
    for fault in faults:
        print(f"FAILED: {fault}")
    print(f"validity: {len(sample)} verdicts made again, {len(faults)} faults")
    return 1 if faults else 0


def main() -> int:
    match sys.argv[1:]:
        case ["make", modules]:
            return make(documents_of(Path(modules)))
        case ["check", modules, count, turn]:
            return check(documents_of(Path(modules)), int(count), int(turn))
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
