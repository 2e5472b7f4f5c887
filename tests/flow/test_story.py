"""The log of a real server tells what became of one file: its lines have its ids throughout."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp, until


def lines(bridge: Bridge) -> list[dict[str, Any]]:
    found = [line for line in bridge.stderr.splitlines() if line.startswith("{")]
    return [json.loads(line) for line in found]


def test_the_lines_of_an_upload_tell_its_story(
    bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.pdf").write_bytes(samples.pdf(number))
    sftp.run(*(f'put "{tmp_path}/{number}.pdf" "/{number}.pdf"' for number in (1, 2)))
    destination.wait_for(2)
    until(lambda: len([line for line in lines(bridge) if line["event"] == "attempt ended"]) == 2)

    story = [line for line in lines(bridge) if line.get("upload") == 1]
    assert [line["event"] for line in story] == ["upload closed", "upload accepted", "attempt ended"]
    assert len({line["account_id"] for line in story}) == 1
    [tried] = [line for line in lines(bridge) if line.get("delivery") == story[-1]["delivery"]]
    assert (tried["upload"], tried["document"], tried["outcome"]) == (1, story[-1]["document"], "delivered")
    assert all("upload" in line for line in lines(bridge) if "path" in line or "delivery" in line)


@contextmanager
def collector() -> Iterator[tuple[str, list[Span]]]:
    """Take OTLP over HTTP; give the URL, and the spans so far."""
    got: list[Span] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    got.extend(scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces", got
    finally:
        server.shutdown()
        server.server_close()


def test_an_upload_is_one_trace_from_its_close_to_its_attempt(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    (tmp_path / "a secret name.pdf").write_bytes(samples.pdf(1))
    with collector() as (url, spans):
        bridge = make_bridge(tracing={"endpoint": url}).start()
        Sftp(key, bridge.port).run(f'put "{tmp_path}/a secret name.pdf" "/a secret name.pdf"')
        destination.wait_for(1)
        bridge.wait_until_idle()
        assert bridge.stop() == 0

    by_name = {span.name: span for span in spans}
    assert list(by_name) == ["upload.close", "intake", "attempt"]
    assert len({span.trace_id for span in spans}) == 1
    tried = {one.key: one.value for one in by_name["attempt"].attributes}
    assert tried["bridge.outcome"].string_value == "delivered"
    assert tried["http.response.status_code"].int_value == 200
    assert b"secret" not in b"".join(span.SerializeToString() for span in spans)
