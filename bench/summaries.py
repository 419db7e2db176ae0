"""Summaries of a year of real entries: how long each takes, how many there are, what they say.

    python -m bench.summaries [--stream ../shared/stream/2022.jsonl.gz] [--show 20]

Every entry of the stream is a story by itself, and every ten entries in a row are one story more,
so that long stories are measured too; and every hundred, each with an article, which is made of the
texts that follow it. Times are the processor's, so that a busy machine counts for nothing, and
without the collections of garbage, of which the bench makes more than all summaries.
`--show` prints that many summaries, spread over the year.
"""

import argparse
import gc
import gzip
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bot.configuration.loading import load
from rules import Matcher
from stories import Report, Sentence, Story, summarise
from watchers.parsing.plain_text import plain_text, plain_title

LIMIT_MS = 5.0
TOGETHER = 10
MANY = 100
ARTICLE = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    source: str
    title: str
    text: str
    link: str
    language: str | None
    published: datetime
    author: str = ""
    categories: tuple[str, ...] = ()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stream", type=Path, default=Path("../shared/stream/2022.jsonl.gz"))
    parser.add_argument("--config", type=Path, default=Path("config.toml"))
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    matcher = load(options.config).matcher
    reports = [_report(item, matcher) for item in _items(options.stream)]
    print(f"{len(reports)} entries, of which {sum(bool(r.matches) for r in reports)} match a rule")
    gc.disable()
    alone = [_timed(_story([report])) for report in reports]
    _tell("one report", alone)
    _tell("one report that matches", [a for a, r in zip(alone, reports, strict=True) if r.matches])
    groups = (reports[at : at + TOGETHER] for at in range(0, len(reports), TOGETHER))
    together = [_timed(_story(some)) for some in groups]
    _tell(f"{TOGETHER} reports", together)
    read = [_with_article(reports, at) for at in range(0, len(reports), TOGETHER)]
    _tell("one article", [_timed(_story([report])) for report in read])
    crowds = (read[at : at + MANY] for at in range(len(read) - MANY + 1))
    _tell(f"{MANY} reports, articles", [_timed(_story(crowd)) for crowd in crowds])
    if options.show:
        shown = [(r, s) for r, (_, s) in zip(reports, alone, strict=True) if s and _is_long(r)]
        for report, summary in shown[:: max(len(shown) // options.show, 1)][: options.show]:
            _show(report, summary)


def _items(stream: Path) -> Iterator[Item]:
    with gzip.open(stream, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            yield Item(
                item["source"],
                plain_title(item["title"] or ""),
                plain_text(item["text"] or ""),
                item["link"] or "",
                item["language"],
                datetime.fromisoformat(item["published"]),
            )


def _report(item: Item, matcher: Matcher) -> Report:
    return Report(item.link, item, item.source, matcher.match(item, now=item.published))


def _with_article(reports: Sequence[Report], at: int) -> Report:
    texts: list[str] = []
    size = 0
    for report in reports[at : at + MANY]:
        texts.append(report.document.text)
        size += len(texts[-1])
        if size > ARTICLE:
            break
    return replace(reports[at], article="\n".join(texts)[:ARTICLE])


def _story(reports: Sequence[Report]) -> Story:
    first = reports[0]
    published = first.document.published
    return Story(first.entry, published, published, tuple(reports))


def _timed(story: Story) -> tuple[float, tuple[Sentence, ...]]:
    started = time.thread_time()
    summary = summarise(story)
    return (time.thread_time() - started) * 1000, summary


def _tell(name: str, found: Sequence[tuple[float, tuple[Sentence, ...]]]) -> None:
    if not found:
        return
    times = sorted(taken for taken, _ in found)
    over = sum(taken > LIMIT_MS for taken in times)
    none = sum(not summary for _, summary in found)
    counts = [sum(len(s) == n for _, s in found) for n in range(1, 5)]
    print(
        f"{name:24} {len(found):6}  median {times[len(times) // 2]:.2f} ms, "
        f"99% {times[len(times) * 99 // 100]:.2f}, longest {times[-1]:.2f}, over {LIMIT_MS:.0f}: "
        f"{over}; without a summary {none / len(found):.1%}; with 1 to 4 sentences {counts}"
    )


def _is_long(report: Report) -> bool:
    return len(report.document.text) > 250


def _show(report: Report, summary: Sequence[Sentence]) -> None:
    print(f"\n# {report.document.title}")
    for sentence in summary:
        print(f"  - {sentence}")


if __name__ == "__main__":
    main()
