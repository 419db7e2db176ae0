"""Sites that move: the same entries under other ids, links and domains are no news."""

import time
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.watchers.making import NOON
from tests.watchers.test_ownership import AWAY, HOME, Reader, reader

__all__ = ["reader"]

HOUR = timedelta(hours=1)


def told(
    title: str, link: str, guid: str = "", *, at: datetime = NOON - 150 * HOUR, text: str = ""
) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>"
        f"{(guid or link).replace('&', '&amp;')}</guid><pubDate>{format_datetime(at)}</pubDate>"
        f"<description>{text}</description></item>"
    )


def stories(link: str, guid: str = "", *, numbers: range = range(4), text: str = "") -> list[str]:
    """Items of six days ago; `{}` stands for the number of each."""
    return [
        told(
            f"Story number {number}",
            link.format(number),
            guid.format(number),
            at=NOON - 145 * HOUR - number * HOUR,
            text=text,
        )
        for number in numbers
    ]


BEFORE = stories("http://courier.example/a/{}", "http://courier.example/?p={}")
FORMS = {
    "scheme": ("https://courier.example/a/{}", "https://courier.example/?p={}"),
    "www": ("http://www.courier.example/a/{}", "http://www.courier.example/?p={}"),
    "slash, form": ("http://courier.example/a/{}/", "http://courier.example/?post_type=x&p={}"),
    "host's case": ("http://Courier.example/a/{}", "HTTP://COURIER.example/?p={}"),
    "port": ("http://courier.example:80/a/{}", "http://courier.example:80/?p={}"),
    "all": ("https://www.courier.example/a/{}/", "https://www.courier.example/?x=1&p={}"),
    "number alone": ("https://courier.example/a/{}", "{}"),
    "path": ("http://courier.example/news/2023/a-{}", "n-{}"),
    "another domain": ("https://courier-news.example/a/{}", "https://courier-news.example/?p={}"),
}


@pytest.mark.parametrize("form", FORMS)
async def test_what_moved_is_not_told_again(reader: Reader, form: str) -> None:
    link, guid = FORMS[form]
    after = stories(link, guid)
    assert await reader.reads(BEFORE, after) == 0
    new = told("Talks resume", link.format(9), guid.format(9), at=NOON)
    assert await reader.reads([new, *after]) == 1


@pytest.mark.parametrize("form", ["scheme", "www", "slash, form"])
async def test_what_moved_and_has_other_headlines_and_dates_since(
    reader: Reader, form: str
) -> None:
    """By its id or link alone."""
    link, guid = FORMS[form]
    if form == "slash, form":
        guid = FORMS["scheme"][1]
    after = [
        told(f"Edited {number}", link.format(number), guid.format(number), at=NOON)
        for number in range(4)
    ]
    assert await reader.reads(BEFORE, after) == 0


async def test_where_there_are_no_ids_the_form_of_links_makes_no_difference(
    reader: Reader,
) -> None:
    def without_ids(link: str) -> list[str]:
        return [
            f"<item><title>Title {number} of {link}</title><link>{link}{number}</link></item>"
            for number in range(3)
        ]

    forms = ["http://courier.example/a?q=2&amp;n=", "https://www.courier.example/a/?q=2&amp;n="]
    assert await reader.reads(*map(without_ids, forms)) == 0
    assert await reader.reads(without_ids("https://courier.example/b?q=2&amp;n=")) == 3


async def test_the_same_item_under_two_domains_of_one_feed_is_one(reader: Reader) -> None:
    def item(site: str, number: int, path: str = "a/", text: str = "") -> str:
        return told(
            f"Story {number}", f"https://{site}/{path}{number}", at=NOON - number * HOUR, text=text
        )

    await reader.reads([item(HOME, number) for number in (5, 6)])
    both = [item(HOME, 1), item("courier-news.example", 1), item(HOME, 5), item(HOME, 6)]
    assert await reader.reads(both) == 1
    other_path = [
        item(HOME, 2, text="One text."),
        item("courier-news.example", 2, "news/", text="One text."),
    ]
    assert await reader.reads([*other_path, *both]) == 1
    # Hours later, under the other domain alone.
    assert await reader.reads([item("courier-news.example", 2, "news/"), item(HOME, 5)]) == 0


