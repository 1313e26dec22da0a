"""A server of tables that misbehaves in one way at a time."""

import asyncio
import json
import socket
import struct
import threading

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\n"
DRIP_SECONDS = 0.5
ITEM = {
    "Item": {
        "owner": {"S": "campaign"},
        "id": {"S": "00000000-0000-4000-8000-000000000001"},
        "customer": {"S": "Ann"},
        "items": {"N": "1"},
        "cents": {"N": "2"},
        "version": {"N": "3"},
    }
}


def error(status: int, name: str) -> bytes:
    text = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{name}", "message": name})
    head = f"HTTP/1.1 {status} Error\r\nContent-Type: application/x-amz-json-1.0\r\n"
    return f"{head}Content-Length: {len(text)}\r\n\r\n{text}".encode()


ANSWERS = {
    "well": HEAD + f"Content-Length: {len(json.dumps(ITEM))}\r\n\r\n{json.dumps(ITEM)}".encode(),
    "garbage": b"\x00\xff\xfe\x16\x03\x01 this is no HTTP\r\n\r\n" * 20,
    "no JSON": HEAD + b'Content-Length: 9\r\n\r\n{"Item":\x00',
    "another JSON": HEAD + b'Content-Length: 12\r\n\r\n{"Item":[7]}',
    "credentials that have ended": error(400, "ExpiredTokenException"),
    "a table that is missing": error(400, "ResourceNotFoundException"),
    "throttling": error(400, "ProvisionedThroughputExceededException"),
    "an internal error": error(500, "InternalServerError"),
}


class Misbehaving:
    """Runs on a thread of its own. `mode` is what it does with the next request."""

    def __init__(self) -> None:
        self.mode = "well"
        self.requests = 0
        started = threading.Event()
        self.port = 0
        self.thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        self.thread.start()
        started.wait()

    def _run(self, started: threading.Event) -> None:
        asyncio.run(self._serve(started))

    async def _serve(self, started: threading.Event) -> None:
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await server.serve_forever()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
                await reader.readexactly(length)
                self.requests += 1
                if not await self._answer(writer):
                    return
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> bool:
        """Answers one request. Returns whether the connection goes on."""
        mode = self.mode
        if mode in ANSWERS:
            writer.write(ANSWERS[mode])
            await writer.drain()
            return mode != "garbage"
        if mode == "a reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            return False
        if mode == "an end in the middle":
            writer.write(HEAD + b"Content-Length: 500\r\n\r\n{")
            await writer.drain()
            return False
        if mode == "a body without end":
            writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            while self.mode == mode:
                writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                await writer.drain()
            return False
        if mode == "a header without end":
            writer.write(HEAD)
            while self.mode == mode:
                writer.write(b"X-More: and more\r\n" * 1000)
                await writer.drain()
            return False
        if mode == "one byte after the other":
            writer.write(HEAD + b"Content-Length: 500\r\n\r\n")
        while self.mode == mode:  # "silence", or bytes that come too slowly.
            if mode != "silence":
                writer.write(b" ")
                await writer.drain()
            await asyncio.sleep(DRIP_SECONDS)
        return False
