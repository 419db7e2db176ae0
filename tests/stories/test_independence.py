"""Which reports count as sources of their own."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.configuration.loading import load
from stories import Report, Story, independent
from tests.making import NOON, entry

WORDS = (
    "Delegations from Iran and the United States spoke through Omani mediators for three hours on "
    "Saturday in Muscat, and both sides agreed to meet again within a week, the foreign minister "
    "of Oman said after he had seen the two negotiators off at the airport in the evening."
)
OTHER = "Oil prices fell after word of progress in Muscat, traders in London and Dubai said."
THIRD = "Lawmakers in Washington asked to see any agreement with Tehran before it is signed."


def made(outlet: str, text: str = "", *, owner: str = "", author: str = "") -> Report:
    one = entry(f"What {outlet} writes about it today", text, source=outlet, author=author)
    return Report(outlet, one, outlet, (), owner=owner)


def counted(*reports: Report) -> list[str]:
    return [report.outlet for report in independent(Story("1", NOON, NOON, reports))]


def test_outlets_of_one_owner_are_one_source() -> None:
    one, other = made("BBC News", WORDS, owner="BBC"), made("BBC Persian", OTHER, owner="BBC")
    assert counted(one, made("Dawn", THIRD), other) == ["BBC News", "Dawn"]


@pytest.mark.parametrize(
    ("credit", "text"),
    [
        ("Reuters", "MUSCAT (Reuters) - {}"),
        ("Reuters", "Muscat, June 12 (Reuters) – {}"),
        ("Reuters", "(Reuters) {}"),
        ("Reuters", "{} (Reuters)"),
        ("Reuters", "{} [Reuters/AP]"),
        ("Reuters", "دبي (رويترز) - {}"),
        ("Reuters", "دبی (رویترز): {}"),
        ("AFP", "AFP - {}"),
        ("AFP", "{} (avec AFP)"),
        ("AFP", "{} /AFP/"),
        ("AFP", "فيينا 12 يونيو (أ ف ب) - {}"),
        ("TASS", "MOSCOW, June 12. /TASS/. {}"),
        ("TASS", "МОСКВА, 12 июня. /ТАСС/. {}"),
        ("TASS", "ТЕГЕРАН, 12 июня (ИТАР-ТАСС) — {}"),
        ("Tasnim", "به گزارش خبرگزاری تسنیم، {}"),
        ("Tasnim", "به گزارش تسنیم، {}"),
        ("Mehr News", "به گزارش خبرگزاری مهر، {}"),
        ("dpa", "Wien (dpa/AFP) - {}"),
    ],
)
def test_what_credits_an_agency_is_one_source_with_it(credit: str, text: str) -> None:
    agency = made(credit, WORDS)
    assert counted(agency, made("Dawn", text.format(OTHER))) == [credit]
    assert counted(made("Dawn", text.format(OTHER)), agency) == ["Dawn"]
    rewritten = made("Times", text.format(THIRD))
    assert counted(made("Dawn", text.format(OTHER)), rewritten) == ["Dawn"]


@pytest.mark.parametrize("author", ["Reuters", "By Reuters", "AFP and Reuters", "Reuters Staff"])
def test_the_author_can_be_an_agency(author: str) -> None:
    copy = made("Dawn", OTHER, author=author)
    assert counted(made("Reuters", WORDS), copy) == ["Reuters"]


@pytest.mark.parametrize(
    "text",
    [
        "A diplomat told Reuters that the talks go on. " + OTHER,
        OTHER + " Two officials confirmed it to Reuters.",
        OTHER + " So said a source who spoke to Reuters",
        "Citing a Reuters report, lawmakers asked for more. " + OTHER,
        "The agency (Reuters) had said so before. " + OTHER,
        "Officials (who spoke to Reuters) - and others - said so. " + OTHER,
        OTHER + " It was first reported by an agency (Reuters)",
        "مسقط (وكالات) - " + OTHER,
        OTHER + " (وكالات)",
        "MUSCAT (Agencies) - " + OTHER,
        "ISLAMABAD (Reuters of Punjab) - " + OTHER,
    ],
)
def test_what_only_quotes_an_agency_is_no_copy(text: str) -> None:
    assert counted(made("Reuters", WORDS), made("Dawn", text)) == ["Reuters", "Dawn"]


@pytest.mark.parametrize("author", ["Fars al-Mutairi", "AA Gill", "Reuter Smith", "agencies"])
def test_an_author_who_is_called_nearly_so_is_none(author: str) -> None:
    agencies = [made(name, WORDS[at:]) for at, name in ((0, "Fars News"), (90, "AA"))]
    assert counted(*agencies[:1], made("Dawn", OTHER, author=author))[-1] == "Dawn"
    assert counted(*agencies[1:], made("Dawn", OTHER, author=author))[-1] == "Dawn"


def test_two_that_credit_agencies_in_general_are_two() -> None:
    one, other = made("Dawn", f"مسقط (وكالات) - {OTHER}"), made("Times", f"مسقط (وكالات) - {THIRD}")
    assert counted(one, other) == ["Dawn", "Times"]


@pytest.mark.parametrize("edited", ["for three hours", "within a week", "of Oman said"])
def test_a_text_that_was_slightly_edited_is_a_copy(edited: str) -> None:
    text = WORDS.replace(edited, "as it seems").replace("spoke", "talked").replace("seen", "led")
    assert counted(made("Dawn", WORDS), made("Times", text)) == ["Dawn"]


def test_two_that_quote_one_sentence_are_no_copies() -> None:
    quote = "“We will meet again within a week,” the minister of Oman said. "
    assert counted(made("Dawn", quote + OTHER), made("Times", THIRD + quote)) == ["Dawn", "Times"]


def test_an_outlet_that_carried_a_copy_still_has_its_own() -> None:
    copy = made("Dawn", f"MUSCAT (Reuters) - {WORDS}")
    own = replace(made("Dawn", OTHER), entry="own")
    assert counted(made("Reuters", WORDS), copy, own) == ["Reuters", "Dawn"]


def test_the_shipped_outlets_of_one_owner_have_it_in_common() -> None:
    watchers = load(Path(__file__).parents[2] / "config.toml").watchers
    owners = {watcher.name: watcher.owner for watcher in watchers}
    by_title: dict[str, set[str]] = {}
    for watcher in watchers:
        by_title.setdefault(watcher.title, set()).add(watcher.owner or watcher.title)
    assert all(len(found) == 1 for found in by_title.values())
    for prefix, owner in (
        ("bbc-", "BBC"),
        ("dw-", "Deutsche Welle"),
        ("euronews-", "Euronews"),
        ("france24-", "France Médias Monde"),
        ("aljazeera-", "Al Jazeera"),
        ("n12-", "Keshet"),
    ):
        family = [name for name in owners if name.startswith(prefix)]
        assert len(family) > 1
        assert {owners[name] for name in family} == {owner}
    assert {owners[name] for name in ("irib-news", "press-tv", "al-alam")} == {"IRIB"}
