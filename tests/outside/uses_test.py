#!/usr/bin/env python3
"""Tests how CMake reads what a service uses: USES in the call of penstock_service()."""

from __future__ import annotations

import subprocess
import tempfile
import unittest
from pathlib import Path

READER = Path(__file__).resolve().parents[2] / "cmake" / "service_uses.cmake"


def uses_of(text: str) -> tuple[str, str]:
    """Returns the words of a CMakeLists.txt, and what CMake says if it refuses them."""
    with tempfile.TemporaryDirectory(prefix="penstock-uses-") as folder:
        (Path(folder) / "CMakeLists.txt").write_text(text, encoding="utf-8")
        command = ["cmake", "-D", f"SERVICE={folder}", "-P", str(READER)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout.strip(), " ".join(done.stderr.split())


class UsesTest(unittest.TestCase):
    def test_is_what_stands_behind_the_word(self) -> None:
        call = "penstock_service(HANDLERS a.cpp b.cpp CONSUMER c.cpp"
        self.assertEqual(uses_of(f"project(a)\n{call})\n"), ("", ""))
        self.assertEqual(uses_of(f"{call} USES dynamodb)"), ("dynamodb", ""))
        self.assertEqual(
            uses_of(
                "penstock_service(\n  USES upstream  # They, too (we ask them).\n    dynamodb\n"
                '  HANDLERS "a.cpp"\n  CONSUMER c.cpp)\npenstock_service_test(USES SOURCES a)\n'
            ),
            ("upstream dynamodb", ""),
        )

    def test_no_call_uses_nothing(self) -> None:
        self.assertEqual(uses_of("# penstock_service(USES dynamodb)\n"), ("", ""))

    def test_refuses_words_that_no_library_has(self) -> None:
        words, said = uses_of("penstock_service(HANDLERS a CONSUMER b USES dynamo)")
        self.assertEqual(words, "")
        self.assertIn("USES has 'dynamo', but the words are dynamodb, postgres, upstream.", said)


if __name__ == "__main__":
    unittest.main()
