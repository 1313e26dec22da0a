#!/usr/bin/env python3
"""Measures the API's memory while ten thousand handlers wait, through as many connections.

waiting.py PROGRAM [NUMBER]

PROGRAM is the API of tests/service (fixture_api), without a sanitizer. It prints the resident set
before, while they wait and after, three times, and how long other requests take meanwhile. The exit
status is 1 beyond 200 MiB, if the second and the third round take more memory than the first by a
twentieth, or if another request takes more than 50 ms at the median.
"""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECONDS_MAX = 300
RESIDENT_KIB_MAX = 200 * 1024
GROWTH_MAX = 1.05
MEDIAN_MS_MAX = 50
OTHERS = 50


def request(target: str) -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n".encode()


async def ask(port: int, target: str, opened: asyncio.Semaphore) -> bytes:
    async with opened:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request(target))
        await writer.drain()
    answer = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    return answer


async def in_flight(port: int) -> int:
    answer = b""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    answer = await reader.read(-1)
    writer.close()
    name = b'penstock_handlers_in_flight{operation="get_slow"} '
    return int(answer.split(name)[1].split(b"\n")[0])


def resident_kib(process: subprocess.Popen) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


async def hold(process: subprocess.Popen, port: int, admin: int, number: int) -> tuple[int, float]:
    """Returns the resident set while so many wait, and the median of another request in ms."""
    opened = asyncio.Semaphore(200)
    # They wait until all are there, and all end at about the same time.
    seconds = max(10, number // 250)
    held = [
        asyncio.create_task(ask(port, f"/slow?ms={seconds * 1000}", opened)) for _ in range(number)
    ]
    limit = time.monotonic() + SECONDS_MAX
    while (waiting := await in_flight(admin)) < number and time.monotonic() < limit:
        await asyncio.sleep(0.2)
        if any(task.done() for task in held):
            raise SystemExit(f"some have ended before all {number} waited: {waiting} do")
    resident = resident_kib(process)
    times = []
    one = asyncio.Semaphore(1)
    for _ in range(OTHERS):
        begun = time.monotonic()
        assert (await ask(port, "/text", one)).startswith(b"HTTP/1.1 200 ")
        times.append((time.monotonic() - begun) * 1000)
    for answer in await asyncio.gather(*held):
        assert answer.startswith(b"HTTP/1.1 200 "), answer
    return resident, statistics.median(times)


def listening(log: Path) -> tuple[int, int]:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        for line in log.read_text().splitlines():
            if '"message":"listening"' in line:
                found = json.loads(line)
                return found["port"], found["admin_port"]
        time.sleep(0.1)
    raise SystemExit(log.read_text())


def main() -> int:
    program = sys.argv[1]
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    environment = {
        "FIXTURE_API_ADDRESS": "127.0.0.1",
        "FIXTURE_API_PORT": "0",
        "FIXTURE_API_ADMIN_PORT": "0",
        "FIXTURE_API_CONNECTIONS_MAX": str(number + 512),
        "FIXTURE_API_BUFFERED_BYTES_MAX": str(256 * 1024 * 1024),
    }
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with (
            log.open("w") as out,
            subprocess.Popen(
                [program], env=os.environ | environment, stdout=out, stderr=out
            ) as process,
        ):
            try:
                port, admin = listening(log)
                print(f"idle: {resident_kib(process) / 1024:.1f} MiB")
                rounds = []
                for _ in range(3):
                    resident, median = asyncio.run(hold(process, port, admin, number))
                    rounds.append((resident, median))
                    print(
                        f"{number} wait: {resident / 1024:.1f} MiB; another request takes"
                        f" {median:.1f} ms at the median; after: "
                        f"{resident_kib(process) / 1024:.1f} MiB"
                    )
            finally:
                process.terminate()
    most = max(resident for resident, _ in rounds)
    slow = any(median > MEDIAN_MS_MAX for _, median in rounds)
    grows = most > GROWTH_MAX * rounds[0][0]
    return int(most > RESIDENT_KIB_MAX or slow or grows)


if __name__ == "__main__":
    sys.exit(main())
