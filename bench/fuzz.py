"""Strange inputs for all that reads what strangers wrote: `python -m bench.fuzz [--inputs N]`.

The tests' feeds, and those of a folder, are changed at random; texts are made of letters of all
scripts, marks, controls and markup. No exception may escape but those that are declared, nothing
may take longer than two seconds of the processor (an article: than it may take before it is
ended), and what is made has to be right: places in a text that lead back to it, messages that
Telegram takes, lists that are read as they were written. An input is a function of the seed and a
number.
What is found is written to a file, from which it can be repeated: `--again FILE`.
"""

import argparse
import multiprocessing
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing.connection import Connection, wait
from pathlib import Path
from random import Random

from bot.configuration.channels import Channel, Language
from bot.configuration.sources import opml
from bot.errors import UnreadableSourceError
from bot.messages.digests import texts
from bot.messages.labels import LABELS
from bot.messages.rendering import ChannelView, escape, plain, render
from rules import Rule
from rules.text.lookalikes import as_it_looks
from rules.text.normalise import Normalised, normalise
from store import entry_id
from stories import Report, stance_of
from tests import telegram_html
from tests.making import entry, match, report, story
from watchers import ParsedFeed, SourceFault, Watcher, parse
from watchers.articles import EXTRACTION, article_text
from watchers.identity import serve
from watchers.kinds.gdelt import GdeltOptions
from watchers.kinds.options import NO_OPTIONS, Options
from watchers.kinds.page import PageOptions, Selectors
from watchers.ownership import home_of, sites_of
from watchers.parsing.feeds import parse_quickly
from watchers.parsing.plain_text import MAX_TEXT, MAX_TITLE, absolute_link, plain_text, plain_title

NOW = datetime(2023, 6, 12, 12, tzinfo=UTC)
SLOW = 2.0
HUNG = 60.0
TOLD_EVERY = 50_000
LARGEST = 12_000
FILES = Path(__file__).parents[1] / "tests" / "watchers"
KINDS: Mapping[str, Options] = {
    "sitemap": NO_OPTIONS,
    "telegram": NO_OPTIONS,
    "gdelt": GdeltOptions("talks"),
    "page": PageOptions(Selectors("li, article, p")),
}
_TOKENS = (
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<", b">", b"&", b"&amp;", b"&#0;", b"&#x10ffff;",
    b"&#99999999999;", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"<item>", b"</item>",
    b"<entry>", b"</rss>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"<?xml version='1.1'?>",
    b" xml:base='http://[", b"<pubDate>Mon, 99 Foo 99999 25:61:61 +9999</pubDate>",
    b"<guid isPermaLink='false'>", b"<content type='xhtml'>", b"<link href='javascript:x'/>",
    b"<ttl>999999</ttl>", b"<skipHours><hour>99</hour></skipHours>", b"{", b"}", b"[", b'":',
    b"1e999", b"null", b"\\ud800", b"-9999999999999999999999", b"\xd9\x86", b"\xe2\x80\xae",
    b"encoding='utf-16'", b"charset=", b"<svg>", b"<script>", b"</", b"/>", b"<![", b"]",
)  # fmt: skip
_PIECES = (
    "Iran", "talks", "sanctions", "مذاکرات", "إيران", "عُمان", "ایران\u200cها", "переговоры", "Ирaн",
    "Κύπρος", "ירושלים", 'צה"ל', "İran'ın", "l'Iran", "Khamene'i", "ﷺ", "ﬁ", "Å", "e\u0301", "ŉ",
    "١٢٣", "<b>", "</b>", "&lt;", "&#x202e;", "<script>", "javascript:", "https://a.example/?a=1&b",
    "tg://user?id=1", "\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b[31m", "\x1e",
    "\n", "\r\n", "\t", "\ud800", "\U0001f1ee\U0001f1f7", "\U0001d400\U0001d41a", "ｆｕｌｌ", "''",
    '"', "- ", ". ", "! ", "؟ ", "said on Monday that", "denied", "confirmed", "\u0300" * 20, "ⅷ",
    "\U0001d408\U0001d42b\U0001d41a\U0001d427", "ß", "1,234.5",
)  # fmt: skip
_DISGUISES = str.maketrans("aceopxyikmthbdvn", "асеорхуіκмτһЬԁνո")


class WrongError(Exception):
    """What was made is not right."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An input, and what came of it."""

    target: str
    number: int
    reason: str
    data: bytes


