"""Finds texts from outside that are used without the function that takes secrets out of them."""

from __future__ import annotations

import re

# These functions return words of a broker or of a library, which may repeat what was sent to it.
SOURCE = re.compile(
    r"\b(?:rd_kafka_(?:event_error_string|message_errstr|topic_result_error_string|error_string)"
    r"|rd_kafka_group_result_error_string)\("
    r'|\bchild_value\("Message"\)|\bwhy\.data\(\)(?!, why\.size)'
)
# These are base::Redaction::shown() and the functions that call it.
WAY_OUT = re.compile(r"\b(?:shown|refusal|explain|report)\(")
# So many lines before and after may have it, since calls are broken over lines.
AROUND = 2


def faults_of(text: str) -> list[tuple[int, str]]:
    """Returns the lines of a C++ text with such a text that does not go that way."""
    lines = text.split("\n")
    faults = []
    for i, line in enumerate(lines):
        match = SOURCE.search(line)
        near = "\n".join(lines[max(0, i - AROUND) : i + AROUND + 1])
        if match and not WAY_OUT.search(near):
            name = match.group().rstrip("(")
            faults.append((i + 1, f"what {name} returns must pass base::Redaction::shown()"))
    return faults
