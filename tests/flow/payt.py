"""A second opinion of Payt's contract (payt-imports §1), written without a look at `bridge.sandbox`.

Standard library only, a process of its own, a thread for each connection.  It writes a line of JSON for each
request before it answers, and takes orders, a line of JSON each, on standard input:

    {"status": 429, "retry_after": "2", "times": 5}   answer so, five times; without "times" until told else
    {"lose": true, "times": 3}                        take the file, then end the connection without an answer
    {"status": 503, "only": "NL01"}                   answer so to what is for this administration code
    {"delay": 0.05}                                   before each answer
    {"limit": 3}                                      429 above so many starts in any 1.000 s; 0: none
    {"there": [0.02, 0.2], "back": [0.02, 0.2]}       ways of so many seconds, drawn for each request

Arrivals are stamped by the kernel: a busy machine must not make two requests look closer than they came.
"""

import argparse
import base64
import hashlib
import json
import random
import re
import socket
import struct
import sys
import threading
import time
import zlib
from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAMP = 35  # SO_TIMESTAMPNS on Linux
ENDPOINTS = {
    "/import/files/csv": "data",
    "/import/files/invoice_pdf": "invoice_pdf",
    "/import/files/invoice_ubl": "invoice_ubl",
    "/import/files/invoice_attachment": "invoice_attachment",
    "/import/files/declaration_file": "declaration",
}
PIECE = 1 << 18


class Broken(Exception):
    """The connection ended in the middle of a request."""


class Wrong(Exception):
    """The request breaks the contract."""


@dataclass
class Orders:
    """How to answer."""

    status: int = 200
    retry_after: str | None = None
    lose: bool = False
    times: int | None = None  # of the three above; None: until told otherwise
    only: str | None = None  # of the three above: for this administration code; None: for all
    delay: float = 0.0  # seconds
    limit: int = 0  # starts in any 1.000 s
    there: tuple[float, float] = (0.0, 0.0)  # least and most seconds before a request counts
    back: tuple[float, float] = (0.0, 0.0)  # and before its answer goes
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, line: str) -> None:
        order = json.loads(line)
        with self.lock:
            for name in ("delay", "limit", "there", "back"):
                if name in order:
                    setattr(self, name, order.pop(name))
            if order:
                self.status = order.get("status", 200)
                self.retry_after = order.get("retry_after")
                self.lose = order.get("lose", False)
                self.times = order.get("times")
                self.only = order.get("only")

    def next(self, code: str | None) -> tuple[int, str | None, bool]:
        with self.lock:
            if self.only is not None and code != self.only:
                return 200, None, False
            now = self.status, self.retry_after, self.lose
            if self.times is not None:
                self.times -= 1
                if self.times <= 0:
                    self.status, self.retry_after, self.lose, self.times = 200, None, False, None
            return now


class Payt:
    """Listens, judges, remembers."""

    def __init__(self, log: Path, orders: Orders, *, is_light: bool) -> None:
        self.orders = orders
        self._is_light = is_light  # for benchmarks: contents are counted, not looked at
        self._log = log.open("a", buffering=1)
        self._writing = threading.Lock()
        self._starts: deque[float] = deque()

    def serve(self, listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.SOL_SOCKET, STAMP, 1)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            try:
                while self._one(connection):
                    pass
            except OSError:
                return

    def _one(self, connection: socket.socket) -> bool:
        first, at = _stamped(connection)
        if not first:
            return False
        at = _later(at, self.orders.there)
        is_over = self._count(at)
        record: dict[str, Any] = {"at": at, "taken": False, "status": None}
        try:
            head, rest = _head(connection, first)
            line, headers = _parse(head)
            record["path"] = line.split(" ")[1] if line.count(" ") == 2 else line
            if headers.get("expect", "").lower() == "100-continue":
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = _body(connection, headers, rest)
        except (Broken, OSError) as error:
            self._write(record | {"problem": f"cut off: {error}"})
            return False
        record["whole_at"] = time.time()
        try:
            record |= {"size": len(body)} if self._is_light else judge(line, headers, body)
            problem = None
        except Wrong as error:
            problem = str(error)
        return self._answer(connection, record, problem, is_over=is_over)

    def _answer(
        self, connection: socket.socket, record: dict[str, Any], problem: str | None, *, is_over: bool
    ) -> bool:
        status, retry_after, lose = self.orders.next(record.get("code"))
        if problem is not None:
            status = 422
        if is_over:
            status = 429
        _later(time.time() + self.orders.delay, self.orders.back)
        taken = problem is None and 200 <= status < 300
        self._write(record | {"status": 0 if lose and taken else status, "taken": taken, "problem": problem})
        if lose and taken:
            connection.shutdown(socket.SHUT_RDWR)
            return False
        text = json.dumps({"message": problem or "ok"}).encode()
        extra = "" if retry_after is None else f"Retry-After: {retry_after}\r\n"
        connection.sendall(
            f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\n{extra}"
            f"Content-Length: {len(text)}\r\n\r\n".encode()
            + text
        )
        return True

    def _count(self, at: float) -> bool:
        with self._writing:
            limit = self.orders.limit
            while self._starts and self._starts[0] <= at - 2.0:
                self._starts.popleft()
            insort(self._starts, at)  # whose way was longer may come here first
            return bool(limit) and sum(at - 1.0 < one <= at for one in self._starts) > limit

    def _write(self, record: dict[str, Any]) -> None:
        with self._writing:
            self._log.write(json.dumps(record) + "\n")


