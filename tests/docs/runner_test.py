#!/usr/bin/env python3
"""What the reader of blocks, the comparison and the newcomer notice, on small pages."""

from __future__ import annotations

import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from blocks import Block, blocks_of
from expected import first_missing
from newcomer import Newcomer, PageError, needs_system

PAGE = Path("page.md")


def block(text: str, language: str = "sh") -> Block:
    return Block(page=PAGE, line=1, language=language, text=text)


class Blocks(unittest.TestCase):
    def test_a_comment_says_why_a_block_is_not_run(self) -> None:
        text = "<!-- not run: needs AWS -->\n```sh\naws\n```\n\n```sh\nls\n```\n"
        first, second = blocks_of(PAGE, text)
        self.assertEqual((first.is_run, first.not_run, first.line), (False, "needs AWS", 3))
        self.assertTrue(second.is_run)

    def test_a_comment_before_text_is_forgotten(self) -> None:
        (only,) = blocks_of(PAGE, "<!-- not run: x -->\nSome text.\n\n```sh\nls\n```\n")
        self.assertTrue(only.is_run)

    def test_blocks_of_a_list_lose_its_indentation(self) -> None:
        (only,) = blocks_of(PAGE, "- item\n\n  ```sh\n  if true; then\n    ls\n  fi\n  ```\n")
        self.assertEqual(only.text, "if true; then\n  ls\nfi")

    def test_a_fence_that_is_not_closed_is_an_error(self) -> None:
        with self.assertRaisesRegex(ValueError, r"page.md:1: this fence is not closed"):
            blocks_of(PAGE, "```sh\nls\n")

    def test_a_fence_that_would_not_be_run_is_an_error(self) -> None:
        for fence in ("~~~sh", "```sh title", "```bash", "```Sh"):
            with self.assertRaisesRegex(ValueError, r"page.md:2: begin the block with"):
                blocks_of(PAGE, f"Text.\n{fence}\nls\n{fence[:3]}\n")

    def test_knows_what_needs_a_comment(self) -> None:
        for text in (
            "aws s3 ls",
            "ls && sudo ls",
            "terraform -chdir=terraform apply",
            "./penstock deploy --yes",
            "./penstock destroy",
        ):
            self.assertEqual(block(text).unmarked, text)
            self.assertEqual(Block(PAGE, 1, "sh", text, not_run="needs AWS").unmarked, "")
        for text in ("./penstock deploy --dry-run", "ls aws.md", "terraform -chdir=terraform init"):
            self.assertEqual(block(text).unmarked, "", text)

    def test_knows_what_runs_until_ctrl_c(self) -> None:
        for text in (
            "./penstock up",
            "./penstock up --broker memory",
            "build/dev/bin/penstock_local esm --config a.json \\\n    --function b",
            "ls\nbuild/dev/bin/penstock_contract mock a.yaml",
        ):
            self.assertTrue(block(text).until_ctrl_c, text)
        for text in ("./penstock build", "build/dev/bin/penstock_local invoke a.json", "ls"):
            self.assertFalse(block(text).until_ctrl_c, text)

    def test_a_page_that_asks_the_api_needs_the_system(self) -> None:
        ask = block("curl http://127.0.0.1:8000/hello")
        self.assertTrue(needs_system([ask]))
        self.assertFalse(needs_system([block("./penstock up"), ask]))
        self.assertFalse(needs_system([block("ls")]))


class Expected(unittest.TestCase):
    def test_what_varies_may_differ(self) -> None:
        page = 'api | {"time":"2026-11-24T18:10:20.34Z","n":12345,…"at":"127.0.0.1:9092"}'
        printed = 'api | {"time":"2030-01-01T00:00:00.1Z","n":7654321,"x":1,"at":"127.0.0.1:1"}'
        self.assertEqual(first_missing(page, printed), "")

    def test_everything_else_may_not(self) -> None:
        self.assertEqual(first_missing('{"status":200}', '{"status":503}'), '{"status":200}')

    def test_the_order_counts(self) -> None:
        self.assertEqual(first_missing("a\n…\nb", "a\nx\nb"), "")
        self.assertEqual(first_missing("a\nb", "b\na"), "b")


class Commands(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        source = Path(folder.name) / "source"
        build = Path(folder.name) / "build" / "dev"
        source.mkdir()
        build.mkdir(parents=True)
        home = Path(folder.name) / "home"
        home.mkdir()
        self.newcomer = Newcomer(source=source, build=build, home=home)
        self.newcomer.__enter__()

    def test_the_next_block_goes_on_where_the_last_one_left_off(self) -> None:
        self.newcomer.run(block("mkdir a; cd a; export WORD=there"))
        self.newcomer.run(Block(PAGE, 2, "sh", 'echo "$WORD in ${PWD##*/}"'))
        self.newcomer.expect(block("there in a", "text"))

    def test_a_command_that_fails_is_named(self) -> None:
        with self.assertRaisesRegex(PageError, "page.md:1: exit status 1"):
            self.newcomer.run(block("false\ntrue"))

    def test_what_needs_a_comment_is_not_run(self) -> None:
        with self.assertRaisesRegex(PageError, "page.md:1: 'aws s3 ls' needs an account"):
            self.newcomer.run(block("aws s3 ls"))

    def test_what_is_left_in_the_background_ends_with_the_page(self) -> None:
        self.newcomer.run(block("sleep 1000 & echo $!"))
        process = Path("/proc") / self.newcomer.last_output.strip() / "stat"
        self.newcomer.__exit__(None)
        deadline = time.monotonic() + 10
        while process.exists() and process.read_text().split()[2] != "Z":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_an_up_that_is_never_ready_ends(self) -> None:
        program = self.newcomer.folder / "penstock"
        program.write_text("#!/bin/sh\necho starting\nexec sleep 1000\n")
        program.chmod(0o755)
        with (
            mock.patch("newcomer.PRINT_SECONDS", 0.2),
            self.assertRaisesRegex(PageError, "did not print 'ready: '"),
        ):
            self.newcomer.run(block("./penstock up"))
        self.newcomer.__exit__(PageError)
        self.assertIsNotNone(self.newcomer.running[0].process.poll())

    def test_a_failure_may_be_announced(self) -> None:
        self.newcomer.run(Block(PAGE, 1, "sh", "exit 3", exit_status=3))

    def test_another_output_is_named(self) -> None:
        self.newcomer.run(block("echo one"))
        with self.assertRaisesRegex(PageError, "not printed: two"):
            self.newcomer.expect(block("two", "text"))

    def test_ports_are_the_tests_own(self) -> None:
        mine = self.newcomer.ports[8000]
        self.newcomer.run(block("echo http://127.0.0.1:8000/hello"))
        self.assertEqual(self.newcomer.last_output, f"http://127.0.0.1:{mine}/hello\n")


if __name__ == "__main__":
    unittest.main()
