"""Ownership of a source: which site it belongs to, and whether it still does. Pure.

Domains lapse and are bought, feed services give an address to somebody else, and redirects lead to
other publishers: what comes then must not go out under the name of the source that is trusted.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from tld import get_fld

from watchers.newness import recognised_for_sure
from watchers.records import Poll, Served

# Of fewer links nobody can say that they lead to one site by more than chance.
FEWEST_LINKS = 3
# A thousand links to as many sites would hold up the loop for twenty milliseconds.
MOST_LINKS = 200
NEARLY_ALL = 0.9
_LONGEST_NAME = 253
_PLAIN = re.compile(r"[a-z0-9_.:-]+")


def site_of(link: str) -> str:
    """The site of a link: its registrable domain, or its IP address.

    Names are in ASCII, those in other scripts as "xn--". "" where the link leads nowhere.
    """
    # What is before the path is the same of most links: it is looked at once.
    return _site(link.partition("//")[2].partition("/")[0])


def read_suffixes() -> None:
    """Load the public suffix list, once; it takes 0.1 s."""
    get_fld("//courier.example", fail_silently=True)


def sites_of(served: Iterable[Served]) -> Counter[str]:
    """How many entries link to each site; only the first ones are counted."""
    looked_at = islice(served, MOST_LINKS)
    return Counter(site for one in looked_at if (site := site_of(one.link)))


def owner_site(sites: Counter[str], before: str = "") -> str:
    """The site that nearly all links lead to; `before` where there are too few, "" where mixed."""
    if sites.total() < FEWEST_LINKS:
        return before
    ((site, links),) = sites.most_common(1)
    return site if links >= NEARLY_ALL * sites.total() else ""


def other_site(homes: Collection[str], sites: Counter[str]) -> str:
    """The site that most links lead to, if none leads to one of `homes`; else ""."""
    if not sites or any(home in sites for home in homes):
        return ""
    return sites.most_common(1)[0][0]


def with_owner_checked(poll: Poll, known: AbstractSet[bytes]) -> Poll:
    """The poll, replaced by its `if_owner_changed` state where it serves another site's entries.

    Where no entry is known and no link leads to the source's own site, its owner has changed:
    nothing of it is taken. A site that has moved has half of its headlines and dates with it.
    Where a link leads to a site that the watcher allows, the poll counts as the first of another
    source. What a hub sends is new by nature: its links alone decide, and the next poll has all
    that it sent.
    """
    if poll.if_owner_changed is None or recognised_for_sure(poll, known):
        return poll
    if not sites_of(poll.served).keys().isdisjoint(poll.watcher.sites):
        return replace(poll, first=True)
    return replace(poll, state=poll.if_owner_changed, served=())


@lru_cache(maxsize=1_000)
def _site(authority: str) -> str:
    try:
        host = urlsplit(f"//{authority}").hostname or ""
        name = host.encode("idna").decode().lower().rstrip(".")
    except ValueError:
        return ""
    if len(name) > _LONGEST_NAME or not _PLAIN.fullmatch(name):
        return ""
    *_, last = labels = name.split(".")
    if ":" in name or last.isdigit():
        return name
    return get_fld(f"//{name}", fail_silently=True) or ".".join(labels[-2:])
