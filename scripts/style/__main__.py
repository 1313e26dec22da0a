"""Checks what can be said about each file alone, and prints FILE:LINE: what to do.

python3 scripts/style [FILE…]     no file: the whole work tree
python3 scripts/style --list KIND the files of one kind: c++, python, bash, …, or text
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import braces
import cmake_lists
import columns
import comments
import dialect
import foreign_texts
import links
import machine_paths
import test_names
from tree import ROOT, is_exempt, kind_of, listed, read

Check = Callable[[str], list[tuple[int, str]]]
CHECKS: dict[str, list[tuple[str, Check]]] = {
    "c++": [
        ("braces", braces.faults_of),
        ("comments", comments.faults_of),
        ("foreign_texts", foreign_texts.faults_of),
        ("test_names", test_names.faults_of),
    ],
    "cmake": [
        ("cmake_lists", cmake_lists.faults_of),
        ("comments", comments.faults_of_hash_comments),
    ],
    "bash": [("comments", comments.faults_beside_documents)],
    "python": [("comments", comments.faults_of_hash_comments)],
    "terraform": [("comments", comments.faults_beside_documents)],
}
OF_ALL: list[tuple[str, Check]] = [
    ("dialect", dialect.faults_of),
    ("machine_paths", machine_paths.faults_of),
]


def faults_of(name: str, text: str) -> list[tuple[int, str]]:
    """Returns what all checks but that of columns find."""
    kind = kind_of(name, text)
    faults = []
    for check, find in [*CHECKS.get(kind, []), *OF_ALL]:
        if not is_exempt(check, name):
            faults += find(text)
    if kind == "markdown" and not is_exempt("links", name):
        faults += links.faults_of(name, text)
    return faults


def check(names: list[str]) -> int:
    """Returns how many faults there are."""
    count = unbreakable = 0
    for name in names:
        if (text := read(name)) is None or is_exempt("*", name):
            continue
        faults = faults_of(name, text)
        if not is_exempt("columns", name):
            too_long, lines = columns.faults_of(text, kind_of(name, text))
            faults += too_long
            unbreakable += lines
        for line, sentence in sorted(faults):
            print(f"{name}:{line}: {sentence}")
        count += len(faults)
    if unbreakable > columns.UNBREAKABLE_MAX:
        most = columns.UNBREAKABLE_MAX
        print(f"{unbreakable} lines are too long and cannot be broken; at most {most} may be so")
        count += 1
    return count


def show(kind: str, names: list[str]) -> None:
    for name in names:
        text = read(name)
        if text is None or is_exempt("*", name):
            continue
        wanted = not is_exempt("spelling", name) if kind == "text" else kind == kind_of(name, text)
        if wanted:
            print(name, end="\0")


def files_of(names: list[str]) -> list[str]:
    """Returns the named files, or all; ends the program if one of them is not there."""
    for name in names:
        if not (ROOT / name).exists():
            sys.exit(f"{name}: there is no such file; name it from the project's folder")
    return names or listed()


def main() -> int:
    arguments = sys.argv[1:]
    if arguments[:1] == ["--list"]:
        show(arguments[1], files_of(arguments[2:]))
        return 0
    return 1 if check(files_of(arguments)) else 0


if __name__ == "__main__":
    sys.exit(main())
