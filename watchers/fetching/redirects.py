"""One chain of redirects: where it leads, what lasts of it, and the cookies on the way."""

from collections.abc import Mapping
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from watchers.errors import BadAddress, BadRedirect, TooManyRedirects
from watchers.fetching.addresses import spelt_out
from watchers.fetching.headers import ResponseHeaders
from watchers.ownership import site_of
from watchers.web_addresses import web_address

_PERMANENT = frozenset({301, 308})
# A cookie without a domain goes back to its host, and not to the hosts below (RFC 6265, 5.3).
_HOST_ONLY = DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)


class Redirects:
    """The addresses that one request is led to.

    Cookies are sent back to the site that set them, as long as the chain lasts: some let nobody
    in who does not. Nothing of them is kept for the next request.
    """

    def __init__(self, url: str, most: int) -> None:
        """Begin at this address, and follow at most so many redirects.

        Raises:
            BadAddress: it is none of http or https.
        """
        self.address = _address(url)
        self.moved_to = ""
        self._most = most
        self._followed = 0
        self._only_permanent = True
        self._cookies: dict[str, httpx.Cookies] = {}

    def headers(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        """The headers of the next request: these, and the cookies that its address wants."""
        cookies = self._cookies.get(site_of(str(self.address))) if self._cookies else None
        if cookies is None:
            return headers
        request = httpx.Request("GET", self.address)
        cookies.set_cookie_header(request)
        said = filter(None, (headers.get("Cookie", ""), request.headers.get("Cookie", "")))
        return {**headers, "Cookie": "; ".join(said)}

    def follow(self, status: int, headers: ResponseHeaders) -> None:
        """Go on to the address that an answer leads to.

        Raises:
            TooManyRedirects, BadRedirect: there is none.
        """
        if self._followed == self._most:
            raise TooManyRedirects(self._most)
        self._followed += 1
        if headers.cookies:
            self._take(headers)
        self.address = _next(self.address, headers.location)
        self._only_permanent = self._only_permanent and status in _PERMANENT
        if self._only_permanent:
            self.moved_to = str(self.address)

    def _take(self, headers: ResponseHeaders) -> None:
        site = site_of(str(self.address))
        answer = httpx.Response(
            302,
            headers=[("Set-Cookie", cookie) for cookie in headers.cookies],
            request=httpx.Request("GET", self.address),
        )
        if site not in self._cookies:
            self._cookies[site] = httpx.Cookies(CookieJar(_HOST_ONLY))
        self._cookies[site].extract_cookies(answer)


@lru_cache(maxsize=1_000)
def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(spelt_out(url))
    except (httpx.InvalidURL, ValueError, TypeError):
        raise BadAddress from None
    if address.scheme not in {"http", "https"} or not address.host:
        raise BadAddress
    return address


def _next(address: httpx.URL, location: str) -> httpx.URL:
    try:
        location = spelt_out(web_address(location, address.scheme))
        target = address.join(location) if location else None
    except (httpx.InvalidURL, ValueError):
        raise BadRedirect("a broken address") from None
    if target is None or target.scheme not in {"http", "https"} or not target.host:
        raise BadRedirect(f"scheme {target.scheme[:20]}" if target else "no address")
    if not target.userinfo and _same_origin(address, target):
        # A server that repeats its own address in full leaves the password out.
        return target.copy_with(userinfo=address.userinfo)
    return target


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
