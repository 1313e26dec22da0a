"""Why two engines may judge a request differently: each difference needs a rule, with a reason.

Where ours refuses a request that openapi-core accepts, each fault that ours names needs a rule of
OURS. Where openapi-core refuses a request that ours accepts, each error of its schemas needs a rule
of ERRORS, or its reason one of THEIRS. A rule looks at the document and at the request, not only at
what an engine says of them: a wrong verdict of ours must not pass for a known difference.
second_opinions.py has the differences that another question to openapi-core proves.
"""

from __future__ import annotations

from collections.abc import Iterable

from differences import Difference
from our_rules import OURS, PLAIN
from their_rules import ERRORS, THEIRS


def explanation(difference: Difference) -> str | None:
    """Returns the names of the rules that explain a difference, or nothing if one is missing."""
    if not difference.theirs:
        if not difference.faults:
            return next((rule.name for rule in PLAIN if rule.explains(difference)), None)
        return joined(
            next((rule.name for rule in OURS if rule.explains(difference, fault)), None)
            for fault in difference.faults
        )
    by_reason = next((rule.name for rule in THEIRS if rule.explains(difference)), None)
    if by_reason or not difference.theirs.errors:
        return by_reason
    return joined(
        next((rule.name for rule in ERRORS if rule.explains(difference, error)), None)
        for error in difference.theirs.errors
    )


def joined(names: Iterable[str | None]) -> str | None:
    found = list(names)
    return None if None in found else " and ".join(sorted(set(found)))
