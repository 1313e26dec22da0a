"""Calls Terraform in its two roots: the stack, and the registry of images, which comes first."""

from __future__ import annotations

from dataclasses import dataclass

from penstock_deploy.commands import CommandFailed, Commands, Failure, Output, say

STACK = "terraform"
REGISTRY = "terraform/registry"
OVERRIDE = "backend_override.tf"
# terraform/ names its variables and outputs so, as the system did that Penstock takes over. Another
# service has its API_PROGRAM there (roots.py).
EXAMPLE_PREFIX = "hello_api"
# `terraform state list` says this, with exit code 1, before the first apply.
NO_STATE = "No state file was found"


@dataclass(frozen=True)
class Terraform:
    """Runs Terraform in the root `folder`; with `yes`, without questions.

    Names that say whose they are, such as hello_api_url, begin with `prefix`.
    """

    commands: Commands
    folder: str
    yes: bool
    prefix: str = EXAMPLE_PREFIX

    def _command(self, *words: str) -> tuple[str, ...]:
        return ("terraform", f"-chdir={self.folder}", *words)

    def run(self, *words: str, output: Output = Output.SHOWN) -> None:
        """Runs a subcommand; raises CommandFailed."""
        self.commands.run(*self._command(*words), output=output)

    def answer(self, placeholder: str, *words: str) -> str:
        """Returns what a subcommand prints (--dry-run: the placeholder); raises CommandFailed."""
        return self.commands.answer(placeholder, *self._command(*words))

    def output(self, placeholder: str, name: str) -> str:
        """Returns the output PREFIX_NAME of the root as text; raises CommandFailed."""
        return self.answer(placeholder, "output", "-raw", f"{self.prefix}_{name}")

    def init(self) -> None:
        """Prepares the root. A state on this disk moves to the bucket, if there is one now."""
        folder = self.commands.root / self.folder
        state = folder / "terraform.tfstate"
        migrate: tuple[str, ...] = ()
        if state.is_file() and state.stat().st_size and (folder / OVERRIDE).is_file():
            migrate = ("-migrate-state", *(("-force-copy",) if self.yes else ()))
        self.run("init", *(("-input=false",) if self.yes else ()), *migrate)

    def change(self, subcommand: str, *arguments: str) -> None:
        """Runs `apply` or `destroy`.

        There is no deadline here: Terraform has one for each resource. `timeout` would pass Ctrl-C
        on to Terraform a second time, at which Terraform leaves its state behind.
        """
        self.run(subcommand, *(("-auto-approve", "-input=false") if self.yes else ()), *arguments)

    def show_state_list(self) -> None:
        """Shows the command that state_list() runs."""
        self.commands.show(*self._command("state", "list"))

    def state_list(self) -> str:
        """Returns the addresses of what exists, one a line; empty if there is no state yet.

        Raises Failure if Terraform cannot read the state: that does not mean that nothing exists,
        and what is believed not to exist might be deleted.
        """
        ended = self.commands.execute(self._command("state", "list"), Output.BOTH_KEPT)
        if ended.status == 0:
            return ended.output
        if NO_STATE in ended.output:
            return ""
        raise Failure(
            f"Terraform cannot say what exists in {self.folder}, so nothing was changed: "
            f"{ended.output.strip() or f'exit code {ended.status}'}"
        )

    def keep_state_in(self, bucket: str, key: str, region: str) -> None:
        """Writes backend_override.tf, which Terraform merges into the root's configuration."""
        path = f"{self.folder}/{OVERRIDE}"
        say(f"# {path}: the state is s3://{bucket}/{key}")
        if self.commands.dry_run:
            return
        (self.commands.root / path).write_text(
            "# Made by ./penstock deploy --backend-bucket.\n"
            "terraform {\n"
            '  backend "s3" {\n'
            f'    bucket       = "{bucket}"\n'
            f'    key          = "{key}"\n'
            f'    region       = "{region}"\n'
            "    encrypt      = true\n"
            "    use_lockfile = true\n"
            "  }\n"
            "}\n",
            encoding="utf-8",
        )


def use_backend(
    commands: Commands,
    stack: Terraform,
    registry: Terraform,
    bucket: str,
    service: str,
    region: str,
) -> None:
    """Decides where the states are: in the bucket, if the user has named one, or as before.

    Raises Failure if the bucket cannot be used, and on CloudShell without a bucket: the files there
    are deleted some day, and without its state nothing can be destroyed by Terraform.
    """
    if bucket:
        try:
            commands.run("aws", "s3api", "head-bucket", "--bucket", bucket, output=Output.HIDDEN)
        except CommandFailed:
            raise Failure(
                f"The bucket {bucket} does not exist, or is not yours. To make it:\n"
                f"  aws s3 mb s3://{bucket}\n"
                f"  aws s3api put-bucket-versioning --bucket {bucket} "
                "--versioning-configuration Status=Enabled"
            ) from None
        registry.keep_state_in(bucket, f"{service}/registry.tfstate", region)
        stack.keep_state_in(bucket, f"{service}/stack.tfstate", region)
    elif (
        commands.environment.get("AWS_EXECUTION_ENV") == "CloudShell"
        and not (commands.root / STACK / OVERRIDE).is_file()
    ):
        raise Failure(
            "CloudShell does not keep files forever. Add --backend-bucket NAME, which keeps "
            "Terraform's state in an S3 bucket of yours."
        )
