"""Names, builds and pushes the API's container image."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from penstock_deploy.commands import Commands, Failure, Output
from penstock_deploy.service import Service
from penstock_deploy.tools import is_debian

# The image is made of these and of the service, so a change of the documentation makes no new one.
MACHINERY_SOURCES = (
    "CMakeLists.txt",
    "CMakePresets.json",
    "LICENSE",
    "apps",
    "cmake",
    "container",
    "src",
)
EXAMPLE = "hello"
SOURCES = (*MACHINERY_SOURCES, EXAMPLE)
# Of a service's folder, these are not in the image.
SERVICE_SOURCES = (".", ":!terraform", ":!*.md", ":!.github", ":!.devcontainer")
PUSH_SECONDS = 1800


@dataclass(frozen=True)
class Image:
    """Names an image in the registry; `tag` lacks the suffix of the debug image."""

    tag: str
    digest: str


def listed(commands: Commands, folder: Path, names: tuple[str, ...]) -> list[Path] | None:
    """Returns the files in the folder that git knows or would take, in the order of their bytes.

    Returns None without git, or outside of a clone.
    """
    command = ("git", "-C", str(folder), "ls-files", "-z", "--cached", "--others")
    # What git says of an installed Penstock is no news.
    is_news = folder == commands.root and not commands.dry_run
    output = Output.KEPT if is_news else Output.KEPT_ALONE
    found = commands.ask(*command, "--exclude-standard", "--", *names, output=output)
    if found.status != 0:
        return None
    files = {name for name in found.output.split("\0") if name}
    # A file that was deleted is still in git's index.
    return [Path(name) for name in sorted(files, key=os.fsencode) if (folder / name).is_file()]


def sources_tag(commands: Commands) -> str:
    """Returns 12 hexadecimal digits that change with the sources of the image.

    It is the start of the sum that `sha256sum FILE… | sha256sum` prints for the files that git
    knows or would take, in the order of their bytes: Penstock's, and those of the service. An
    installed Penstock is no clone; then its files are all taken. Raises Failure without git, or if
    the service is not in a clone; with --dry-run the tag is TAG then.
    """
    total = hashlib.sha256()
    folders: list[tuple[Path, tuple[str, ...]]] = [(commands.root, SOURCES)]
    if commands.root != commands.machinery:
        folders = [(commands.machinery, MACHINERY_SOURCES), (commands.root, SERVICE_SOURCES)]
    for folder, names in folders:
        files = listed(commands, folder, names)
        if files is None and folder == commands.machinery != commands.root:
            files = installed_files(folder, names)
        if files is None and commands.dry_run:
            return "TAG"
        if files is None:
            raise Failure(
                "git does not list the sources, which name the image. Deploy from a clone made "
                "with git, or name the image yourself: --image-tag TAG"
            )
        for name in files:
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            total.update(os.fsencode(f"{digest}  {name}\n"))
    return total.hexdigest()[:12]


def installed_files(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """Returns all files with these names or in folders of these names, in the order of bytes."""
    files = [
        path.relative_to(folder)
        for name in names
        for path in [folder / name, *(folder / name).rglob("*")]
        if path.is_file()
    ]
    return sorted(files, key=os.fsencode)


def find_image(commands: Commands, repository: str, tag: str, placeholder: str) -> str | None:
    """Returns the digest of the image with this tag, or None if the registry has none."""
    name = repository.partition("/")[2]
    images = commands.answer(
        placeholder,
        *("aws", "ecr", "list-images", "--repository-name", name),
        *("--query", f"imageIds[?imageTag=='{tag}'].imageDigest", "--output", "text"),
    )
    digest = re.search(r"sha256:[0-9A-Za-z]+", images)
    return digest[0] if digest else None


def has_buildx(commands: Commands) -> bool:
    """Returns whether docker can build, and the user may use it."""
    version = commands.ask("docker", "buildx", "version").status
    return version == 0 and commands.ask("docker", "info").status == 0


def container_engine(commands: Commands) -> tuple[str, ...]:
    """Returns the command that tags and pushes images; raises Failure if there is none.

    `./penstock image` chooses in the same way, and installs buildah on Debian.
    """
    if has_buildx(commands):
        return ("docker",)
    if not is_debian() and not commands.dry_run:
        raise Failure(
            "Docker with buildx is needed, and the right to use it: "
            "`docker info` and `docker buildx version` must succeed."
        )
    return ("buildah",) if os.geteuid() == 0 else ("sudo", "buildah")


def push_image(
    commands: Commands, service: Service, repository: str, image_tag: str, enable_ecs_exec: bool
) -> Image:
    """Builds and pushes the image, unless the registry has one with this tag.

    Tags in the registry are never moved: other sources have another tag. An empty `image_tag`
    means the tag of the sources.
    """
    image_tag = image_tag or sources_tag(commands)
    # Only the debug image has a shell. terraform/ appends the same suffix.
    suffix = "-debug" if enable_ecs_exec else ""
    target = ("--target", "debug") if enable_ecs_exec else ()
    local, tag = service.local_image + suffix, image_tag + suffix
    digest = find_image(commands, repository, tag, "")
    if digest:
        return Image(image_tag, digest)
    engine = container_engine(commands)
    registry = repository.partition("/")[0]
    remote = f"{repository}:{tag}"
    commands.run(commands.front_door, "image", "--platform", "linux/arm64", "--tag", local, *target)
    commands.run(*engine, "tag", f"{local}:arm64", remote)
    commands.pipe(
        ("aws", "ecr", "get-login-password"),
        (*engine, "login", "--username", "AWS", "--password-stdin", registry),
    )
    try:
        commands.run("timeout", "--foreground", str(PUSH_SECONDS), *engine, "push", remote)
    finally:
        # The engine keeps the password in a file, and it is valid for 12 hours.
        commands.run(*engine, "logout", registry)
    digest = find_image(commands, repository, tag, "sha256:DIGEST")
    if not digest:
        raise Failure(f"{repository} does not have the tag {tag}, though it was just pushed.")
    return Image(image_tag, digest)