async def test_a_headline_that_comes_back_with_another_date_is_news(reader: Reader) -> None:
    def briefing(day: int, link: str = "https://courier.example/{}", guid: str = "") -> str:
        date = NOON - timedelta(days=3 - day) - HOUR
        return told("Morning briefing", link.format(day), guid.format(day), at=date, text="x")

    assert await reader.reads([briefing(1)], [briefing(2), briefing(1)]) == 1
    assert await reader.reads([briefing(3), briefing(2), briefing(1)]) == 1


async def test_a_headline_that_comes_back_at_the_same_address_is_news(reader: Reader) -> None:
    link = "https://courier.example/briefing"
    others = [told(f"Ship {n}", f"https://courier.example/{n}", f"ship-{n}") for n in range(2)]
    for day in range(3):
        reader.now = NOON + timedelta(days=day)
        feed = [told("Morning briefing", link, f"b-{day}", at=reader.now - HOUR), *others]
        assert [await reader.reads(feed), await reader.reads(feed)] == [1, 0]


async def test_an_id_that_is_changed_with_each_edit_makes_no_news(reader: Reader) -> None:
    """As some write it: the link and the number of the edition."""
    link = "https://courier.example/a"
    others = [told(f"Ship {n}", f"https://courier.example/{n}", f"ship-{n}") for n in range(2)]
    await reader.reads([told("Talks", link, f"{link}#0", at=NOON - HOUR), *others])
    reader.now = NOON + HOUR
    assert await reader.reads([told("Talks", link, f"{link}#1", at=reader.now), *others]) == 0


async def test_two_of_one_headline_and_day_are_two(reader: Reader) -> None:
    """Dates without a time tell nothing apart."""

    def notice(number: int, text: str = "Notice to mariners") -> str:
        midnight = NOON.replace(hour=0)
        return told("Notice", f"https://courier.example/{number}", at=midnight, text=text)

    first = told("Older", "https://courier.example/0", at=NOON.replace(hour=0) - 24 * HOUR)
    assert await reader.reads([first, notice(9)], [notice(1), notice(2), notice(9), first]) == 2
    assert await reader.reads([notice(3), notice(1), notice(2), notice(9), first]) == 1
    # A whole feed of such dates that has moved is known all the same.
    moved = [
        told("Older", "https://courier.example/n/0", at=NOON.replace(hour=0) - 24 * HOUR),
        told("Harbour", "https://courier.example/n/8", at=NOON.replace(hour=0) - 24 * HOUR),
    ]
    await reader.reads([one.replace("/n/", "/") for one in moved])
    assert await reader.reads(moved) == 0


async def test_two_of_one_headline_and_second_with_other_texts_are_two(reader: Reader) -> None:
    def alert(number: int, text: str) -> str:
        return told("Alert", f"https://courier.example/{number}", at=NOON - HOUR, text=text)

    both = [alert(1, "Sirens in the north."), alert(2, "Sirens in the south.")]
    old = told("Old", "https://courier.example/0")
    assert await reader.reads([old], [*both, old]) == 2
    assert await reader.reads([alert(3, "Sirens in the west."), *both, old]) == 1


async def test_a_site_that_moved_with_other_headlines_brings_no_archive(reader: Reader) -> None:
    after = [
        told(f"Ship {number}", f"https://courier.example/n/{number}", at=NOON - 140 * HOUR)
        for number in range(5)
    ]
    assert await reader.reads(BEFORE, after) == 0
    late = [told(f"Late {n}", f"https://courier.example/l/{n}") for n in range(2)]
    assert await reader.reads(late) == 2


async def test_who_takes_one_headline_over_is_not_its_owner(reader: Reader) -> None:
    """A site that moved has half of its headlines and dates with it; one proves nothing."""
    home = stories(f"https://{HOME}/{{}}", numbers=range(6))
    spam = [told(f"Pills {n}", f"https://{AWAY}/{n}", at=NOON) for n in range(9)]
    stolen = stories(f"https://{AWAY}/s/{{}}", numbers=range(1))
    assert await reader.reads(home, [*spam, *stolen]) == 0
    assert reader.state.owner_changed
    moved = stories("https://courier-news.example/{}", numbers=range(6))
    assert await reader.reads([told("New", "https://courier-news.example/9", at=NOON), *moved]) == 1
    assert (reader.state.owner_changed, reader.state.home) == (False, "courier-news.example")


async def test_a_thousand_of_one_headline_and_date_take_no_time(reader: Reader) -> None:
    text = "A long text of many words. " * 60
    feed = [told("Alert", f"https://courier.example/{n}", text=f"{text}{n}") for n in range(1_000)]
    begun = time.perf_counter()
    await reader.reads(feed)
    assert time.perf_counter() - begun < 5
