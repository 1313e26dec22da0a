"""The tables of a fire."""

from collections import Counter, defaultdict

import checker
from campaign import Campaign
from checker import Verdict
from report import Row

COLUMNS = (200, 503, 504, 500, 0)


def columns(statuses: Counter[int]) -> Row:
    others = sum(count for status, count in statuses.items() if status not in COLUMNS)
    names = {0: "no answer"}
    return {
        **{names.get(status, str(status)): statuses[status] for status in COLUMNS},
        "others": others,
    }


def rows_of_steps(campaign: Campaign) -> list[Row]:
    """Returns a row for each kind of fault: what was answered while it and its recovery lasted."""
    statuses: dict[str, Counter[int]] = defaultdict(Counter)
    times, seconds = Counter(), Counter()
    windows = sorted(campaign.seen.windows, key=lambda window: window.begin)
    at = 0
    for window in windows:
        times[window.kind] += 1
        seconds[window.kind] += window.end - window.begin
    for answer in sorted(campaign.load.answers, key=lambda answer: answer.ended):
        while at < len(windows) and windows[at].end < answer.ended:
            at += 1
        inside = at < len(windows) and windows[at].begin <= answer.ended
        statuses[windows[at].kind if inside else "(between)"][answer.status] += 1
    return [
        {
            "fault": kind,
            "times": times[kind],
            "seconds": round(seconds[kind]),
            **columns(statuses[kind]),
        }
        for kind in sorted(statuses)
    ]


def total_row(campaign: Campaign, verdict: Verdict) -> Row:
    return {
        **campaign.seen.counts,
        **columns(campaign.load.statuses),
        checker.MISSING: verdict.count(checker.MISSING),
        checker.STORED: verdict.count(checker.STORED),
        checker.DOUBLED: verdict.count(checker.DOUBLED),
        "problems": sum(map(len, verdict.problems.values())),
    }
