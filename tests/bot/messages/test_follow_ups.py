from dataclasses import replace

from bot.messages.follow_ups import Kind, follow_ups
from stories import Reading, Report, Stance
from tests.making import entry, report, story

TEXTS = (
    "Envoys of both sides met in Muscat on Monday.",
    "Oman carried a written proposal to Tehran, two diplomats say.",
    "A third round is planned for next week, officials told reporters.",
    "The ministry spoke of serious and constructive exchanges there.",
)


def said(number: int, stance: Stance = Stance.REPORTS) -> Report:
    one = entry(f"Headline of outlet number {number}", TEXTS[number % 4], uid=str(number))
    return replace(report(one, outlet=f"Outlet {number}"), reading=Reading(stance))


def kinds(before: list[Report], after: list[Report]) -> list[str]:
    return [turn.key for turn in follow_ups(story(*before), story(*after))]


def test_the_first_denial_and_the_first_confirmation_are_turns() -> None:
    first, denial, again = said(0), said(1, Stance.DENIES), said(2, Stance.DENIES)
    assert kinds([first], [first, denial]) == ["denied"]
    assert kinds([first, denial], [first, denial, again])[:1] != ["denied"]
    confirmation = said(1, Stance.CONFIRMS)
    assert kinds([first], [first, confirmation]) == ["confirmed"]
    assert kinds([denial], [denial, confirmation]) == ["confirmed"]


def test_the_third_independent_source_is_a_turn() -> None:
    one, two, three, four = (said(number) for number in range(4))
    assert kinds([one, two], [one, two, three]) == ["sources-3"]
    assert kinds([one, two, three], [one, two, three, four]) == []
    (turn,) = follow_ups(story(one), story(one, two, three, four))
    assert turn.kind is Kind.SOURCES
    assert [source.outlet for source in turn.sources] == ["Outlet 0", "Outlet 1", "Outlet 2"]


def test_outlets_of_one_owner_and_copies_of_one_text_are_one_source() -> None:
    one, two = said(0), said(1)
    sister = replace(said(2), owner="Outlet 0")
    copy = replace(said(0), outlet="Another", entry="copy")
    assert kinds([one, two], [one, two, sister]) == []
    assert kinds([one, two], [one, two, copy]) == []
