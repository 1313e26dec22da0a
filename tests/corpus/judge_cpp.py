#!/usr/bin/env python3
"""Lets a compiler judge what `penstock_contract cpp` writes.

judge_cpp.py PROGRAM FILE_OF_PATHS [--documents N] [--turn N]

The code for large documents of the corpus must compile without a warning, and a second run must
change nothing. FILE_OF_PATHS has the documents that are taken (judge_verdicts.py). Others are
chosen in each turn.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from documents import Document, rotated
from programs import run

ROOT = Path(__file__).resolve().parents[2]
# Smaller documents say little, and the code of larger ones takes minutes to compile.
BYTES_MIN, BYTES_MAX = 200_000, 1_500_000
# The build of a service divides the code by the size of its contract (cmake/).
BYTES_OF_A_PART = 50_000
PARTS_MAX = 64
# The compiler takes about ten seconds for a document. On a busy machine it takes longer.
COMPILE_SECONDS_MAX = 300
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wnon-virtual-dtor", "-Werror"]


@dataclass(frozen=True)
class Judged:
    document: Document
    faults: list[str]
    lines: int = 0
    generate_seconds: float = 0.0
    compile_seconds: float = 0.0


def namespace_of(document: Document) -> str:
    return "c_" + re.sub(r"[^a-z0-9]+", "_", document.name.lower())[:40].strip("_")


def compiled(file: Path, folder: Path) -> tuple[str, float]:
    """Returns the first lines of what the compiler says of a file, and the seconds that it took."""
    begin = time.monotonic()
    command = ["g++", "-std=c++20", "-fsyntax-only", *WARNINGS, "-I", ROOT / "src", "-I", folder]
    try:
        done = subprocess.run(
            [*command, file],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=COMPILE_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{file.name} takes more than {COMPILE_SECONDS_MAX} s", COMPILE_SECONDS_MAX
    said = "" if done.returncode == 0 else "\n".join(done.stderr.splitlines()[:5]) or "failed"
    return said, time.monotonic() - begin


def judge(program: Path, document: Document) -> Judged:
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
        said, seconds = compiled(whole, folder)
        if said:
            faults.append(said)
        lines = sum(text.count(b"\n") for text in texts.values())
        return Judged(document, faults, lines, first.cpu_seconds, seconds)


def large_documents(paths: Path, count: int, turn: int) -> list[Document]:
    documents = [
        Document("/".join(Path(line).parts[-2:]), Path(line))
        for line in paths.read_text().splitlines()
        if BYTES_MIN <= Path(line).stat().st_size <= BYTES_MAX
    ]
    return rotated(documents, count, turn)[:count]


def report(all_judged: Iterator[Judged]) -> bool:
    judged = list(all_judged)
    for one in judged:
        for fault in one.faults:
            print(f"FAILED: {one.document.name}: {fault}")
    wrong = sum(1 for one in judged if one.faults)
    print(
        f"cpp: {len(judged)} documents, {sum(one.lines for one in judged)} lines; "
        f"{max((one.generate_seconds for one in judged), default=0):.1f} s at most to write one, "
        f"{max((one.compile_seconds for one in judged), default=0):.0f} s to compile one; "
        f"{wrong} wrong"
    )
    return bool(judged) and wrong == 0


def main() -> int:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("paths", type=Path)
    parser.add_argument("--documents", type=int, default=30)
    parser.add_argument("--turn", type=int, default=0)
    asked = parser.parse_args()
    documents = large_documents(asked.paths, asked.documents, asked.turn)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        good = report(pool.map(lambda document: judge(asked.program, document), documents))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
