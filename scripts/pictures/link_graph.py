"""Reads the link graph from the CMakeLists.txt of src/ and hello/.

A Graph's nodes are the folders of src/, and hello, and the rooms of APART. What a CMakeLists.txt
says within an if() counts as much as the rest. Folders named testing are for tests, and are left
out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

# penstock_service() links a service with these (cmake/penstock_service.cmake).
SERVICE_LINKS = ("penstock_contract", "penstock_event_schemas", "penstock_http", "penstock_lambda")

# These rooms are used by a folder that the rest of their own folder uses.
APART = ("http/server",)


@dataclass
class Graph:
    """The folders and their arrows, transitively reduced."""

    rooms: dict[str, list[str]]  # For each folder, the names of the rooms within it.
    uses: dict[str, set[str]]  # Without what follows from others.


def commands(text: str) -> list[list[str]]:
    """Returns the commands of a CMakeLists.txt, each as a list of its name and its arguments."""
    text = re.sub(r"#[^\n]*", "", text)
    found = re.findall(r"^\s*(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)", text, re.MULTILINE)
    return [[name, *arguments.split()] for name, arguments in found]


def read_graph(root: Path) -> Graph:
    """Reads which targets there are, and which of them each is linked with."""
    folder_of: dict[str, str] = {}
    links: dict[str, list[str]] = {}
    rooms: dict[str, list[str]] = {}
    for file in sorted([*root.glob("src/**/CMakeLists.txt"), root / "hello" / "CMakeLists.txt"]):
        parts = file.parent.relative_to(root).parts
        if parts == ("src",) or parts[-1] == "testing":
            continue
        folder = parts[0] if parts[0] == "hello" else parts[1]
        is_apart = "/".join(parts[1:3]) in APART
        if is_apart:
            folder = "/".join(parts[1:3])
        for name, *arguments in commands(file.read_text(encoding="utf-8")):
            if "EXCLUDE_FROM_ALL" in arguments:
                continue  # Only tests are linked with it.
            if name in ("add_library", "penstock_library") and "${" not in arguments[0]:
                folder_of[arguments[0]] = folder
                rooms.setdefault(folder, [])
                if len(parts) > 2 and not is_apart and parts[-1] not in rooms[folder]:
                    rooms[folder].append(parts[-1])
            if name == "penstock_service":
                folder_of[folder] = folder
                rooms.setdefault(folder, [])
                links.setdefault(folder, []).extend(SERVICE_LINKS)
            if name == "penstock_library" and "LIBS" in arguments:
                links.setdefault(arguments[0], []).extend(arguments[arguments.index("LIBS") + 1 :])
            elif name == "target_link_libraries":
                links.setdefault(arguments[0], []).extend(arguments[1:])
    uses: dict[str, set[str]] = {folder: set() for folder in rooms}
    for target, libraries in links.items():
        for library in libraries:
            if target in folder_of and library in folder_of:
                uses[folder_of[target]].add(folder_of[library])
    for folder, used in uses.items():
        used.discard(folder)
    return Graph(rooms, reduced(uses))


def reduced(uses: dict[str, set[str]]) -> dict[str, set[str]]:
    """Returns the graph without the arrows that a longer way replaces."""

    def reached(folder: str, way: tuple[str, ...] = ()) -> set[str]:
        if folder in way:
            raise SystemExit(f"The link graph has a circle: {' -> '.join([*way, folder])}")
        return uses[folder].union(*(reached(used, (*way, folder)) for used in sorted(uses[folder])))

    return {
        folder: {used for used in all_used if not any(used in reached(other) for other in all_used)}
        for folder, all_used in uses.items()
    }
