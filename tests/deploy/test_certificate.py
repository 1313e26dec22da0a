"""Tests whose certificate is used, what is left of its key, and how long deletion is tried."""

from __future__ import annotations

import stat

from fakes import SERVICE, FakeCommands, TestCase
from penstock_deploy.certificate import delete_certificate, find_certificate, make_certificate
from penstock_deploy.commands import Ended, Failure, Interrupted, Output

LIST, TAGS, IMPORT = "list-certificates", "list-tags-for-certificate", "import-certificate"


class FindTest(TestCase):
    def test_takes_the_one_that_deploy_has_made(self) -> None:
        commands = FakeCommands(
            {LIST: "arn:1\tarn:2\tarn:3\n", TAGS: ["\n", "penstock-deploy\n", "somebody\n"]}
        )
        self.assertEqual(find_certificate(commands, "hello.internal"), "arn:2")
        self.assertIn("[?DomainName=='hello.internal']", commands.calls[0])

    def test_leaves_those_of_others(self) -> None:
        self.assertIsNone(find_certificate(FakeCommands({LIST: "arn:1", TAGS: ""}), "a.internal"))
        self.assertIsNone(find_certificate(FakeCommands({LIST: "\n"}), "a.internal"))


class MakeTest(TestCase):
    def test_takes_the_one_of_an_earlier_run(self) -> None:
        commands = FakeCommands({LIST: "arn:1", TAGS: "penstock-deploy"}, self.folder)
        self.assertEqual(make_certificate(commands, SERVICE), "arn:1")
        self.assertFalse(any("openssl" in call for call in commands.calls))

    def test_imports_a_new_one_and_keeps_no_key(self) -> None:
        test = self

        class Watched(FakeCommands):
            def execute(self, command: tuple[str, ...], output: Output) -> Ended:
                if command[0] == "openssl":
                    folder = test.folder / "build/certificate"
                    test.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
                    (folder / "key.pem").write_text("a key")
                return super().execute(command, output)

        # A run that was killed has left these.
        (self.folder / "build/certificate").mkdir(parents=True)
        (self.folder / "build/certificate/key.pem").write_text("an older key")
        commands = Watched({LIST: "", IMPORT: "arn:new\n"}, self.folder)
        self.assertEqual(make_certificate(commands, SERVICE), "arn:new")
        self.assertEqual(
            [call.split()[0] for call in commands.calls], ["aws", "openssl", "aws", "rm"]
        )
        self.assertEqual(list((self.folder / "build").iterdir()), [])

    def test_keeps_no_key_after_a_failure(self) -> None:
        commands = FakeCommands({LIST: "", IMPORT: Ended(254)}, self.folder)
        with self.assertRaisesRegex(Failure, "^aws ended with exit code 254"):
            make_certificate(commands, SERVICE)
        self.assertEqual(list((self.folder / "build").iterdir()), [])

    def test_keeps_no_key_after_an_interrupt(self) -> None:
        class Stopped(FakeCommands):
            def execute(self, command: tuple[str, ...], output: Output) -> Ended:
                if command[0] == "openssl":
                    raise Interrupted
                return super().execute(command, output)

        with self.assertRaises(Interrupted):
            make_certificate(Stopped(root=self.folder), SERVICE)
        self.assertEqual(list((self.folder / "build").iterdir()), [])


class DeleteTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.time = 0.0

    def sleep(self, seconds: float) -> None:
        self.time += seconds

    def delete(self, commands: FakeCommands) -> None:
        delete_certificate(commands, "arn:1", sleep=self.sleep, now=lambda: self.time)

    def test_tries_until_acm_has_forgotten_the_load_balancer(self) -> None:
        commands = FakeCommands({"delete-certificate": [Ended(254), Ended(254), Ended(0)]})
        self.delete(commands)
        self.assertEqual((len(commands.calls), self.time), (3, 20.0))

    def test_tries_for_five_minutes(self) -> None:
        commands = FakeCommands({"delete-certificate": Ended(254)})
        with self.assertRaisesRegex(Failure, "./penstock destroy tries again"):
            self.delete(commands)
        self.assertEqual((len(commands.calls), self.time), (31, 300.0))
