"""The names of the service in tests/service, which the tests of the machinery run."""

import re
import shlex
from pathlib import Path

SERVICE_FOLDER = Path(__file__).resolve().parents[1] / "service"


def _read(name: str) -> dict[str, str]:
    lines = (SERVICE_FOLDER / name).read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    return {name: "".join(shlex.split(value)) for name, value in pairs}


# It has what every service.env has, by its names there.
SERVICE_ENV = _read("service.env")
API_PROGRAM = SERVICE_ENV["API_PROGRAM"]
FUNCTION_PROGRAM = SERVICE_ENV["FUNCTION_PROGRAM"]
VARIABLE_PREFIX = SERVICE_ENV["VARIABLE_PREFIX"]

_NAMES = _read("names.env")
FIXED_PATH = _NAMES["FIXED_PATH"]
FIXED_ANSWER = _NAMES["FIXED_ANSWER"]
STAMP_PATH = _NAMES["STAMP_PATH"]
STAMP_ROUTE = STAMP_PATH.partition("?")[0]
STAMP_TOPIC = _NAMES["STAMP_TOPIC"]
STAMP_NAME_MAX = int(_NAMES["STAMP_NAME_MAX"])
STAMP_TYPE = _NAMES["STAMP_TYPE"]
NOTE_PATH = _NAMES["NOTE_PATH"]
NOTE_BODY = _NAMES["NOTE_BODY"]
SILENT_PATH = _NAMES["SILENT_PATH"]
CALLER_PATHS = _NAMES["CALLER_PATHS"].split()
