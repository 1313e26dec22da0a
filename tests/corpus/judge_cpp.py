#!/usr/bin/env python3
"""Lets a compiler judge what `penstock_contract cpp` writes.

judge_cpp.py PROGRAM FILE_OF_PATHS [--documents N] [--turn N] [--seconds N]

The code for large documents of the corpus must compile without a warning, and a second run must
change nothing. FILE_OF_PATHS has the documents that are taken (judge_verdicts.py). Others are
chosen in each turn. Once the seconds are over, no document is begun; those that are left out are
counted.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from documents import Document, rotated
from programs import Run, run

ROOT = Path(__file__).resolve().parents[2]
# Smaller documents say little, and the code of larger ones takes minutes to compile.
BYTES_MIN, BYTES_MAX = 200_000, 1_500_000
# The build of a service divides the code by the size of its contract (cmake/).
BYTES_OF_A_PART = 50_000
PARTS_MAX = 64
# The compiler takes about ten seconds for a document. On a busy machine it takes longer.
COMPILE_SECONDS_MAX = 300
SECONDS_MAX = 1200  # For all documents, apart from those that have begun.
TIMEOUT_STATUS = 124  # Of `timeout`, by which programs.py runs a program.
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wnon-virtual-dtor", "-Werror"]


@dataclass(frozen=True)
class Judged:
    document: Document
    faults: list[str]
    lines: int = 0
    generate_seconds: float = 0.0
    compiling: Run | None = None


def namespace_of(document: Document) -> str:
    return "c_" + re.sub(r"[^a-z0-9]+", "_", document.name.lower())[:40].strip("_")


def compiled(file: Path, folder: Path) -> tuple[str, Run]:
    """Returns the first lines of what the compiler says of a file, and what its run has cost."""
    command = ["g++", "-std=c++20", "-fsyntax-only", *WARNINGS, "-I", ROOT / "src", "-I", folder]
    done = run([*command, file], COMPILE_SECONDS_MAX)
    said = "" if done.status == 0 else "\n".join(done.errors.splitlines()[:5]) or "failed"
    if done.status == TIMEOUT_STATUS:
        said = f"{file.name} takes more than {COMPILE_SECONDS_MAX} s"
    return said, done


def judge(program: Path, document: Document, end: float) -> Judged | None:
    """Judges a document, unless the time is over (time.monotonic())."""
    if time.monotonic() > end:
        return None
    parts = min(PARTS_MAX, 1 + document.path.stat().st_size // BYTES_OF_A_PART)
    name = namespace_of(document)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        command = [program, "cpp", document.path, "--namespace", name, "--parts", str(parts)]
        first = run([*command, "--output", folder])
        if first.status != 0:
            return Judged(document, [f"exit status {first.status}: {first.errors[:300]}"])
        files = sorted((folder / name).iterdir())
        texts = {file.name: file.read_bytes() for file in files}
        faults = []
        times = {file: file.stat().st_mtime_ns for file in files}
        run([*command, "--output", folder])
        if {file: file.stat().st_mtime_ns for file in files} != times:
            faults.append("a second run has written a file again")
        # One file is compiled instead of many, since each would read the same headers.
        code = [file for file in files if file.suffix == ".cpp"]
        whole = folder / "whole.cpp"
        whole.write_text("".join(f'#include "{file.relative_to(folder)}"\n' for file in code))
        said, compiling = compiled(whole, folder)
        if said:
            faults.append(said)
        lines = sum(text.count(b"\n") for text in texts.values())
        return Judged(document, faults, lines, first.cpu_seconds, compiling)


def large_documents(paths: Path, count: int, turn: int) -> list[Document]:
    documents = [
        Document("/".join(Path(line).parts[-2:]), Path(line))
        for line in paths.read_text().splitlines()
        if BYTES_MIN <= Path(line).stat().st_size <= BYTES_MAX
    ]
    return rotated(documents, count, turn)[:count]


def report(all_judged: Iterator[Judged | None]) -> bool:
    judged = []
    left_out = 0
    for one in all_judged:
        if one is None:
            left_out += 1
            continue
        judged.append(one)
        if one.compiling is not None:
            print(
                f"{one.document.name}: {one.lines} lines; CPU time: {one.generate_seconds:.2f} s "
                f"to write, {one.compiling.cpu_seconds:.1f} s to compile, "
                f"{one.compiling.resident_mib:.0f} MiB",
                flush=True,
            )
        for fault in one.faults:
            print(f"FAILED: {one.document.name}: {fault}", flush=True)
    wrong = sum(1 for one in judged if one.faults)
    compile_seconds = [one.compiling.cpu_seconds for one in judged if one.compiling is not None]
    print(
        f"cpp: {len(judged)} documents, {sum(one.lines for one in judged)} lines; CPU time: "
        f"{max((one.generate_seconds for one in judged), default=0):.1f} s at most to write one, "
        f"{max(compile_seconds, default=0):.0f} s to compile one; "
        f"{left_out} left out because the time was over; {wrong} wrong"
    )
    return bool(judged) and wrong == 0


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("paths", type=Path)
    parser.add_argument("--documents", type=int, default=30)
    parser.add_argument("--turn", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=SECONDS_MAX)
    asked = parser.parse_args()
    end = time.monotonic() + asked.seconds
    documents = large_documents(asked.paths, asked.documents, asked.turn)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        good = report(pool.map(lambda document: judge(asked.program, document, end), documents))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
