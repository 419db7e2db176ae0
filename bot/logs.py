"""Logging (structlog): console or JSON lines, with secrets and control characters removed."""

import logging
import os
import re
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from typing import Any, TextIO

import structlog

Event = MutableMapping[str, Any]

# What commands a terminal, and what reorders or divides a line.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Only what we make ourselves has several lines.
_OF_LINES = frozenset({"exception", "stack"})
_QUIET = (
    "httpx",
    "httpcore",
    "apscheduler",
    "telegram",
    "aiosqlite",
    "alembic",
    "asyncio",
    "hpack",
)


class Level(StrEnum):
    """The least severe level that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Format(StrEnum):
    """The format of log lines."""

    CONSOLE = "console"
    JSON = "json"


def set_up(form: Format, level: Level, secrets: tuple[str, ...] = ()) -> None:
    """Configure logging, the libraries' too, to standard error."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _Cleaner(secrets),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _renderer(form),
            ],
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # httpx writes whole addresses, the token among them, at INFO, hpack all headers at DEBUG.
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what is standard error at the time: a progress line stands aside for log lines."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


def _renderer(form: Format) -> Any:
    if form is Format.JSON:
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    colors = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    return structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0)


class _Cleaner:
    """A processor that removes secrets and control characters from log lines."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = tuple(filter(None, secrets))

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        for key, value in event.items():
            if isinstance(value, str):
                text = value if key in _OF_LINES else value.replace("\n", " ")
                event[key] = self._clean(text)
        return event

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
