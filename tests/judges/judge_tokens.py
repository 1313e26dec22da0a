#!/usr/bin/env python3
"""Compares MSK IAM tokens with those of AWS's Python signer: only the User-Agent may differ.

    judge_tokens.py TOKEN_VECTORS [--cases N] [--seed N]

TOKEN_VECTORS is build/PRESET/bin/token_vectors. Half of the cases have another partition's host, or
credentials that end within 15 minutes. The signer does not support these, so they are signed by
botocore, on which it is built. In every partition the signer signs for amazonaws.com, and so do we
if that host is set: some of the other half are of this kind.
"""

import argparse
import base64
import json
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import freezegun
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import CredentialProvider, Credentials

ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
PRINTABLE = "".join(
    map(chr, range(0x21, 0x7F))
)  # All of RFC 3986's reserved characters, and percent and backslash.
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2", "me-south-1", "us-gov-west-1"]
OTHERS = {
    "cn-north-1": "amazonaws.com.cn",
    "cn-northwest-1": "amazonaws.com.cn",
    "us-iso-east-1": "c2s.ic.gov",
    "us-isob-east-1": "sc2s.sgov.gov",
    "eu-isoe-west-1": "cloud.adc-e.uk",
    "us-isof-south-1": "csp.hci.ic.gov",
    "eusc-de-east-1": "amazonaws.eu",
}

Case = dict[str, Any]  # A line of what token_vectors reads.


class Given(CredentialProvider):
    METHOD = "given"

    def __init__(self, credentials: Credentials) -> None:
        super().__init__()
        self.credentials = credentials

    def load(self) -> Credentials:
        return self.credentials


def word(source: random.Random, letters: str, shortest: int, longest: int) -> str:
    return "".join(source.choices(letters, k=source.randint(shortest, longest)))


def make_case(source: random.Random, known_to_signer: bool) -> Case:
    case = {
        "access_key_id": source.choice(["AKIA", "ASIA"]) + word(source, ALPHANUMERIC, 4, 20),
        "secret_access_key": word(source, PRINTABLE, 1, 60),
        "session_token": source.choice(
            ["", word(source, PRINTABLE, 1, 40), word(source, ALPHANUMERIC + "/+=", 300, 1200)]
        ),
        "region": source.choice(REGIONS),
        "host": "",
        "time": source.randint(0, 4_000_000_000),
        "seconds_left": source.randint(900, 100_000),
    }
    if known_to_signer and source.random() < 0.3:
        case["region"] = source.choice(list(OTHERS))
        case["host"] = f"kafka.{case['region']}.amazonaws.com"
    if not known_to_signer:
        kind = source.randrange(3)
        if kind != 1:
            case["seconds_left"] = source.randint(1, 899)
        if kind != 0:
            case["region"] = source.choice(list(OTHERS))
        if source.random() < 0.2:
            case["host"] = word(source, "abcdefghijklmnopqrstuvwxyz", 1, 20) + ".example"
    return case


def by_signer(case: Case, credentials: Credentials) -> str:
    return MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(
        case["region"], Given(credentials)
    )[0]


def by_botocore(case: Case, credentials: Credentials) -> str:
    host = case["host"] or f"kafka.{case['region']}.{OTHERS.get(case['region'], 'amazonaws.com')}"
    request = AWSRequest(
        method="GET", url=f"https://{host}/", params={"Action": "kafka-cluster:Connect"}
    )
    SigV4QueryAuth(
        credentials, "kafka-cluster", case["region"], expires=min(900, case["seconds_left"])
    ).add_auth(request)
    request.params = {"User-Agent": "botocore"}
    return base64.urlsafe_b64encode(request.prepare().url.encode()).decode().rstrip("=")


def url_of(token: str) -> list[str]:
    """Returns the signed URL, and the User-Agent after it."""
    url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    return url.rsplit("&User-Agent=", 1)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("token_vectors")
    arguments.add_argument("--cases", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=time.time_ns())
    options = arguments.parse_args()
    source = random.Random(options.seed)
    cases = [make_case(source, number % 2 == 0) for number in range(options.cases)]
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    ours = subprocess.run(
        [options.token_vectors], input=lines, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    disagreements = 0 if len(ours) == len(cases) else 1
    with freezegun.freeze_time() as clock:
        for number, (case, token) in enumerate(zip(cases, ours, strict=False)):
            clock.move_to(datetime.fromtimestamp(case["time"], UTC))
            credentials = Credentials(
                case["access_key_id"], case["secret_access_key"], case["session_token"] or None
            )
            theirs = (by_signer if number % 2 == 0 else by_botocore)(case, credentials)
            (our_url, our_agent), (their_url, _) = url_of(token), url_of(theirs)
            if our_url != their_url or our_agent != "penstock-msk-iam%2F1" or "=" in token:
                disagreements += 1
                print(json.dumps(case), our_url, their_url, sep="\n")
                print(
                    sorted(
                        set(parse_qsl(urlsplit(our_url).query))
                        ^ set(parse_qsl(urlsplit(their_url).query))
                    )
                )
                if disagreements == 3:
                    break
    print(f"tokens: {len(cases)} cases (seed {options.seed}), {disagreements} disagreements")
    sys.exit(disagreements != 0)


if __name__ == "__main__":
    main()
