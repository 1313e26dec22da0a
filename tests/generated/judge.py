#!/usr/bin/env python3
"""Makes clients of our contracts with others' generators, and calls our programs with them.

judge.py API_PROGRAM PENSTOCK_CONTRACT VARIABLE_PREFIX BUILD

The API serves its own contract, and the mock those of tests/contracts. What the generators read is
what the API has at /openapi.json, and what `penstock_contract bundle` prints. BUILD is the folder
in which the clients are made; what npm and Maven have fetched stays there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
CONTRACTS = HERE.parent / "contracts"
# A generator in Java starts in seconds, and npm installs in half a minute.
PATIENCE_S = 300
# These are the contracts of which openapi-typescript and OpenAPI Generator make clients.
TYPED = ("fixture", "shop", "museum")
FETCHED = ("fixture", "shop")
GENERATOR = "org.openapitools:openapi-generator-cli:7.17.0"


def run(*command: str | Path, cwd: Path) -> None:
    """Runs the program, and ends this one with what it has printed if it fails."""
    done = subprocess.run(
        command, cwd=cwd, text=True, capture_output=True, timeout=PATIENCE_S, check=False
    )
    if done.returncode != 0:
        name = " ".join(map(str, command))
        raise SystemExit(f"FAILED: {name}\n{done.stdout}{done.stderr}")
    sys.stdout.write("".join(line for line in done.stdout.splitlines(True) if "passed" in line))


@contextmanager
def serving(*command: str | Path, environment: dict[str, str]) -> Iterator[str]:
    """Runs a program that serves HTTP, and gives its URL, which is in a line of its log."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            entry = json.loads(line)
            if entry["message"] == "listening":
                yield entry.get("url") or f"http://127.0.0.1:{entry['port']}"
                break
        else:
            raise SystemExit(f"FAILED: {command[0]} ended before it listened")
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_S)


def install(build: Path) -> None:
    """Installs what package-lock.json says, unless that was done before."""
    for file in HERE.glob("*.*"):
        if file.suffix in {".ts", ".json"}:
            shutil.copy(file, build)
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = build / "installed"
    if not mark.exists() or mark.read_text() != wanted:
        run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=build)
        mark.write_text(wanted)
    jars = build / "jars"
    if not any(jars.glob("*.jar")):
        artifact = ["dependency:copy", f"-Dartifact={GENERATOR}", f"-DoutputDirectory={jars}"]
        run("mvn", "--quiet", "--batch-mode", *artifact, cwd=build)


def make_clients(build: Path) -> None:
    """Makes clients of NAME.json by both generators, and compiles them with what calls them."""
    (jar,) = (build / "jars").glob("*.jar")
    for name in TYPED:
        types = f"{name}_types.d.ts"
        run("npx", "openapi-typescript", f"{name}.json", "--output", types, cwd=build)
    for name in FETCHED:
        folder = build / "fetch" / name
        shutil.rmtree(folder, ignore_errors=True)
        generate = ["generate", "--generator-name", "typescript-fetch"]
        options = ["--additional-properties", "importFileExtension=.js"]
        where = ["--input-spec", f"{name}.json", "--output", folder]
        run("java", "-jar", jar, *generate, *options, *where, cwd=build)
    run("npx", "tsc", "--project", ".", cwd=build)


def main() -> None:
    api, program, prefix, build = (
        Path(sys.argv[1]).resolve(),
        Path(sys.argv[2]).resolve(),
        sys.argv[3],
        Path(sys.argv[4]).resolve(),
    )
    build.mkdir(parents=True, exist_ok=True)
    install(build)
    for name in ("shop", "museum"):
        contract = CONTRACTS / f"{name}.openapi.yaml"
        printed = subprocess.run([program, "bundle", contract], capture_output=True, check=True)
        (build / f"{name}.json").write_bytes(printed.stdout)
    environment = {
        f"{prefix}{name}": value
        for name, value in {"PORT": "0", "ADMIN_PORT": "0", "CONTRACT_PAGE": "true"}.items()
    }
    mock = [program, "mock", "--port", "0"]
    shop_file = CONTRACTS / "shop.openapi.yaml"
    with (
        serving(api, environment=environment) as fixture,
        # OpenAPI Generator encodes the commas of a list.
        serving(*mock, "--separators-encoded", shop_file, environment={}) as shop,
        serving(*mock, CONTRACTS / "museum.openapi.yaml", environment={}) as museum,
    ):
        with urllib.request.urlopen(f"{fixture}/openapi.json", timeout=PATIENCE_S) as answer:
            (build / "fixture.json").write_bytes(answer.read())
        make_clients(build)
        urls = {"fixture": fixture, "shop": shop, "museum": museum}
        for name in TYPED:
            run("node", f"out/{name}.js", urls[name], cwd=build)
        for name in FETCHED:
            run("node", f"out/{name}_fetch.js", urls[name], cwd=build)
    print(f"{len(TYPED) + len(FETCHED)} passed, 0 failed")


if __name__ == "__main__":
    main()
