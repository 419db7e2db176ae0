"""What can be made to go wrong between a client and the server."""

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any


class Fault:
    """Something that goes wrong with one request."""


@dataclass(frozen=True, slots=True)
class TooManyRequests(Fault):
    """429; with `hold`, the chat takes nothing until the time is over, as the real one does."""

    retry_after: int
    hold: bool = True


@dataclass(frozen=True, slots=True)
class DropBefore(Fault):
    """The connection ends before the request is taken: nothing happens."""


@dataclass(frozen=True, slots=True)
class DropAfter(Fault):
    """The request is taken, then the connection ends; with `cut`, in the middle of the answer."""

    cut: bool = False


@dataclass(frozen=True, slots=True)
class DelayBefore(Fault):
    """The request is taken late, whether or not the client still waits."""

    seconds: float


@dataclass(frozen=True, slots=True)
class DelayAnswer(Fault):
    """The request is taken at once, the answer comes late."""

    seconds: float


@dataclass(frozen=True, slots=True)
class ServerError(Fault):
    """A 5xx, as HTML (from a proxy) or JSON (from the server); with `taken`, it was done."""

    status: int = 502
    html: bool = True
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Refuse(Fault):
    """An answer with this error; `code` is also the HTTP status."""

    code: int
    description: str
    parameters: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call(Fault):
    """Calls `action` before the request is taken or answered: to kill the client there."""

    action: Callable[[], object]
    taken: bool = True


Predicate = Callable[[str, Mapping[str, Any]], bool]


@dataclass(slots=True)
class Disturbance:
    """A fault that comes by itself: for some methods, where a condition holds, so often."""

    fault: Fault | Callable[[], Fault]
    methods: Collection[str] = ()
    when: Predicate | None = None
    probability: float = 1.0
    random: Random = field(default_factory=Random)
    times: int | None = None

    def strikes(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        """Return the fault for this request, if it comes."""
        if self.times == 0 or (self.methods and method not in self.methods):
            return None
        if self.when is not None and not self.when(method, params):
            return None
        if self.random.random() >= self.probability:
            return None
        if self.times is not None:
            self.times -= 1
        return self.fault if isinstance(self.fault, Fault) else self.fault()


class Script:
    """The faults that are to come: first those queued for the method, then those by chance."""

    def __init__(self) -> None:
        self._queues: dict[str, deque[Fault | None]] = defaultdict(deque)
        self._disturbances: list[Disturbance] = []

    def queue(self, method: str, faults: Collection[Fault | None]) -> None:
        """Let these meet the next requests of a method, one each; None lets one through."""
        self._queues[method].extend(faults)

    def disturb(self, disturbance: Disturbance) -> None:
        """Add a fault that comes by itself."""
        self._disturbances.append(disturbance)

    def clear(self) -> None:
        """Let everything go well from now on."""
        self._queues.clear()
        self._disturbances.clear()

    def next(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        """Return what goes wrong with this request, if anything."""
        for name in (method, "*"):
            if self._queues[name]:
                return self._queues[name].popleft()
        for disturbance in self._disturbances:
            if fault := disturbance.strikes(method, params):
                return fault
        return None
