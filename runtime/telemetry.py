"""Logs: to stderr, for people on a terminal, one JSON object a line elsewhere."""

import logging
import re
import sys
import time
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

KAFKA_CLIENT: Final = logging.getLogger("diurnal.kafka")
"""Where the Kafka client's own words go."""
KAFKA_CLIENT.addHandler(logging.NullHandler())
KAFKA_CLIENT.propagate = False
HIDDEN: Final = "***"
_SECRET: Final = re.compile(r"password|passwd|secret|token|authorization|credential|api_?key", re.IGNORECASE)
_IN_URL: Final = re.compile(r"(?<=://)[^/@\s]+(?=@)")
_SPARING: Final = ("opentelemetry", "neo4j", "urllib3")
"""Libraries that say again and again that a server is away."""
_identity: dict[str, object] = {}
_KAFKA_SPEAKS_EVERY_S: Final = 10.0


Event = MutableMapping[str, Any]


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
        _with_identity,
        _without_secrets,
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
    _route_libraries(shared, renderer, as_json)


def identify(worker: str, instance: int | str) -> None:
    """Put the worker's name, and its number or name among its like, beside every line of this process.

    Of every thread and every library, not only of the code that the worker runs itself.
    """
    _identity.update(worker=worker, instance=instance)


def anonymous() -> None:
    """Undo `identify`."""
    _identity.clear()


def _with_identity(_: object, __: str, event: Event) -> Event:
    for name, value in _identity.items():
        event.setdefault(name, value)
    return event


def _without_secrets(_: object, __: str, event: Event) -> Event:
    for name, value in event.items():
        if _SECRET.search(name):
            event[name] = HIDDEN
        elif isinstance(value, str) and "@" in value:
            event[name] = _IN_URL.sub(HIDDEN, value)
    return event


def _route_libraries(
    shared: list[structlog.typing.Processor], renderer: structlog.typing.Processor, as_json: bool
) -> None:
    """What libraries log, from warnings up, looks like our own lines."""
    exceptions = [structlog.processors.format_exc_info] if as_json else []
    handler = _Stderr()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, *exceptions],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    handler.addFilter(_Sparing())
    KAFKA_CLIENT.handlers = [handler]
    KAFKA_CLIENT.setLevel(logging.ERROR)
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _Stderr)]:
        root.removeHandler(old)
    others = _Stderr()
    others.setFormatter(handler.formatter)
    others.addFilter(_SparingOf(_SPARING))
    root.addHandler(others)


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


class _SparingOf(logging.Filter):
    """Lets some libraries speak sparingly, each for itself, and all others as they like."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._sparing = {name: _Sparing() for name in names}

    def filter(self, record: logging.LogRecord) -> bool:
        sparing = self._sparing.get(record.name.partition(".")[0])
        return sparing is None or sparing.filter(record)


def logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that puts the part of the system beside every line; never to stdout, which is for results."""
    if not structlog.is_configured():
        configure()
    log: structlog.typing.FilteringBoundLogger = structlog.get_logger(part=name)
    return log
