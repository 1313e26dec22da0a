#!/usr/bin/env python3
"""Draws docs/pictures/rooms.svg from the link graph, and checks all pictures.

    scripts/draw_rooms.py            writes docs/pictures/rooms.svg
    scripts/draw_rooms.py --check    fails if that file differs from what would be written, or if a
                                     picture of docs/pictures breaks a rule of picture_rules.py

A folder of src/ is a box, and the rooms within it are a list in the box. An arrow that follows from
others is left out. All places and curves are computed, so that a new folder needs no drawing. It
needs a purpose, in pictures/rooms_svg.py.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # The work tree stays clean.

from pictures.link_graph import read_graph  # noqa: E402
from pictures.picture_rules import check_picture  # noqa: E402
from pictures.rooms_svg import picture  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Draws docs/pictures/rooms.svg from the link graph."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; check all pictures")
    only_check = parser.parse_args().check
    target = PICTURES / "rooms.svg"
    drawn = picture(read_graph(ROOT))
    if not only_check:
        target.write_text(drawn, encoding="utf-8")
        return 0
    problems = []
    if not target.exists() or target.read_text(encoding="utf-8") != drawn:
        problems.append(
            f"{target.relative_to(ROOT)} is not what the link graph gives; "
            "run scripts/draw_rooms.py"
        )
    for file in sorted(PICTURES.glob("*.svg")):
        problems += [f"{file.relative_to(ROOT)} {problem}" for problem in check_picture(file)]
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
