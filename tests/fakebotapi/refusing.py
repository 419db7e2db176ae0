"""What is refused before a method runs: wrong requests, by a fault, or by the limits."""

from collections.abc import Mapping
from typing import Any

from . import checking, faults, wire
from .limits import Flood
from .methods import EDITS, SENDS
from .records import Kind, RefusalError, bad_request
from .state import State


def check(state: State, method: str, params: Mapping[str, Any]) -> None:
    """Refuse a request that the Bot API's description does not allow; it is a violation.

    Raises:
        RefusalError: it is refused.
    """
    problems = checking.mistakes(method, wire.without_files(params))
    for problem in problems:
        state.violated(Kind.REQUEST, method, problem)
    if problems:
        raise bad_request(problems[0])


def meet(fault: faults.Fault | None, state: State, flood: Flood, params: Mapping[str, Any]) -> None:
    """Refuse a request as its fault says.

    Raises:
        RefusalError: it is refused.
    """
    if isinstance(fault, faults.Refuse):
        raise RefusalError(fault.code, fault.description, fault.parameters)
    if not isinstance(fault, faults.TooManyRequests):
        return
    if fault.hold and "chat_id" in params:
        chat = state.chat(params["chat_id"])
        flood.hold(chat.id, fault.retry_after, state.clock().timestamp())
    raise _too_many(fault.retry_after)


def count(state: State, flood: Flood, method: str, params: Mapping[str, Any]) -> None:
    """Count a message against the limits; one that comes before its wait is over is a violation.

    Raises:
        RefusalError: there were too many.
    """
    if method not in SENDS | EDITS:
        return
    chat, now = state.chat(params["chat_id"]), state.clock().timestamp()
    if seconds := flood.held(chat.id, now):
        state.violated(Kind.EARLY, method, f"{chat.id}: {seconds} s to wait")
        raise _too_many(seconds)
    if seconds := flood.wait(chat.id, now, is_group=chat.type != "private"):
        flood.hold(chat.id, seconds, now)
        raise _too_many(seconds)


def _too_many(seconds: int) -> RefusalError:
    text = f"Too Many Requests: retry after {seconds}"
    return RefusalError(429, text, {"retry_after": seconds})
