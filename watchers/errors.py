"""What can be wrong with a source, in words for whoever runs the bot."""

from datetime import timedelta
from typing import ClassVar


class WatcherError(Exception):
    """The base of all errors of watchers."""


class SourceFault(WatcherError):  # noqa: N818  an error is ours, a fault the source's
    """The source could not be read.

    The text is made of `says` and the arguments; it never holds an address, which may carry
    credentials. `wait` is how long the source asked, or is known to need, to be left alone.
    """

    says: ClassVar[str] = "could not be read: {0}"

    def __init__(self, *details: object, wait: timedelta = timedelta()) -> None:
        """Keep what the class's sentence is completed with."""
        super().__init__(*details)
        self.wait = wait

    def __str__(self) -> str:
        """The class's sentence with the details."""
        return self.says.format(*self.args)


class BadStatus(SourceFault):
    """The server answered with an error."""

    says = "the server answers {0}"


class Gone(SourceFault):
    """The feed was taken down for good."""

    says = "the server answers 410 Gone: the feed was taken down; remove the watcher"


class TooManyRedirects(SourceFault):
    """The address leads on and on."""

    says = "the address was redirected more than {0} times"


class BadRedirect(SourceFault):
    """A redirect leads to no address that can be read."""

    says = "the address is redirected to nothing that can be read ({0})"


class BadAddress(SourceFault):
    """The address is not one of the web."""

    says = "the address is not an http or https address: correct it"


class PrivateAddress(SourceFault):
    """The address leads into a private network."""

    says = "the address is private; set allow_private = true to read it"


class UnknownHost(SourceFault):
    """The name of the host is not known."""

    says = "the host name is not known: check the address for a typing error, or the network"


class CannotConnect(SourceFault):
    """No connection came about."""

    says = "cannot connect to the server: {0}"


class CertificateFault(SourceFault):
    """The server does not prove who it is."""

    says = "the server's certificate is not valid: {0}"


class TooSlow(SourceFault):
    """The answer took too long."""

    says = "took longer than {0:g} s"


class TooLarge(SourceFault):
    """The answer is larger than is read."""

    says = "larger than {0:g} MB"


class CutOff(SourceFault):
    """The connection ended before the answer did."""

    says = "the answer was cut off"


class BadEncoding(SourceFault):
    """The compression cannot be undone."""

    says = "the answer's compression ({0}) is not known or damaged"


class EmptyAnswer(SourceFault):
    """There is nothing in the answer."""

    says = "the answer is empty"


class WebPage(SourceFault):
    """The answer is a page for people."""

    says = "this is a web page (HTML), not a feed: look for the feed's own address"


class NotOfKind(SourceFault):
    """The answer is not what the watcher's kind says."""

    says = "this is no {0}: {1}"


class TooDeep(SourceFault):
    """A document that belongs to the source names others."""

    says = "its index names another index, which is not read: write that one's address"


class NothingSelected(SourceFault):
    """The page has not the parts that the watcher names."""

    says = "nothing on the page fits {0}: look whether the page was changed"


class QueryRefused(SourceFault):
    """The service does not answer the query."""

    says = "the query is refused: {0}"


class Turned(SourceFault):
    """What is served is another site's."""

    says = (
        "it serves another site now ({0}, not {1}): nothing of it is taken; "
        "if {0} is right, write sites = [{2}] under its [[watcher]]"
    )


class NotAFeed(SourceFault):
    """The answer is something else."""

    says = "this is not a feed: {0}"


class RobotsForbid(SourceFault):
    """The site does not want the address to be read by programs."""

    says = "the site's robots.txt does not let us read this address"


class RobotsUnread(SourceFault):
    """Whether the site wants the address to be read is not known."""

    says = "the site's robots.txt cannot be read at present: the server answers {0}"


class NoArticle(SourceFault):
    """There is no article behind the link, and asking again is of no use."""

    says = "no article: {0}"


class UnexpectedFault(SourceFault):
    """What nobody thought of."""

    says = "could not be read: {0}"
