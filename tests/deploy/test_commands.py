"""Tests how programs are shown, run and waited for."""

from __future__ import annotations

import os
import shlex

from fakes import TestCase
from penstock_deploy.commands import CommandFailed, Commands, Failure, Output, quote


class QuoteTest(TestCase):
    def test_quotes_as_little_as_possible(self) -> None:
        for word, quoted in (
            ("-chdir=terraform/registry", "-chdir=terraform/registry"),
            ("a_b.c/d:e=f,g@h%i+j-k", "a_b.c/d:e=f,g@h%i+j-k"),
            ("", "''"),
            ("a b", "'a b'"),
            ("[Account,Arn]", "'[Account,Arn]'"),
            (r"%{http_code}\n", r"'%{http_code}\n'"),
            ("a?[?b=='c']", "\"a?[?b=='c']\""),
            ('["a"]', "'[\"a\"]'"),
            ("$(a) `b`", "'$(a) `b`'"),
        ):
            with self.subTest(word=word):
                self.assertEqual(quote(word), quoted)

    def test_a_shell_reads_every_word_back(self) -> None:
        for word in ("it's $HOME", "a'b\"c", "`'", "\\'", "ä", "a\nb", "'", "~", "*"):
            with self.subTest(word=word):
                self.assertEqual(shlex.split(quote(word)), [word])


class CommandsTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.commands = Commands(self.folder, environment=dict(os.environ))
        self.dry = Commands(self.folder, dry_run=True, environment=dict(os.environ))

    def test_runs_in_its_folder(self) -> None:
        self.commands.run("touch", "a")
        self.assertTrue((self.folder / "a").exists())
        self.assertEqual(self.lines(), ["$ touch a"])

    def test_says_how_a_program_failed(self) -> None:
        with self.assertRaisesRegex(CommandFailed, "^sh ended with exit code 3; ") as raised:
            self.commands.run("sh", "-c", "exit 3")
        self.assertEqual(raised.exception.status, 3)
        with self.assertRaisesRegex(CommandFailed, "^sh was stopped by signal 15; "):
            self.commands.run("sh", "-c", "kill -TERM $$")

    def test_says_what_cannot_be_started(self) -> None:
        with self.assertRaisesRegex(Failure, "^no-such-program cannot be started: No such file"):
            self.commands.run("no-such-program")
        self.assertEqual(self.commands.ask("no-such-program").status, 127)

    def test_returns_an_answer_without_its_last_newlines(self) -> None:
        self.assertEqual(self.commands.answer("x", "printf", r"a\nb\n\n"), "a\nb")
        with self.assertRaises(CommandFailed):
            self.commands.answer("x", "false")

    def test_dry_run_shows_and_starts_nothing(self) -> None:
        self.dry.run("touch", "a")
        self.assertTrue(self.dry.succeeds("touch", "b"))
        self.assertEqual(self.dry.answer("placeholder", "touch", "c"), "placeholder")
        self.dry.pipe(("touch", "d"), ("touch", "e"))
        self.assertEqual(
            self.lines(), ["$ touch a", "$ touch b", "$ touch c", "$ touch d | touch e"]
        )
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_keeps_both_streams_where_wanted(self) -> None:
        both = self.commands.execute(("sh", "-c", "echo a; echo b >&2"), Output.BOTH_KEPT)
        self.assertEqual(both.output, "a\nb\n")

    def test_a_pipe_passes_a_secret_on_unseen(self) -> None:
        self.commands.pipe(("printf", "%s", "a secret of 1"), ("sh", "-c", "cat >taken"))
        self.assertEqual((self.folder / "taken").read_text(), "a secret of 1")
        (self.folder / "script").write_text("echo secret\n")
        self.commands.pipe(("sh", "script"), ("sh", "-c", "cat >taken"))
        self.assertEqual((self.folder / "taken").read_text(), "secret\n")
        self.assertEqual(self.lines()[1:], ["$ sh script | sh -c 'cat >taken'"])

    def test_a_pipe_fails_with_either_end(self) -> None:
        for source, sink in ((("false",), ("cat",)), (("true",), ("false",))):
            with self.assertRaisesRegex(CommandFailed, "^false ended"):
                self.commands.pipe(source, sink)
        with self.assertRaisesRegex(Failure, "^no-such-program cannot be started"):
            self.commands.pipe(("yes",), ("no-such-program",))
        with self.assertRaisesRegex(CommandFailed, "^yes was stopped by signal 13"):
            self.commands.pipe(("yes",), ("true",))
