"""All that became of an upload is one trace, whoever tells it; off is off, and not even loaded."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bridge.domain.errors import Invalid
from bridge.runtime import tracing

NOWHERE = "http://127.0.0.1:9/v1/traces"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    tracing.configure(NOWHERE, service="here", exporter=exporter)
    yield exporter
    tracing.shut_down()


def test_spans_of_an_upload_are_one_trace(spans: InMemorySpanExporter) -> None:
    for name, upload in (("upload.close", 42), ("intake", 42), ("upload.close", 43)):
        tracing.record(name, begun=tracing.moment(), upload=upload)
    tracing.configure(NOWHERE, service="here", exporter=spans)  # as another process would
    tracing.record("attempt", begun=tracing.moment(seconds_ago=2.0), upload=42, bridge__delivery=7)

    closed, taken, other, tried = spans.get_finished_spans()
    traces = [span.context.trace_id for span in (closed, taken, tried, other)]
    assert traces[0] == traces[1] == traces[2] != traces[3]
    assert tried.attributes == {"bridge.upload": 42, "bridge.delivery": 7}
    assert tried.start_time is not None
    assert tried.end_time is not None
    assert 2.0 <= (tried.end_time - tried.start_time) / 10**9 < 4.0


def test_another_service_has_other_traces(spans: InMemorySpanExporter) -> None:
    tracing.record("intake", begun=tracing.moment(), upload=1)
    tracing.configure(NOWHERE, service="there", exporter=spans)
    tracing.record("intake", begun=tracing.moment(), upload=1)

    one, two = spans.get_finished_spans()
    assert one.context.trace_id != two.context.trace_id


def test_off_nothing_is_told() -> None:
    assert tracing.moment() == 0
    tracing.record("intake", begun=tracing.moment(), upload=1)


def test_off_it_is_not_loaded() -> None:
    code = "import bridge.app, sys; print('opentelemetry' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "False\n"


def test_without_the_packages_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(Invalid, match=r"sftp-bridge\[tracing\]"):
        tracing.configure(NOWHERE, service="here")
    assert tracing.moment() == 0