def bodies(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """A feed with changes."""
    body = bytearray(rng.choice(seeds))
    if len(body) > LARGEST:
        start = rng.randrange(len(body) - LARGEST)
        body = body[: LARGEST // 4] + body[start : start + LARGEST // 2] + body[-LARGEST // 4 :]
    for _ in range(rng.choice((1, 1, 2, 4, 8, 30))):
        at = rng.randrange(len(body) + 1)
        size = rng.choice((1, 2, 8, 60, 400))
        match rng.randrange(6):
            case 0:
                del body[at : at + size]
            case 1:
                body[at:at] = body[at : at + size] * rng.choice((1, 1, 3, 20))
            case 2:
                body[at:at] = rng.choice(_TOKENS) * rng.choice((1, 1, 1, 50))
            case 3:
                other = rng.choice(seeds)
                begin = rng.randrange(len(other) + 1)
                body[at : at + size] = other[begin : begin + size]
            case 4 if at < len(body):
                body[at] = rng.randrange(256)
            case _:
                del body[at + rng.randrange(2_000) :]
    return bytes(body[: 4 * LARGEST])


def text(rng: Random) -> str:
    """A text of all kinds of pieces."""
    pieces = []
    for _ in range(rng.choice((1, 3, 10, 10, 40, 200))):
        match rng.randrange(8):
            case 0:
                pieces.append(chr(rng.randrange(0x110000)))
            case 1:
                pieces.append(chr(rng.randrange(0x3000)) * rng.choice((1, 1, 2, 30)))
            case 2 | 3:
                pieces.append(" ")
            case 4:
                piece = rng.choice(_PIECES)
                begin = rng.randrange(len(piece) + 1)
                pieces.append(piece[:begin] + piece[begin:].translate(_DISGUISES))
            case _:
                pieces.append(rng.choice(_PIECES))
    return "".join(pieces)


def page(rng: Random) -> bytes:
    """A page with an article, with changes."""
    paragraphs = "".join(f"<p>{text(rng)}</p>" for _ in range(rng.choice((1, 3, 10))))
    whole = f"<html><head><title>{text(rng)}</title></head><body><article>{paragraphs}</article>"
    return bodies(rng, [_told_as(whole)])


def outlines(rng: Random) -> bytes:
    """A list of feeds, with changes, or with none."""
    watchers = [
        replace(_watcher(), title=plain_title(text(rng)), url=f"https://a.example/{number}?a=1&b")
        for number in range(rng.choice((1, 3, 30)))
    ]
    written = _told_as(opml.written(watchers))
    return bodies(rng, [written]) if rng.randrange(4) else written


def _watcher(kind: str = "feed") -> Watcher:
    url = "https://courier.example/feed"
    return Watcher("courier", "Courier", url, kind=kind, options=KINDS.get(kind, NO_OPTIONS))


def _read(reader: Callable[..., ParsedFeed | None], body: bytes, kind: str = "feed") -> None:
    try:
        parsed = reader(
            body,
            url="https://courier.example/feed",
            content_type=("", "text/html; charset=latin-1")[len(body) % 2],
            watcher=_watcher(kind),
            now=NOW,
        )
    except SourceFault as fault:
        str(fault)
        return
    if parsed is not None:
        served, _ = serve("courier", parsed.entries, ids_untrusted=False, seen=NOW)
        for one in served:
            entry_id(one.entry)
        home_of(sites_of(served))


def _kinds(body: bytes) -> None:
    _read(parse, body, list(KINDS)[len(body) % len(KINDS)])


def _normalise(data: bytes) -> None:
    given = _told(data)
    made = Normalised(given)
    if made.text != normalise(given):
        raise WrongError("two ways to normalise differ")
    if normalise(made.text) != made.text:
        raise WrongError("normalising twice differs")
    looked = as_it_looks(given)
    if len(looked) != len(given) or as_it_looks(looked) != looked:
        raise WrongError("what letters look like moves places, or is not all seen at once")
    rng = Random(len(given))
    for _ in range(3 if made.text else 0):
        begin = rng.randrange(len(made.text))
        end = rng.randint(begin + 1, len(made.text))
        start, stop = made.span(begin, end)
        if not 0 <= start < stop <= len(given):
            raise WrongError(f"{begin}-{end} leads to {start}-{stop} of {len(given)}")


def _plain(data: bytes) -> None:
    markup = _told(data)
    title, words = plain_title(markup), plain_text(markup)
    if len(title) > MAX_TITLE or len(words) > MAX_TEXT or "\n" in title:
        raise WrongError("longer than it may be")
    link = absolute_link(markup, "https://courier.example/")
    if link and not link.startswith(("https://", "http://")):
        raise WrongError(f"a link that is none: {link[:80]}")


def _article(data: bytes) -> None:
    words = article_text(data, ("", "text/html; charset=latin-1")[len(data) % 2], "fa")
    if len(words) > MAX_TEXT:
        raise WrongError("longer than it may be")
    words.encode()


def _outlines(data: bytes) -> None:
    try:
        found = opml.read(data, "list")
    except UnreadableSourceError as error:
        str(error)
        return
    for one in found:
        if len(one.title) > opml.MAX_TITLE or len(one.url) > opml.MAX_ADDRESS:
            raise WrongError("longer than it may be")
        if not one.url.startswith(("https://", "http://")):
            raise WrongError(f"a link that is none: {one.url[:80]}")
    watchers = (
        replace(_watcher(), title=one.title, url=one.url, language=one.language) for one in found
    )
    if found and opml.read(_told_as(opml.written(watchers)), "list") != found:
        raise WrongError("a list that is written and read is another")


def _render(data: bytes) -> None:
    reports = _reports(data)
    for language in (Language.ENGLISH, Language.PERSIAN):
        message = render(story(*reports), _page(language))
        _taken(message)
        _taken(plain(message))
    _taken(escape(_told(data)[:1_000]) or "x")


def _digests(data: bytes) -> None:
    reports = _reports(data)
    stories = [
        replace(story(*(reports[: 1 + number % 2])), id=str(number))
        for number in range(1 + len(data) % 30)
    ]
    links = {"0": "https://t.me/c/1/2"} if len(data) % 2 else {}
    for language in (Language.ENGLISH, Language.PERSIAN):
        made = texts(stories, _page(language), _told(data)[:60].split("\x1f")[0], links)
        for one in made:
            _taken(one.text)
        if [name for one in made for name in one.stories] != [one.id for one in stories]:
            raise WrongError("stories are missing, doubled or in another order")


def _reports(data: bytes) -> list[Report]:
    one, other, *_ = [*_told(data).split("\x1f"), ""]
    documents = [
        entry(
            title=one[:MAX_TITLE],
            text=other[:MAX_TEXT],
            link=absolute_link(one, "https://a.example/"),
        ),
        entry(title=other[:MAX_TITLE], text=one[:MAX_TEXT], uid="2", source="ledger"),
    ]
    return [
        replace(report(document, match(), outlet=one[:80]), reading=stance_of(document, ()))
        for document in documents
    ]


def _taken(message: str) -> None:
    try:
        shown, _ = telegram_html.parse(message)
    except telegram_html.RefusedTextError as refused:
        if "empty" not in str(refused):
            raise WrongError(f"Telegram refuses it: {refused}") from None
    else:
        if "<script" in message.lower() or telegram_html.utf16_length(shown) > 4096:
            raise WrongError("what Telegram shows is not what it should be")


@cache
def _page(language: Language) -> ChannelView:
    rule = Rule("talks", "Talks & more", "any:x", channels=("c",), hashtags=("talks",))
    return ChannelView(Channel("c", language=language), LABELS[language], {"talks": rule}, {})


def _told(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _told_as(given: str) -> bytes:
    return given.encode("utf-8", "surrogatepass")


TARGETS: Mapping[str, tuple[int, Callable[[bytes], None]]] = {
    "normaliser": (46, _normalise),
    "plain text": (26, _plain),
    "renderer": (6, _render),
    "digests": (3, _digests),
    "lists": (3, _outlines),
    "articles": (1, _article),
    "fast path": (12, lambda body: _read(parse_quickly, body)),
    "feedparser": (2, lambda body: _read(parse, body)),
    "kinds": (1, _kinds),
}
_BODIES = frozenset({"fast path", "feedparser", "kinds"})
_OWN: Mapping[str, Callable[[Random], bytes]] = {"articles": page, "lists": outlines}
_RENDERED = frozenset({"renderer", "digests"})
_SLOW = {"articles": EXTRACTION}
_TURNS = [name for name, (share, _) in TARGETS.items() for _ in range(share)]


def made(seed: int, number: int, seeds: Sequence[bytes]) -> tuple[str, bytes]:
    """The input of this number, and what it is for."""
    rng = Random(f"{seed} {number}")
    target = _TURNS[number % len(_TURNS)]
    if target in _BODIES:
        return target, bodies(rng, seeds)
    if target in _OWN:
        return target, _OWN[target](rng)
    made_text = text(rng) + ("\x1f" + text(rng) if target in _RENDERED else "")
    return target, _told_as(made_text)


def tried(target: str, data: bytes) -> str:
    """What is wrong, or ""."""
    started = time.thread_time()
    try:
        TARGETS[target][1](data)
    except Exception:  # noqa: BLE001  finding them is what this is for
        return traceback.format_exc()
    took = time.thread_time() - started
    return f"it took {took:.1f} s" if took > _SLOW.get(target, SLOW) else ""


def main() -> None:
    options = _options()
    if options.again:
        name, _, again = Path(options.again).read_bytes().partition(b"\n")
        print(tried(name.decode(), again) or "nothing is wrong with it")
        return
    started = time.monotonic()
    counts, findings = _run(options)
    for target, count in counts.items():
        print(f"{target:12}{count:>10,}")
    took = time.monotonic() - started
    print(f"{counts.total():,} inputs of seed {options.seed} in {took:,.0f} s", end="; ")
    print(f"findings: {len(findings)}")


def _run(options: argparse.Namespace) -> tuple[Counter[str], list[Finding]]:
    context = multiprocessing.get_context("spawn")
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    started, said = time.monotonic(), 0
    workers: dict[Connection, multiprocessing.process.BaseProcess] = {}
    for number in range(options.processes):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(options, number, theirs), daemon=True)
        process.start()
        theirs.close()
        workers[ours] = process
    alive: dict[Connection, tuple[float, int]] = dict.fromkeys(workers, (time.monotonic(), 0))
    while alive:
        said = _progress(max(reached for _, reached in alive.values()), said, started, findings)
        for ready in wait([*alive], timeout=1):
            assert isinstance(ready, Connection)
            try:
                told = ready.recv()
            except EOFError:
                lost = alive.pop(ready)[1]
                if workers[ready].exitcode:
                    findings.append(_lost(lost, f"ended by {workers[ready].exitcode}"))
                continue
            match told:
                case Finding():
                    _tell(told, options.write)
                    findings.append(told)
                case Counter():
                    counts += told
                case _:
                    alive[ready] = time.monotonic(), told
        for pipe, (since, lost) in [*alive.items()]:
            if time.monotonic() - since > HUNG:
                workers[pipe].kill()
                del alive[pipe]
                findings.append(_lost(lost, "it hangs"))
    return counts, findings


def _tell(finding: Finding, folder: Path) -> None:
    file = folder / f"{finding.target.replace(' ', '-')}-{finding.number}"
    file.write_bytes(finding.target.encode() + b"\n" + finding.data)
    print(f"{finding.target} {finding.number}: {finding.reason}\nwritten to {file}\n", flush=True)


def _progress(reached: int, said: int, started: float, findings: Sequence[Finding]) -> int:
    """How many steps were told, with the one that is reached now."""
    step = reached // TOLD_EVERY
    if step > said:
        took = time.monotonic() - started
        print(f"{reached:,} in {took:,.0f} s, {len(findings)} findings", flush=True)
    return max(step, said)


def _lost(number: int, reason: str) -> Finding:
    # Which of the inputs since the last sign of life it was, trying them one by one tells.
    found = Finding("unknown", number, f"{reason} at or soon after this number", b"")
    print(f"{found.target} {found.number}: {found.reason}", flush=True)
    return found


def _work(options: argparse.Namespace, worker: int, pipe: Connection) -> None:
    seeds = _seeds(options.feeds)
    counts: Counter[str] = Counter()
    told = 0.0
    for number in range(worker, options.inputs, options.processes):
        target, data = made(options.seed, number, seeds)
        if time.monotonic() - told > 1:
            # A sign of life, with where it is.
            told = time.monotonic()
            pipe.send(number)
        counts[target] += 1
        if reason := tried(target, data):
            pipe.send(Finding(target, number, reason, data))
    pipe.send(counts)
    pipe.close()


def _seeds(folder: Path | None) -> list[bytes]:
    files = [*FILES.rglob("*.xml"), *FILES.rglob("*.json"), *FILES.rglob("*.html")]
    if folder:
        files += [file for file in folder.iterdir() if file.suffix != ".md"]
    return [body for file in sorted(files) if (body := file.read_bytes())]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    parser.add_argument("--feeds", type=Path, help="a folder of real feeds to change")
    parser.add_argument("--write", type=Path, default=Path(), help="where findings are written")
    parser.add_argument("--again", help="a file with a finding")
    return parser.parse_args()


if __name__ == "__main__":
    main()
