"""Tests the command line: what it takes, and what it refuses."""

from __future__ import annotations

import contextlib
import io

from fakes import TestCase
from penstock_deploy.options import Options, UsageError, parse


class OptionsTest(TestCase):
    def test_has_defaults(self) -> None:
        self.assertEqual(parse(["deploy"]), Options("deploy"))

    def test_takes_all_options_of_deploy(self) -> None:
        options = parse(
            [
                *("deploy", "--yes", "--dry-run", "--delete-kafka", "--verbose"),
                *("--backend-bucket", "states", "--image-tag=1.2.3"),
            ]
        )
        self.assertEqual(
            options,
            Options(
                "deploy",
                yes=True,
                dry_run=True,
                verbose=True,
                backend_bucket="states",
                image_tag="1.2.3",
                delete_kafka=True,
            ),
        )

    def test_takes_the_registry_of_destroy(self) -> None:
        self.assertTrue(parse(["destroy", "--registry"]).registry)

    def test_leaves_terraform_what_comes_behind_two_dashes(self) -> None:
        options = parse(["deploy", "--yes", "--", "-var", "a=b", "--", "--help"])
        self.assertEqual(options.terraform_arguments, ("-var", "a=b", "--", "--help"))

    def test_refuses_what_it_does_not_know(self) -> None:
        for arguments, sentence in (
            ([], "must be deploy or destroy"),
            (["apply"], "must be deploy or destroy"),
            (["deploy", "--bucket", "a"], "deploy does not know --bucket"),
            (["deploy", "now"], "deploy does not know now"),
            (["deploy", "--registry"], "deploy does not know --registry"),
            (["destroy", "--delete-kafka"], "destroy does not know --delete-kafka"),
            (["destroy", "--image-tag", "1"], "destroy does not know --image-tag"),
            (["deploy", "--dry"], "deploy does not know --dry"),
            (["deploy", "--backend-bucket"], "--backend-bucket needs a value"),
            (["deploy", "--backend-bucket", "--yes"], "--backend-bucket needs a value"),
            (["deploy", "--image-tag", "--", "1"], "--image-tag needs a value"),
            (["deploy", "--yes=no"], "--yes takes no value"),
            (["deploy", "--backend-bucket="], "needs a bucket's name, not ''"),
            (["deploy", "--backend-bucket", 'a"b'], "needs a bucket's name"),
            (["deploy", "--image-tag", "a/b"], "--image-tag needs a tag"),
            (["deploy", "--image-tag", "a'b"], "--image-tag needs a tag"),
        ):
            with self.subTest(arguments=arguments):
                with self.assertRaises(UsageError) as raised:
                    parse(arguments)
                self.assertIn(sentence, str(raised.exception))

    def test_help_lists_the_options_of_the_verb(self) -> None:
        for verb, has, lacks in (
            ("deploy", "--image-tag", "--registry"),
            ("destroy", "--registry", "--image-tag"),
        ):
            out = io.StringIO()
            with self.assertRaises(SystemExit) as raised, contextlib.redirect_stdout(out):
                parse([verb, "--help"])
            self.assertEqual(raised.exception.code, 0)
            self.assertIn(has, out.getvalue())
            self.assertNotIn(lacks, out.getvalue())
