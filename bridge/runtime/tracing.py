"""Traces, as an extra: what became of an upload, from its CLOSE through intake to each attempt.

Off unless `configure` was called; OpenTelemetry is not even loaded then.  The three steps run in different
services, and perhaps in different processes, with the ledger between them.  So the trace is worked out from
what all of them know: the name of the service and the id of the upload.  A span has ids and outcomes, and
never names of files, contents or secrets.
"""

import hashlib
import time
from typing import TYPE_CHECKING, Any

from bridge.domain.errors import Invalid

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

Attribute = str | int | float | bool


class _Tracing:
    """Where spans go, once that is known."""

    def __init__(self, provider: "TracerProvider", service: str) -> None:
        self.provider = provider
        self.service = service
        self.tracer = provider.get_tracer("bridge")


_state: dict[str, _Tracing] = {}  # empty: off; like the log's set-up, one for the process


def configure(endpoint: str, *, service: str, exporter: "SpanExporter | None" = None) -> None:
    """Send spans to *endpoint* from now on.

    Args:
        endpoint: of a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces.
        service: what this bridge is called there; all processes that share a ledger have the same.
        exporter: where spans go instead, at once; for tests.

    Raises:
        Invalid: OpenTelemetry is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
    except ImportError as error:
        raise Invalid(
            "tracing.endpoint is set, but OpenTelemetry is not installed: "
            "install sftp-bridge[tracing], or take the setting away"
        ) from error
    provider = TracerProvider(resource=Resource.create({"service.name": service}), shutdown_on_exit=False)
    if exporter is None:
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, timeout=5)))
    else:
        provider.add_span_processor(SimpleSpanProcessor(exporter))
    _state["on"] = _Tracing(provider, service)


def shut_down() -> None:
    """Send what waits, for a moment, and no more after that."""
    tracing = _state.pop("on", None)
    if tracing is not None:
        tracing.provider.shutdown()


def moment(*, seconds_ago: float = 0.0) -> int:
    """Return the beginning of a span, for `record`; nanoseconds since 1970, or 0 while tracing is off."""
    return time.time_ns() - int(seconds_ago * 10**9) if _state else 0


def record(name: str, *, begun: int, upload: int, **attributes: Attribute | None) -> None:
    """Tell a span that ends now.

    Args:
        name: such as upload.close.
        begun: what `moment` said.
        upload: the id of the upload, to whose trace it belongs.
        **attributes: ids and outcomes; a double underscore becomes a dot, and None is left out.
    """
    tracing = _state.get("on")
    if tracing is None or not begun:
        return
    told: dict[str, Any] = {
        key.replace("__", "."): value for key, value in attributes.items() if value is not None
    }
    span = tracing.tracer.start_span(
        name,
        context=_trace_of(tracing.service, upload),
        start_time=begun,
        attributes={"bridge.upload": upload, **told},
    )
    span.end()


def _trace_of(service: str, upload: int) -> "Context":
    """Return the context of an upload's trace: the same in every process, and none of it is stored."""
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    digest = hashlib.sha256(f"{service}/upload/{upload}".encode()).digest()
    parent = SpanContext(
        trace_id=int.from_bytes(digest[:16], "big"),
        span_id=int.from_bytes(digest[16:24], "big"),
        is_remote=True,
        trace_flags=TraceFlags(TraceFlags.SAMPLED),
    )
    return set_span_in_context(NonRecordingSpan(parent))
