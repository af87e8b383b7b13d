"""A client of the Runtime API on one connection kept alive. A socket and a few lines: http.client alone costs 20 ms of a start."""

import json
import socket
from urllib.parse import quote

BASE = "/2018-06-01/runtime"
READ_BYTES = 65536
# The service takes X-Ray causes up to 64 KiB; a larger one is not worth a failed report.
CAUSE_BYTES_MAX = 65536


class Client:
    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._address = address
        # As bytes, for a name in text is first looked at by a codec that takes longer to load than all of this.
        self._target = (host.encode(), int(port))
        self._socket = None
        self._held = b""

    def next(self):
        """The next invocation: its headers, by lower-case name, and its event as bytes."""
        _, headers, body = self._exchange("GET", "/invocation/next", [], b"")
        return headers, body

    def respond(self, request_id, content_type, body):
        self._exchange("POST", f"/invocation/{request_id}/response", [("Content-Type", content_type)], body)

    def fail(self, request_id, error, cause=None):
        self._report(f"/invocation/{request_id}/error", error, cause)

    def fail_init(self, error, cause=None):
        self._report("/init/error", error, cause)

    def _report(self, path, error, cause):
        headers = [
            ("Content-Type", "application/vnd.aws.lambda.error+json"),
            ("Lambda-Runtime-Function-Error-Type", quote(error["errorType"], safe=" .:_-")),
        ]
        text = None if cause is None else json.dumps(cause)
        if text is not None and len(text) < CAUSE_BYTES_MAX:
            headers.append(("Lambda-Runtime-Function-XRay-Error-Cause", text))
        self._exchange("POST", path, headers, json.dumps(error).encode())

    def _exchange(self, method, path, headers, body):
        lines = [f"{method} {BASE}{path} HTTP/1.1", f"Host: {self._address}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self._open().sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return self._read_reply()

    def _open(self):
        if self._socket is None:
            self._socket = socket.create_connection(self._target)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._held = b""
        return self._socket

    def _read_reply(self):
        head = self._read_until(b"\r\n\r\n").decode("utf-8").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            return status, headers, self._read_chunks()
        return status, headers, self._read_exactly(int(headers.get("content-length", "0")))

    def _read_chunks(self):
        """An extension may stand between us and the Runtime API, and may answer in chunks."""
        pieces = []
        while True:
            size = int(self._read_until(b"\r\n").split(b";")[0], 16)
            pieces.append(self._read_exactly(size))
            self._read_until(b"\r\n")
            if size == 0:
                return b"".join(pieces)

    def _read_until(self, end):
        while True:
            at = self._held.find(end)
            if at >= 0:
                found, self._held = self._held[:at], self._held[at + len(end) :]
                return found
            self._held += self._receive()

    def _read_exactly(self, size):
        pieces, missing = [self._held[:size]], size - len(self._held)
        self._held = self._held[size:]
        while missing > 0:
            piece = self._receive()
            pieces.append(piece[:missing])
            self._held = piece[missing:]
            missing -= len(piece)
        return b"".join(pieces)

    def _receive(self):
        piece = self._socket.recv(READ_BYTES)
        if not piece:
            self._socket = None
            raise ConnectionError("the Runtime API closed the connection")
        return piece
