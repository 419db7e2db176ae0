"""Errors of reading a source, each with a text for operators."""

from datetime import timedelta
from typing import ClassVar, Final


class WatcherError(Exception):
    """The base of all errors of watchers."""


class SourceFault(WatcherError):  # noqa: N818  an error is ours, a fault the source's
    """The source could not be read; subclasses say why.

    The text is made of `says` and the arguments; it never holds an address, which may carry
    credentials. `wait` is how long the source asked, or is known to need, to be left alone.
    """

    says: ClassVar[str] = "could not be read: {0}"

    def __init__(self, *details: object, wait: timedelta = timedelta()) -> None:
        """Complete the class's text with these details."""
        super().__init__(*details)
        self.wait = wait

    def __str__(self) -> str:
        """The class's text with the details."""
        return self.says.format(*self.args)


class BadStatus(SourceFault):
    """The server answered with an error."""

    says = "the server answers {0}"


CHALLENGED: Final = "protected against bots"
"""How the text of `Challenged` begins."""


class Challenged(SourceFault):
    """A service against bots answered in the site's stead."""

    says = (
        f"{CHALLENGED} by {{0}} (the server answers {{1}}): what may help is the site's "
        'consent, a user_agent, cookies or proxy of this watcher, or kind = "google-news"; '
        "docs/watchers.md has them under Refused requests"
    )


class Gone(SourceFault):
    """The feed was taken down for good."""

    says = "the server answers 410 Gone: the feed was taken down; remove the watcher"


class TooManyRedirects(SourceFault):
    """There are too many redirects."""

    says = "the address was redirected more than {0} times"


class BadRedirect(SourceFault):
    """A redirect leads to no address that can be read."""

    says = "the address is redirected to nothing that can be read ({0})"


class BadAddress(SourceFault):
    """The URL's scheme is not http or https."""

    says = "the address is not an http or https address: correct it"


class PrivateAddress(SourceFault):
    """The address leads into a private network."""

    says = "the address is private; set allow_private = true to read it"


class UnknownHost(SourceFault):
    """The name of the host is not known."""

    says = "the host name is not known: check the address for a typing error, or the network"


class CannotConnect(SourceFault):
    """The connection failed."""

    says = "cannot connect to the server: {0}"


class ProxyFault(SourceFault):
    """The proxy cannot be reached, or does not let us through."""

    says = "the proxy lets nothing through: {0}"


class MissingVariable(SourceFault):
    """A secret is not in the environment."""

    says = "the environment has no {0}, which this watcher names as ${0}: set it, and start again"


class UnfitVariable(SourceFault):
    """A secret in the environment cannot be sent in a header."""

    says = "the environment's {0} cannot be sent: it may have printable ASCII characters only"


class CertificateFault(SourceFault):
    """The server's TLS certificate is not valid."""

    says = "the server's certificate is not valid: {0}"


class TooSlow(SourceFault):
    """The answer took too long."""

    says = "took longer than {0:g} s"


class TooLarge(SourceFault):
    """The answer exceeds the size limit."""

    says = "larger than {0:g} MB"


class CutOff(SourceFault):
    """The connection ended before the answer did."""

    says = "the answer was cut off"


class PartlyRead(SourceFault):
    """The answer was cut off, and what is whole of it was read."""

    says = "the answer was cut off: the entries that are whole are read, and it is asked for again"


class BadEncoding(SourceFault):
    """The answer's compression is broken or not known."""

    says = "the answer's compression ({0}) is not known or damaged"


class EmptyAnswer(SourceFault):
    """The answer is empty."""

    says = "the answer is empty"


class WebPage(SourceFault):
    """The answer is a web page and no feed."""

    says = "this is a web page (HTML), not a feed: look for the feed's own address"


class NotOfKind(SourceFault):
    """The answer is not of the watcher's kind."""

    says = "this is no {0}: {1}"


class TooDeep(SourceFault):
    """A document of a multi-part source lists further documents."""

    says = "its index names another index, which is not read: write that one's address"


class NothingSelected(SourceFault):
    """The page has no element that the watcher's selectors match."""

    says = "nothing on the page fits {0}: look whether the page was changed"


class QueryRefused(SourceFault):
    """The service refused the query."""

    says = "the query is refused: {0}"


class OwnerChanged(SourceFault):
    """The source serves another site's entries."""

    says = (
        "it serves another site now ({0}, not {1}): nothing of it is taken; "
        "if {0} is right, write sites = [{2}] under its [[watcher]]"
    )


class NotAFeed(SourceFault):
    """The answer is of a format that is not read."""

    says = "this is not a feed: {0}"


class RobotsForbid(SourceFault):
    """robots.txt forbids the address."""

    says = "the site's robots.txt does not let us read this address"


class RobotsUnread(SourceFault):
    """robots.txt could not be read, so the address may not be requested."""

    says = "the site's robots.txt cannot be read at present: the server answers {0}"


class NoArticle(SourceFault):
    """The link has no article that can be extracted; a retry would not change that."""

    says = "no article: {0}"


class UnexpectedFault(SourceFault):
    """An unexpected error in our own code or a library."""

    says = "could not be read: {0}"
