#!/usr/bin/env python3
"""Lets `API token` assume roles at moto's STS.

The roles are assumed with a profile's keys, by way of two roles, and by web identity.

judge_sts.py API_PROGRAM
"""

import pathlib
import subprocess
import sys
import tempfile

from moto.server import ThreadedMotoServer

CONFIG = """
[default]
role_arn = arn:aws:iam::123456789012:role/second
source_profile = first
[profile first]
role_arn = arn:aws:iam::123456789012:role/first
source_profile = keys
role_session_name = judge
[profile keys]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = secret
"""


def main() -> None:
    program = sys.argv[1]
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        (home / ".aws").mkdir()
        (home / ".aws/config").write_text(CONFIG)
        (home / "jwt").write_text("a.b.c\n")
        base = {
            "HOME": folder,
            "AWS_ENDPOINT_URL_STS": f"http://{host}:{port}",
            "AWS_REGION": "eu-central-1",
        }
        web = {
            "AWS_WEB_IDENTITY_TOKEN_FILE": str(home / "jwt"),
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/pod",
        }
        for name, environment, expected in (
            ("a profile's roles", base, "role/second"),
            ("web identity", base | web, "role/pod"),
        ):
            done = subprocess.run(
                [program, "token"],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            good = (
                done.returncode == 0
                and expected in done.stderr
                and "session token      present" in done.stderr
            )
            failures += not good
            print(f"STS, {name}: {'a token' if good else 'FAILED: ' + done.stderr}")
    server.stop()
    sys.exit(failures)


if __name__ == "__main__":
    main()
