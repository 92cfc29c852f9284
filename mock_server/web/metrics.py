"""GET /metrics: what the mock has counted, as Prometheus reads it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from openapi.document import BASE_PATH, load

if TYPE_CHECKING:
    from prometheus_client.core import HistogramMetricFamily, Metric

    from mock_server.service import Service
    from mock_server.upstream.watch import Upstream

# Seconds; a request of the mock takes less than one of them unless a target keeps it waiting.
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OTHER = "other"
_PART = re.compile(r"<[^>]*>|\{[^}]*\}")


@dataclass(slots=True)
class Series:
    """Durations of one kind of request; the last bucket is for what exceeds all bounds."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Meter:
    """Counts requests; the library that writes the numbers down is loaded when somebody asks for them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._series: dict[tuple[str, str], Series] = {}

    def count(self, route: str, status: str, seconds: float) -> None:
        """Counts a request that took so long."""
        with self._lock:
            if (found := self._series.get((route, status))) is None:
                found = self._series[route, status] = Series()
            found.buckets[bisect_left(BOUNDS, seconds)] += 1
            found.seconds += seconds

    def copy(self) -> dict[tuple[str, str], Series]:
        """The numbers as they are now."""
        with self._lock:
            return {key: Series([*each.buckets], each.seconds) for key, each in self._series.items()}


@dataclass(frozen=True, slots=True)
class Collector:
    """What the library asks for metrics."""

    service: Service
    meter: Meter
    faults: tuple[str, ...]
    upstream: Upstream | None = None

    def collect(self) -> Iterator[Metric]:
        """All of them, as they are at this moment."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        yield _durations(self.meter)
        with self.service.store.reading() as rows:
            states, waiting = rows.states(), rows.outbox.count()
        webhooks = GaugeMetricFamily("webhook_mock_webhooks", "Webhooks by their State.", labels=["state"])
        for state, number in sorted(states.items()):
            webhooks.add_metric([state], number)
        yield webhooks
        attempts = CounterMetricFamily(
            "webhook_mock_delivery_attempts",
            "Attempts to deliver, by what came of them: success, failure, no answer.",
            labels=["outcome"],
        )
        for outcome, number in sorted(self.service.log.outcomes().items()):
            attempts.add_metric([outcome], number)
        yield attempts
        yield GaugeMetricFamily(
            "webhook_mock_queue_length", "Deliveries that wait or are tried.", value=waiting
        )
        faults = GaugeMetricFamily(
            "webhook_mock_fault", "Faults that are switched on in any tenant.", labels=["fault"]
        )
        for fault in self.faults:
            faults.add_metric([fault], 1)
        yield faults
        if self.upstream:
            yield from _of_upstream(self.upstream)


def _of_upstream(upstream: Upstream) -> Iterator[Metric]:
    from prometheus_client.core import CounterMetricFamily

    tally = upstream.violations.tally()
    yield CounterMetricFamily(
        "webhook_mock_upstream_exchanges", "Exchanges that were passed on and checked.", value=tally.exchanges
    )
    violations = CounterMetricFamily(
        "webhook_mock_upstream_violations",
        "Departures of passing exchanges from the document, by whose fault it is.",
        labels=["fault"],
    )
    for fault in ("client", "server", "network"):
        violations.add_metric([fault], tally.faults[fault])
    yield violations


def _durations(meter: Meter) -> HistogramMetricFamily:
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(
        "webhook_mock_request_duration_seconds",
        "Requests and how long they took, by operation and status.",
        labels=["operation", "status"],
    )
    for (route, status), series in sorted(meter.copy().items()):
        family.add_metric(
            [_operations().get(_plain(route), route), status], [*_summed(series)], series.seconds
        )
    return family


def _summed(series: Series) -> Iterator[tuple[str, float]]:
    total = 0
    for bound, number in zip((*map(str, BOUNDS), "+Inf"), series.buckets, strict=True):
        total += number
        yield bound, total


@cache
def _operations() -> dict[str, str]:
    """The documented id of each route."""
    return {_plain(f"{each.method} {BASE_PATH}{each.path}"): each.id for each in load().operations.values()}


def _plain(route: str) -> str:
    return _PART.sub("{}", route)


def exposed(
    service: Service, meter: Meter, faults: Iterable[str], accept: str, upstream: Upstream | None = None
) -> tuple[bytes, str]:
    """The text and its type, which is that of OpenMetrics for whoever prefers it."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.exposition import choose_encoder

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(service, meter, tuple(faults), upstream))
    write, content_type = choose_encoder(accept)
    return write(registry), content_type
