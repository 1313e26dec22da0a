"""Measures what does not depend on the machine's load: instructions, sizes, resident memory."""

import http.client
import re
import time
from pathlib import Path

from lab import Lab, Side
from processes import Server, Trouble, tool
from speed import QUIET_SECONDS

FEW, MANY = 500, 5_500  # The requests of two runs. Their difference leaves out the start.
REQUESTS_PER_CONNECTION = 8_000  # The API closes a connection after 10,000.
ANSWER_SECONDS_MAX = 30
ASK_SECONDS_MAX = 600


def connect(server: Server) -> http.client.HTTPConnection:
    """Connects as soon as the program listens. It does not notice the attempts before that."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=ANSWER_SECONDS_MAX)

    def connected() -> bool:
        try:
            connection.connect()
        except OSError:
            return False
        return True

    server.wait_until(connected)
    connection.auto_open = 0  # A lost connection is an error.
    return connection


def waits(server: Server) -> bool:
    """Whether all of the program's threads sleep."""
    if server.process.poll() is not None:
        raise Trouble(f"{server.name} has ended, with status {server.process.returncode}")
    try:
        states = [
            Path(task, "stat").read_text().rpartition(")")[2].split()[0]
            for task in Path(f"/proc/{server.process.pid}/task").iterdir()
        ]
    except OSError:  # A thread has ended.
        return False
    return all(state == "S" for state in states)


def ask(server: Server, path: str, count: int) -> None:
    """Sends so many requests, one after the other, over one connection at a time.

    Each request is sent when the program has finished its work on the one before and sleeps.
    Otherwise the work would depend on whether the client or the program is faster.
    """
    end, connection = time.monotonic() + ASK_SECONDS_MAX, None
    for number in range(count):
        if number % REQUESTS_PER_CONNECTION == 0:
            if connection:
                connection.close()
            connection = connect(server)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Trouble(
                f"{server.name}: request {number + 1} for {path} has no answer: {error!r}"
            ) from error
        if answer.status != 200:
            raise Trouble(
                f"{server.name}: request {number + 1} for {path} was answered with {answer.status}"
            )
        while True:
            if time.monotonic() > end:
                raise Trouble(
                    f"{server.name}: {count} requests for {path} took more than {ASK_SECONDS_MAX} s"
                )
            if waits(server):
                break
    if connection:
        connection.close()


def instructions_of_run(lab: Lab, side: Side, path: str, requests: int) -> int:
    """Returns the API's instructions in user space from start to end, counted by callgrind."""
    counted = lab.folder / "callgrind.out"
    counted.unlink(missing_ok=True)
    server = lab.api(
        side=side,
        quiet=True,
        wait=False,
        under=(tool("valgrind"), "--tool=callgrind", f"--callgrind-out-file={counted}"),
    )
    ask(server, path, requests)
    lab.stop(server)
    total = counted.is_file() and re.search(r"^totals: (\d+)$", counted.read_text(), re.MULTILINE)
    if not total:
        log = "\n".join(server.log.read_text(errors="replace").splitlines()[-5:])
        raise Trouble(
            f"callgrind did not count {side.api}, status {server.process.returncode}; "
            f"the end of its log:\n{log}"
        )
    return int(total[1])


def instructions_per_request(lab: Lab, side: Side, path: str) -> float:
    few, many = (instructions_of_run(lab, side, path, requests) for requests in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def program_sizes(lab: Lab, program: Path) -> dict[str, int]:
    """Returns the sizes of the program without debug information, in bytes."""
    if not program.is_file():
        raise Trouble(f"{program} does not exist: run ./penstock bench against, which builds it")
    stripped = lab.folder / "stripped"
    lab.run([tool("strip"), "-o", str(stripped), str(program)])
    text = lab.run([tool("size"), "--format=berkeley", str(stripped)]).splitlines()[1].split()[0]
    return {"text": int(text), "stripped file": stripped.stat().st_size}


def resident_mib(lab: Lab, side: Side, path: str, requests: int) -> tuple[float, float]:
    """Returns the resident memory after the start, and after so many requests."""
    server = lab.api(side=side, quiet=True)
    time.sleep(QUIET_SECONDS)
    idle = server.rss_mib()
    ask(server, path, requests)
    time.sleep(QUIET_SECONDS)
    used = server.rss_mib()
    lab.stop(server)
    return idle, used