def _later(at: float, way: tuple[float, float]) -> float:
    """Sleep until what set out at *at* has gone the *way*, and return when that is."""
    arrived = at + random.uniform(*way)  # noqa: S311
    time.sleep(max(0.0, arrived - time.time()))
    return arrived


def _stamped(connection: socket.socket) -> tuple[bytes, float]:
    """Return the first byte of a request and when the kernel had it."""
    data, ancillary, _, _ = connection.recvmsg(1, 64)
    for level, kind, stamp in ancillary:
        if level == socket.SOL_SOCKET and kind == STAMP:
            seconds, nanoseconds = struct.unpack("qq", stamp)
            return data, seconds + nanoseconds / 1e9
    return data, time.time()


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(PIECE)
    if not data:
        raise Broken("the connection ended")
    return data


def _head(connection: socket.socket, data: bytes) -> tuple[bytes, bytes]:
    while b"\r\n\r\n" not in data:
        data += _more(connection)
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _parse(head: bytes) -> tuple[str, dict[str, str]]:
    line, *fields = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for one in fields:
        name, _, value = one.partition(":")
        if name.lower() in headers:
            raise Broken(f"header {name} twice")
        headers[name.lower()] = value.strip()
    return line, headers


def _body(connection: socket.socket, headers: dict[str, str], rest: bytes) -> bytearray:
    if "content-length" in headers:
        size = int(headers["content-length"])
        body = bytearray(size)
        body[: len(rest)] = rest
        view, at = memoryview(body), len(rest)
        while at < size:
            count = connection.recv_into(view[at:])
            if not count:
                raise Broken(f"{at} of {size} bytes came")
            at += count
        return body
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(connection, bytearray(rest))
    return bytearray()


def _chunks(connection: socket.socket, pending: bytearray) -> bytearray:
    body = bytearray()
    while True:
        while b"\r\n" not in pending:
            pending += _more(connection)
        line, _, _ = pending.partition(b"\r\n")
        size = int(line.split(b";")[0], 16)
        needed = len(line) + 2 + size + 2
        while len(pending) < needed:
            pending += _more(connection)
        body += pending[len(line) + 2 : len(line) + 2 + size]
        del pending[:needed]
        if size == 0:
            return body


def judge(line: str, headers: dict[str, str], body: bytearray) -> dict[str, Any]:
    """Return what a request holds; raise `Wrong` with the first thing that is against the contract."""
    method, _, rest = line.partition(" ")
    path = rest.partition(" ")[0]
    _demand(method == "POST", f"method {method}")
    _demand(path in ENDPOINTS, f"no endpoint {path}")
    _demand(headers.get("accept-charset", "").lower() == "utf-8", "Accept-Charset")
    _demand(headers.get("accept", "") == "application/json", "Accept")
    _demand(headers.get("content-type", "") == "application/json", "Content-Type")
    _demand("content-encoding" not in headers, "Content-Encoding")
    try:
        sent = json.loads(bytes(body).decode("utf-8"), object_pairs_hook=_no_field_twice)
    except ValueError as error:
        raise Wrong(f"no JSON: {error}") from error
    _demand(isinstance(sent, dict), "no object")
    _demand(set(sent) <= {"file", "administration_code", "administration_id", "import_token"}, "fields")
    _demand(("administration_code" in sent) != ("administration_id" in sent), "code or id")
    code, number, token = (
        sent.get("administration_code"),
        sent.get("administration_id"),
        sent.get("import_token"),
    )
    _demand(code is None or (isinstance(code, str) and code != ""), "administration_code")
    _demand("administration_id" not in sent or type(number) is int, "administration_id")
    _demand(
        "import_token" not in sent
        or (isinstance(token, str) and re.fullmatch("[0-9a-f]{40}", token) is not None),
        "import_token",
    )
    _demand(token is None or ENDPOINTS[path] == "data", "import_token with what is no data file")
    return {"kind": ENDPOINTS[path], "code": code, "id": number, "token": token} | _file(sent.get("file"))


def _file(file: Any) -> dict[str, Any]:
    _demand(isinstance(file, dict) and set(file) == {"filename", "base64_data"}, "file")
    name, text = file["filename"], file["base64_data"]
    _demand(isinstance(name, str) and name != "" and "/" not in name, f"filename {name!r}")
    _demand(isinstance(text, str), "base64_data")
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError as error:
        raise Wrong(f"base64: {error}") from error
    _demand(len(text) == (len(content) + 2) // 3 * 4, "base64 is not padded as it should be")
    inner = content
    if name.lower().endswith(".gz"):
        unpacker = zlib.decompressobj(31)
        try:
            inner = unpacker.decompress(content) + unpacker.flush()
        except zlib.error as error:
            raise Wrong(f"{name}: no gzip: {error}") from error
        _demand(unpacker.eof and not unpacker.unused_data, f"{name}: gzip is cut short, or more follows")
    return {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "inner_sha256": hashlib.sha256(inner).hexdigest(),
    }


def _demand(is_so: bool, what: str) -> None:
    if not is_so:
        raise Wrong(what)


def _no_field_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a field twice")
    return dict(pairs)


def main() -> None:
    """Serve until standard input ends; the first line of standard output is the port."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--light", action="store_true")
    options = parser.parse_args()
    orders = Orders()
    payt = Payt(options.log, orders, is_light=options.light)
    listener = socket.create_server(("127.0.0.1", options.port), backlog=256)
    threading.Thread(target=payt.serve, args=(listener,), daemon=True).start()
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        orders.take(line)
        sys.stdout.write("ok\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
