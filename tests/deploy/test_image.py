"""Tests the image's tag, and when it is built and pushed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from fakes import PROJECT, SERVICE, FakeCommands, TestCase
from penstock_deploy.commands import CommandFailed, Commands, Ended, Failure
from penstock_deploy.image import SOURCES, Image, find_image, push_image, sources_tag

REPOSITORY = "1.dkr.ecr.eu-central-1.amazonaws.com/hello_api"

# What names the images that are deployed; the order is that of bytes.
TAG = """git ls-files -z --cached --others --exclude-standard -- "$@" |
  LC_ALL=C sort --zero-terminated --unique |
  while IFS= read -r -d '' file; do [[ ! -f $file ]] || printf '%s\\0' "$file"; done |
  xargs --null sha256sum | sha256sum | cut --characters=-12"""


class SourcesTagTest(TestCase):
    def in_folder(self, root: Path, machinery: Path | None = None) -> Commands:
        environment = {"PATH": "/usr/bin:/bin"}
        return Commands(root, environment=environment, machinery=machinery or root)

    def expect_the_shells(self, commands: Commands) -> str:
        command = ["bash", "-c", TAG, "bash", *SOURCES]
        shell = subprocess.run(command, cwd=commands.root, stdout=-1, text=True, check=True)
        tag = sources_tag(commands)
        self.assertEqual(tag, shell.stdout.strip())
        self.assertRegex(tag, "^[0-9a-f]{12}$")
        return tag

    def test_is_the_sum_that_the_shell_computes(self) -> None:
        if not (PROJECT / ".git").exists():
            self.skipTest("the project is not a clone")
        self.expect_the_shells(Commands(PROJECT, environment={}))

    def test_changes_with_the_sources_alone(self) -> None:
        commands = self.in_folder(self.folder)
        for name in ("CMakeLists.txt", "src/b.cpp", "src/B c.cpp", "src/ä.cpp", "src/gone.cpp"):
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(name)
        (self.folder / ".gitignore").write_text("/src/ignored\n")
        for words in (["init", "--quiet"], ["add", "src/gone.cpp", "src/b.cpp"]):
            subprocess.run(["git", *words], cwd=self.folder, check=True)
        (self.folder / "src/gone.cpp").unlink()
        before = self.expect_the_shells(commands)
        (self.folder / "README.md").write_text("Not of the image.")
        (self.folder / "src/ignored").write_text("Not of the image.")
        self.assertEqual(self.expect_the_shells(commands), before)
        (self.folder / "src/b.cpp").write_text("changed")
        self.assertNotEqual(self.expect_the_shells(commands), before)

    def test_needs_git(self) -> None:
        commands = FakeCommands({" ls-files ": Ended(128)})
        with self.assertRaisesRegex(Failure, "--image-tag TAG"):
            sources_tag(commands)
        commands.dry_run = True
        self.assertEqual(sources_tag(commands), "TAG")

    def test_of_another_service_changes_with_it_and_with_penstock(self) -> None:
        penstock, orders = self.folder / "penstock", self.folder / "orders"
        for path in (penstock / "src/a.cpp", orders / "handlers.cpp"):
            path.parent.mkdir(parents=True)
            path.write_text("1")
        commands = self.in_folder(orders, penstock)
        with self.assertRaisesRegex(Failure, "--image-tag TAG"):
            sources_tag(commands)
        subprocess.run(["git", "init", "--quiet"], cwd=orders, check=True)
        tags = {sources_tag(commands)}
        (orders / "handlers.cpp").write_text("2")
        tags.add(sources_tag(commands))
        # An installed Penstock is no clone.
        (penstock / "src/a.cpp").write_text("2")
        tags.add(sources_tag(commands))
        (penstock / "README.md").write_text("Not of the image.")
        (orders / "README.md").write_text("Not of the image.")
        (orders / "terraform").mkdir()
        (orders / "terraform/terraform.tfvars").write_text("# Not of the image.")
        tags.add(sources_tag(commands))
        self.assertEqual(len(tags), 3)


class FindTest(TestCase):
    def test_returns_the_digest_or_nothing(self) -> None:
        commands = FakeCommands({"list-images": "sha256:0a1\n"})
        self.assertEqual(find_image(commands, REPOSITORY, "1.2.3", ""), "sha256:0a1")
        self.assertIn("--repository-name hello_api ", commands.calls[0])
        self.assertIn("[?imageTag=='1.2.3']", commands.calls[0])
        for nothing in ("", "\n", "None\n"):
            found = find_image(FakeCommands({"list-images": nothing}), REPOSITORY, "1.2.3", "")
            self.assertIsNone(found)


class PushTest(TestCase):
    def test_pushes_nothing_that_is_there(self) -> None:
        commands = FakeCommands({"list-images": "sha256:1"})
        image = push_image(commands, SERVICE, REPOSITORY, "1.2.3", enable_ecs_exec=False)
        self.assertEqual(image, Image("1.2.3", "sha256:1"))
        self.assertEqual(len(commands.calls), 1)

    def test_builds_and_pushes_what_is_missing(self) -> None:
        commands = FakeCommands({"list-images": ["", "sha256:2"]})
        image = push_image(commands, SERVICE, REPOSITORY, "1.2.3", enable_ecs_exec=False)
        self.assertEqual(image, Image("1.2.3", "sha256:2"))
        self.assertEqual(
            [call for call in commands.calls if "list-images" not in call],
            [
                "docker buildx version",
                "docker info",
                "./penstock image --platform linux/arm64 --tag hello-api",
                f"docker tag hello-api:arm64 {REPOSITORY}:1.2.3",
                "aws ecr get-login-password | docker login --username AWS --password-stdin "
                "1.dkr.ecr.eu-central-1.amazonaws.com",
                f"timeout --foreground 1800 docker push {REPOSITORY}:1.2.3",
                "docker logout 1.dkr.ecr.eu-central-1.amazonaws.com",
            ],
        )

    def test_takes_the_debug_image_for_a_shell(self) -> None:
        commands = FakeCommands({"list-images": ["", "sha256:2"]})
        image = push_image(commands, SERVICE, REPOSITORY, "1.2.3", enable_ecs_exec=True)
        self.assertEqual(image, Image("1.2.3", "sha256:2"))
        self.assertIn("[?imageTag=='1.2.3-debug']", commands.calls[0])
        self.assertIn(
            "./penstock image --platform linux/arm64 --tag hello-api-debug --target debug",
            commands.calls,
        )

    def test_leaves_no_password_behind_a_push_that_fails(self) -> None:
        commands = FakeCommands({"docker push": Ended(1)})
        with self.assertRaises(CommandFailed):
            push_image(commands, SERVICE, REPOSITORY, "1.2.3", enable_ecs_exec=False)
        self.assertEqual(commands.calls[-1], "docker logout 1.dkr.ecr.eu-central-1.amazonaws.com")

    def test_notices_a_push_without_effect(self) -> None:
        with self.assertRaisesRegex(Failure, "does not have the tag 1.2.3, though"):
            push_image(FakeCommands(), SERVICE, REPOSITORY, "1.2.3", enable_ecs_exec=False)
