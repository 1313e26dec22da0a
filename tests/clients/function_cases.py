"""The cases that every function of functions.py must pass, and what each of them shows."""

import json
import re
from collections import Counter
from pathlib import Path

from functions import (
    ARN,
    AS_ASKED,
    CLIENTS,
    TIMEOUT_S,
    Client,
    Function,
    Outcome,
    handled,
    most_at_a_time,
)
from report import Report
from system import NewRecord, System, check

# One process serves these, one after the other, until a step ends it.
STEPS = [
    "succeed",
    "raise",
    "succeed",
    "large 6000000",
    f"sleep {10 * TIMEOUT_S}",
    "succeed",
    "exit",
    "succeed",
    "large 6500000",
    "succeed",
    "large 20000000",
    "succeed",
]


def is_judge_error(text: str) -> bool:
    """Java's client says the class with its package."""
    return text.removeprefix("penstock.") == "JudgeError"


def check_served(outcomes: list[Outcome], *offsets: int) -> None:
    for offset in offsets:
        outcome = outcomes[offset]
        check(not outcome.error, f"record {offset} failed: {outcome.error}: {outcome.message}")


def judge_context(function: Function) -> None:
    answer = json.loads(function.answer("succeed"))
    check(answer["batchItemFailures"] == [] and re.fullmatch(ARN, answer["arn"]), answer)
    check(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["requestId"]), answer)
    check(0 < answer["left"] <= TIMEOUT_S * 1000, answer)


def judge_error(function: Function, step: str, message: str) -> None:
    kind, _, why = function.error(step).partition(": ")
    check(is_judge_error(kind) and why == message, f"{kind}: {why}")


def judge_exit_in_init(function: Function) -> None:
    error = function.error("succeed")
    check(error.startswith("Runtime.ExitError: ") and "exit status 7" in error, error)


def judge_sequence(report: Report, function: Function) -> None:
    name = function.client.name
    outcomes: list[Outcome] = []
    with report.case(name, "serves a sequence of events"):
        outcomes = function.outcomes(f"judge-{name}", STEPS)
        check_served(outcomes, 0)
    if not outcomes:
        return
    with report.case(name, "an error, then the next event in the same process"):
        error = outcomes[1]
        check(is_judge_error(error.error) and error.message == AS_ASKED, error)
        check_served(outcomes, 2)
        check(outcomes[0].process == outcomes[2].process, "another process has served it")
    with report.case(name, "an answer of 6,000,000 bytes"):
        check_served(outcomes, 3)
    with report.case(name, "a time-out, then the next event in a new process"):
        check(outcomes[4].error == "Sandbox.Timedout", outcomes[4])
        check_served(outcomes, 5)
        check(outcomes[4].process != outcomes[5].process, "the same process has served it")
    with report.case(name, "an exit, then the next event in a new process"):
        check(outcomes[6].error == "Runtime.ExitError", outcomes[6])
        check("exit status 3" in outcomes[6].message, outcomes[6])
        check_served(outcomes, 7)
    for offset, size in ((8, "6.5"), (10, "20")):
        with report.case(name, f"an answer of {size} MB, then the next event"):
            error = outcomes[offset].error
            check(error == "Function.ResponseSizeTooLarge", outcomes[offset])
            check_served(outcomes, offset + 1)


def judge_streams(report: Report, function: Function) -> None:
    client = function.client
    with report.case(client.name, "a streamed answer"):
        # In front of it, Rust's client writes the headers of a function URL's answer, and eight
        # zero bytes, which `invoke` prints as text.
        answer = function.answer("stream").rpartition(r"\x00")[2]
        check(answer == '{"streamed":true}', answer)
    if client.fails_streams:
        with report.case(client.name, "a streamed answer that fails midway, then the next event"):
            topic = f"judge-{client.name}-streams"
            outcomes = function.outcomes(topic, ["stream", "stream-fail", "stream"])
            check_served(outcomes, 0, 2)
            error = outcomes[1]
            check(is_judge_error(error.error) and error.message == AS_ASKED, error)
    else:
        with report.case(client.name, "writes the error of a streamed answer into its body"):
            answer = function.answer("stream-fail")
            check("Lambda-Runtime-Function-Error-Type: Runtime.StreamError" in answer, answer)


def judge_partial(function: Function, topic: str) -> None:
    """By default only the records that are named come again."""
    steps = [(0, "succeed"), (0, "fail-once"), (0, "succeed"), (1, "succeed"), (1, "succeed")]
    text = function.run_mapping(
        topic,
        [NewRecord(step.encode(), partition=partition) for partition, step in steps],
        BatchSize=10,
        MaximumBatchingWindowInSeconds=1,
        MaximumRetryAttempts=3,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    expected = Counter({"0@0": 1, "0@1": 2, "0@2": 1, "1@0": 1, "1@1": 1})
    check(handled(text) == expected, f"the records were handled {handled(text)} times:\n{text}")
    check("given up" not in text, text)


def judge_concurrency(system: System, build: Path, client: Client) -> None:
    """So many members of the mapping share one process of the function."""
    at_once = 3
    function = Function(system, build, client, AWS_LAMBDA_MAX_CONCURRENCY=str(at_once))
    records = [NewRecord(b"sleep 1", partition=number % at_once) for number in range(4 * at_once)]
    text = function.run_mapping(f"judge-{client.name}-many", records, at_once, BatchSize=1)
    # When a member joins late, it may get a record again that another has just handled.
    check(len(handled(text)) == len(records), text)
    # The line of an outcome may come after the function's next line.
    check(most_at_a_time(text) >= at_once, f"{most_at_a_time(text)} at a time:\n{text}")
    # Python's client has a process for each request.
    processes = 1 if client.name != "python" else at_once
    check(len(set(re.findall(r"handled \S+ by (\d+)", text))) == processes, text)
    for sign in ("failed", "503", "starts again"):
        check(sign not in text, f"the output has '{sign}':\n{text}")


def judge_client(report: Report, system: System, build: Path, client: Client) -> None:
    name = client.name
    function = Function(system, build, client)
    with report.case(name, "a success, with what the context says"):
        judge_context(function)
    with report.case(name, "an error of the handler"):
        judge_error(function, "raise", AS_ASKED)
    with report.case(name, "an exit in init"):
        judge_exit_in_init(Function(system, build, client, JUDGE_INIT="exit"))
    if client.reports_init_errors:
        with report.case(name, "an error in init"):
            failing = Function(system, build, client, JUDGE_INIT="raise")
            judge_error(failing, "succeed", "as asked at the start")
    else:
        report.leave_out(name, "an error in init", "the client reports none")
    judge_sequence(report, function)
    if client.stream is None:
        report.leave_out(name, "streamed answers", "the client has none")
    else:
        handler = {"JUDGE_HANDLER": client.stream} if client.stream else {}
        judge_streams(report, Function(system, build, client, **handler))
    with report.case(name, "a partial batch response"):
        judge_partial(function, f"judge-{name}-partial")
    if client.is_concurrent:
        with report.case(name, "several requests for events at a time"):
            judge_concurrency(system, build, client)
    else:
        report.leave_out(name, "concurrency", "the client has one request at a time")


def judge_powertools(report: Report, system: System, build: Path) -> None:
    function = Function(system, build, CLIENTS[0], JUDGE_HANDLER="powertools.handler")
    with report.case("powertools-python", "a partial batch response of its BatchProcessor"):
        judge_partial(function, "judge-powertools")
