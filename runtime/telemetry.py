"""Logs: to stderr, for people on a terminal, one JSON object a line elsewhere."""

import logging
import sys
import time
from typing import Final

import structlog

KAFKA_CLIENT: Final = logging.getLogger("diurnal.kafka")
"""Where the Kafka client's own words go."""
KAFKA_CLIENT.addHandler(logging.NullHandler())
KAFKA_CLIENT.propagate = False
_KAFKA_SPEAKS_EVERY_S: Final = 10.0


def configure(level: str = "INFO", json: bool | None = None) -> None:
    """Set up logging for this process.

    Args:
        level: the least severe level that is shown, such as "INFO".
        json: JSON lines, or text; by default JSON where stderr is no terminal.
    """
    as_json = not sys.stderr.isatty() if json is None else json
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, *([structlog.processors.format_exc_info] if as_json else []), renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _route_kafka_client(shared, renderer)


def _route_kafka_client(
    shared: list[structlog.typing.Processor], renderer: structlog.typing.Processor
) -> None:
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(_Sparing())
    KAFKA_CLIENT.handlers = [handler]
    KAFKA_CLIENT.setLevel(logging.ERROR)


class _Stderr(logging.Handler):
    """Writes to what stderr is at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)  # noqa: T201 - this is the log


class _Sparing(logging.Filter):
    """Lets one line through now and then: while Kafka is away its client says so many times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._last = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        if record.levelno < logging.CRITICAL and now - self._last < _KAFKA_SPEAKS_EVERY_S:
            return False
        self._last = now
        return True


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that puts the part of the system beside every line; never to stdout, which is for results."""
    if not structlog.is_configured():
        configure()
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return log
