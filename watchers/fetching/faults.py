"""Errors of aiohttp and httpx as faults of sources."""

from collections.abc import Iterator

import aiohttp
import httpx

from watchers.errors import (
    BadAddress,
    CannotConnect,
    CertificateFault,
    CutOff,
    PrivateAddress,
    SourceFault,
    TooSlow,
    UnknownHost,
)
from watchers.fetching.addresses import AddressRefusedError

_FAULTS: tuple[tuple[type[BaseException], type[SourceFault]], ...] = (
    (AddressRefusedError, PrivateAddress),
    (aiohttp.ClientConnectorDNSError, UnknownHost),
    (aiohttp.ClientPayloadError, CutOff),
    (aiohttp.ServerDisconnectedError, CutOff),
    (aiohttp.InvalidURL, BadAddress),
    (httpx.InvalidURL, BadAddress),
    (httpx.UnsupportedProtocol, BadAddress),
)


def fault_of(error: BaseException, *, connect: float, read: float) -> SourceFault:
    """What an error of a library means, given the limits of connecting and reading in seconds.

    Its text has no address in it, which the error's own may have.
    """
    for cause in causes(error):
        for kind, fault in _FAULTS:
            if isinstance(cause, kind):
                return fault()
        if found := _detailed(cause, connect, read):
            return found
    return CannotConnect(type(error).__name__)


def _detailed(cause: BaseException, connect: float, read: float) -> SourceFault | None:
    match cause:
        case aiohttp.ClientConnectorCertificateError():
            return CertificateFault(_certificate(cause.certificate_error))
        case aiohttp.ClientConnectorSSLError():
            return CannotConnect(f"TLS: {cause.os_error.strerror or 'refused'}")
        case aiohttp.ConnectionTimeoutError():
            return TooSlow(connect)
        case aiohttp.ServerTimeoutError():
            return TooSlow(read)
        case aiohttp.ClientResponseError():
            return CannotConnect("what it answers is not HTTP")
        case OSError() if cause.strerror:
            return CannotConnect(cause.strerror.partition("(")[0].strip())
    return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and what it came from."""
    while error is not None:
        if isinstance(os_error := getattr(error, "os_error", None), AddressRefusedError):
            yield os_error
        yield error
        error = error.__cause__ or error.__context__


def _certificate(error: Exception) -> str:
    return str(getattr(error, "verify_message", "") or type(error).__name__)
