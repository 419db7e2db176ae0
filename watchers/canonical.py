"""The canonical form of addresses, by which those of the same page are equal. Pure."""

import re
from urllib.parse import unquote

_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|at_\w+|fbclid|gclid|ref|rss|cmpid|ocid)=[^&#]*&?")
_SITE = re.compile(r"https?://[^/?#]*/?", re.IGNORECASE)
_WEB = ("http://", "https://")
# Nearly all addresses, for which the whole way of `canonical` would do as much.
_PLAIN = re.compile(
    r"https?://(?:www\.)?+([a-z0-9.-]++)((?:/[\w/.,=+~-]*+)?+)((?:\?[\w.,=+~/-]++)?+)", re.ASCII
)


def without_tracking(link: str) -> str:
    """The link without the parameters that only say where a reader came from."""
    return _TRACKING.sub("", link).rstrip("?&") if "?" in link else link


def canonical(address: str) -> str:
    """One form of all addresses of a page; what is no http(s) address stays as it is.

    It makes no difference whether the site is written with http or https, with "www.", in
    capitals or with its port, whether the path ends with a slash, in which order the parameters
    are, and whether letters are escaped.
    """
    if plain := _PLAIN.fullmatch(address):
        return f"https://{plain[1]}{plain[2].rstrip('/')}{plain[3]}"
    if not address[:8].lower().startswith(_WEB):
        return address
    rest, mark, fragment = address.partition("://")[2].partition("#")
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    host = authority.lower().removeprefix("www.").removesuffix(":443").removesuffix(":80")
    if "&" in query:
        query = "&".join(sorted(filter(None, query.split("&"))))
    path = path.rstrip("/")
    made = f"https://{host}/{path}" if path else f"https://{host}"
    made += f"?{query}" if query else ""
    made += f"#{fragment}" if mark else ""
    # Bytes that are no UTF-8 have to stay different from each other.
    return unquote(made, errors="surrogateescape") if "%" in made else made


def path_of(address: str) -> str:
    """What follows the site in the canonical form: path, parameters and fragment."""
    return _SITE.sub("", canonical(address))
