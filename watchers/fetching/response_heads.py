"""Repair of response heads: what browsers read and a strict HTTP parser refuses.

A head is a status line, header lines and an empty line, as bytes. One that is well-formed passes
unchanged; another is written anew, as browsers understand it (RFC 9112, 5.1 and 6.3).
"""

import re

# What browsers take, too.
MOST_HEAD = 256_000
_ENDS = re.compile(rb"\n\r?\n")
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_WELL_FORMED = re.compile(
    rb"HTTP/1\.[01] [1-5]\d\d(?: [\x20-\x7e]*+)?\r?\n(?:" + _TOKEN + rb":.*+\n)*+\r?\n"
)
_LENGTH_OR_CODING = re.compile(rb"\n(?:content-length|transfer-encoding):")
_PLAIN_FRAMING = re.compile(
    rb"\n(?:content-length:[ \t]*\d{1,15}|transfer-encoding:[ \t]*chunked)\r?\n"
)
_STATUS_LINE = re.compile(
    rb"(?:HTTP(?:/(\d)(?:\.(\d))?[\d.]{0,8})?|ICY)[ \t]{1,8}(\d{3})(?!\d)", re.IGNORECASE
)
_NAME = re.compile(_TOKEN)
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]+")
_BEGINNINGS = (b"http", b"icy ")
# Written anew; the others say nothing of a connection that ends.
_DECIDED = frozenset(
    {b"content-length", b"transfer-encoding", b"connection", b"keep-alive", b"upgrade"}
)


def end_of_head(received: bytes | bytearray, start: int = 0) -> int:
    """Where the body begins, or -1 where the head goes on; `start` is what was looked at."""
    # An empty line may have begun in what came before.
    found = _ENDS.search(received, max(start - 3, 0))
    return found.end() if found else -1


def may_be_head(received: bytes | bytearray) -> bool:
    """Whether what has come so far may be the beginning of a head that can be read."""
    begins = bytes(received[:4]).lower()
    return any(word.startswith(begins) for word in _BEGINNINGS)


def is_interim(head: bytes) -> bool:
    """Whether another head follows, that of the answer (RFC 9110, 15.2)."""
    status = _STATUS_LINE.match(head)
    return status is not None and status[3][:1] == b"1" and status[3] != b"101"


def repaired(head: bytes) -> bytes:
    """The head as a strict parser reads it; unchanged where it is well-formed or hopeless.

    A repaired head ends the connection after its body: what comes then may not be trusted to be
    the next answer. Lengths that contradict each other are left, and refused: browsers do so.
    """
    if _is_well_formed(head) and _is_framed_plainly(head):
        return head
    first, *lines = (line.rstrip(b"\r") for line in head.split(b"\n"))
    status = _STATUS_LINE.match(first)
    if status is None:
        return head
    fields = _fields(lines)
    version = b"1.0" if (status[1], status[2]) == (b"1", b"0") else b"1.1"
    made = [b"HTTP/%s %s " % (version, status[3])]
    made += [b"%s: %s" % field for field in fields if field[0].lower() not in _DECIDED]
    made += [*_framing(fields), b"Connection: close", b"", b""]
    return b"\r\n".join(made)


def _is_well_formed(head: bytes) -> bool:
    if b"\0" in head or head.count(b"\r") != head.count(b"\r\n"):
        return False
    return _WELL_FORMED.fullmatch(head) is not None


def _is_framed_plainly(head: bytes) -> bool:
    lowered = head.lower()
    named = len(_LENGTH_OR_CODING.findall(lowered))
    return not named or (named == 1 and _PLAIN_FRAMING.search(lowered) is not None)


def _fields(lines: list[bytes]) -> list[tuple[bytes, bytes]]:
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in lines:
        if line[:1] in {b" ", b"\t"}:
            if fields:
                fields[-1][1].append(line)
            continue
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name := name.rstrip(b" \t")):
            fields.append((name, [value]))
    return [(name, _CONTROL.sub(b" ", b" ".join(values)).strip()) for name, values in fields]


def _framing(fields: list[tuple[bytes, bytes]]) -> list[bytes]:
    codings = _values(fields, b"transfer-encoding")
    if codings and codings[-1].lower() == b"chunked":
        return [b"Transfer-Encoding: chunked"]
    lengths = {value.lstrip(b"0") or b"0" for value in _values(fields, b"content-length")}
    # Anything else is no length: the body goes on until the connection ends.
    return [b"Content-Length: " + value for value in sorted(lengths) if value.isdigit()]


def _values(fields: list[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    said = b",".join(value for name, value in fields if name.lower() == wanted)
    return [value for one in said.split(b",") if (value := one.strip())]
