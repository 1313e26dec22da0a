#!/usr/bin/env python3
"""Checks what scripts/draw_rooms.py is made of, with planted faults."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # The work tree stays clean.
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from pictures.link_graph import Graph, read_graph, reduced  # noqa: E402
from pictures.picture_rules import check_picture  # noqa: E402
from pictures.rooms_svg import picture  # noqa: E402

GOOD = (ROOT / "docs" / "pictures" / "report.svg").read_text(encoding="utf-8")


class LinkGraph(unittest.TestCase):
    def test_reads_libraries_and_not_tests(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {
                "src/low": "penstock_library(low SOURCES a.cpp LIBS Boost::json)  # LIBS high",
                "src/high": "penstock_library(high\n  LIBS low)\npenstock_test(t LIBS other)",
                "src/high/room": "add_library(room INTERFACE)\n"
                "target_link_libraries(room INTERFACE other)",
                "src/high/testing": "add_library(aids INTERFACE)",
                "src/other": "add_library(other STATIC a.cpp)",
                "hello": "if(X)\n  add_library(h a.cpp)\nendif()\n"
                "target_link_libraries(h PUBLIC high low)",
            }.items():
                (root / name).mkdir(parents=True)
                (root / name / "CMakeLists.txt").write_text(text, encoding="utf-8")
            graph = read_graph(root)
        self.assertEqual(graph.rooms, {"low": [], "high": ["room"], "other": [], "hello": []})
        self.assertEqual(
            graph.uses, {"low": set(), "high": {"low", "other"}, "other": set(), "hello": {"high"}}
        )

    def test_names_a_circle(self) -> None:
        with self.assertRaisesRegex(SystemExit, "b -> a -> b"):
            reduced({"a": {"b"}, "b": {"a"}})


class Picture(unittest.TestCase):
    def test_shows_each_folder_and_each_arrow(self) -> None:
        graph = read_graph(ROOT)
        drawn = picture(graph)
        self.assertEqual(drawn.count('class="name"'), len(graph.rooms))
        self.assertEqual(drawn.count('class="arrow"'), sum(map(len, graph.uses.values())))

    def test_changes_with_the_graph(self) -> None:
        graph = read_graph(ROOT)
        graph.uses["log"] = {"base"}
        self.assertNotEqual(picture(graph), picture(read_graph(ROOT)))

    def test_asks_for_a_purpose(self) -> None:
        with self.assertRaisesRegex(SystemExit, "unheard_of: PURPOSES"):
            picture(Graph({"unheard_of": []}, {"unheard_of": set()}))


class Rules(unittest.TestCase):
    def problems(self, text: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "picture.svg"
            file.write_text(text, encoding="utf-8")
            return "\n".join(check_picture(file))

    def test_let_a_good_picture_pass(self) -> None:
        self.assertEqual(self.problems(GOOD), "")

    def test_find_planted_faults(self) -> None:
        for fault, text in {
            "not well-formed": GOOD.replace("</svg>", ""),
            "<title>": GOOD.replace('<title id="title">What becomes of an event</title>', ""),
            "<desc>": GOOD.replace("desc", "metadata"),
            "viewBox": GOOD.replace("viewBox", "box"),
            "dark page": GOOD.replace("dark", "light"),
            "<script>": GOOD.replace("</svg>", "<script>1</script></svg>"),
            "<image>": GOOD.replace("</svg>", '<image href="#a"/></svg>'),
            "onclick=": GOOD.replace('role="img"', 'onclick="1"'),
            "href=": GOOD.replace("</svg>", '<a href="https://example.com/"/></svg>'),
            "one file": GOOD.replace("<style>", '<style>@import "a.css";'),
            "loads": GOOD.replace("fill: none", "fill: url(a.svg#b)"),
        }.items():
            with self.subTest(fault):
                self.assertNotEqual(text, GOOD)
                self.assertIn(fault, self.problems(text))


if __name__ == "__main__":
    unittest.main()
