#!/usr/bin/env python3
"""Compares verdicts on tokens: ours, PyJWT's and those of npm's jose.

    judge_web_tokens.py TOKEN_VERDICTS NODE_FOLDER [--table]

TOKEN_VERDICTS is build/PRESET/bin/token_verdicts; NODE_FOLDER has the package jose. cases.py is the
table of tokens. With --table it is printed, with each judge's verdict.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import freezegun
import jwt
from cases import KEYS, RULES, Case, cases

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
ALGORITHMS += ["ES256", "ES384", "ES512", "EdDSA"]

Json = dict[str, Any]


def ask(command: list[str], questions: list[Json]) -> list[str]:
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    run = subprocess.run(command, input=lines, capture_output=True, text=True, check=True)
    answers = run.stdout.splitlines()
    if len(answers) != len(questions):
        sys.exit(f"{command[0]} answered {len(answers)} of {len(questions)} questions")
    return answers


def by_pyjwt(question: Json) -> str:
    """Judges as a program does that uses PyJWT with care."""
    by_aud = question["audience_claim"] == "aud"
    try:
        header = jwt.get_unverified_header(question["token"])
        key = jwt.PyJWKSet.from_dict(question["keys"])[header["kid"]]
        if key.algorithm_name != header["alg"]:
            return "refused"
        claims = jwt.decode(
            question["token"],
            key,
            algorithms=question["algorithms"] or ALGORITHMS,
            issuer=question["issuer"],
            audience=question["audiences"] if by_aud else None,
            leeway=question["leeway"],
            options={"require": ["exp", "iss"], "verify_aud": by_aud},
        )
    except (jwt.PyJWTError, KeyError, OverflowError):
        return "refused"
    kind = header.get("typ", "").lower().removeprefix("application/")
    wanted = kind in question["types"] and all(
        claims.get(name) == value for name, value in question["required"].items()
    )
    if not by_aud:
        wanted = wanted and claims.get(question["audience_claim"]) in question["audiences"]
    return "accepted" if wanted else "refused"


def faults_of(case: Case, ours: str, others: dict[str, str]) -> list[str]:
    faults = []
    if ours != case.verdict:
        faults.append(f"{case.rule}: ours says {ours} instead of {case.verdict}")
    for judge, verdict in others.items():
        agrees = (verdict == "accepted") == (case.verdict == "accepted")
        if agrees and judge in case.differs:
            faults.append(f"{case.rule}: {judge} agrees now, and its reason is not needed")
        if not agrees and judge not in case.differs:
            faults.append(f"{case.rule}: {judge} says {verdict}, ours {ours}")
    return faults


def main() -> None:
    program, node_folder = sys.argv[1:3]
    keys = {"keys": [key.jwk() for key in KEYS.values()]}
    table = cases()
    questions = [RULES | {"keys": keys, "token": case.token} | case.rules for case in table]
    ours = ask([program], questions)
    script = str(Path(__file__).with_name("token_verdicts.mjs"))
    jose = ask(["node", script, node_folder], questions)
    with freezegun.freeze_time(datetime.fromtimestamp(RULES["now"], UTC)):
        pyjwt = [by_pyjwt(question) for question in questions]
    faults = []
    differences = 0
    for case, own, first, second in zip(table, ours, pyjwt, jose, strict=True):
        others = {"PyJWT": first, "jose": second}
        faults += faults_of(case, own, others)
        differences += len(case.differs)
        if "--table" in sys.argv:
            reasons = "; ".join(f"{judge}: {why}" for judge, why in case.differs.items())
            print(f"{case.rule:<45} {own:<16} {first:<9} {second:<9} {reasons}")
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    print(
        f"Web tokens: {len(table)} cases, 2 other judges, {differences} explained differences, "
        f"{len(faults)} disagreements"
    )
    sys.exit(1 if faults or len(table) < 80 else 0)


if __name__ == "__main__":
    main()
