from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import Evidence, Field
from stories import FOLLOW_WINDOW, WINDOW, Grouping, Reading, Report, Stance, Story
from tests.making import NOON, entry, report, story

TITLE = "Iran and US hold indirect talks in Muscat"
TEXT = "Delegations spoke through Omani mediators for three hours on Saturday."
HOUR = timedelta(hours=1)


def made(title: str, text: str = "", hours: float = 0, **fields: object) -> Report:
    at = NOON + hours * HOUR
    own = {"uid": f"{title}@{hours}", "link": f"https://courier.example/{title}{hours}"}
    one = entry(title, text, **{**own, "published": at, "seen": at, **fields})
    return Report(f"{one.source}/{one.uid}", one, one.source, ())


def mentioning(one: Report, *parts: str) -> Report:
    mentions = tuple(Evidence(Field.TITLE, 0, 0, part, part) for part in parts)
    return Report(one.entry, one.document, one.outlet, one.matches, mentions)


def together(*reports: Report) -> bool:
    grouping = Grouping()
    return len({grouping.group(one, one.document.published).id for one in reports}) == 1


def test_a_report_of_its_own_opens_a_story() -> None:
    one = report(entry(TITLE))
    other = story(report(entry("Something else happened today in Vienna", link="")))
    opened = Grouping([other]).group(one, NOON)
    assert opened.reports == (one,)
    assert opened.id == one.entry


def test_the_same_link_joins_and_changes_the_story() -> None:
    before = story(report(entry(TITLE, link="https://a.example/1")))
    after = Grouping([before]).group(
        report(entry("Another headline", link="https://a.example/1")), NOON + HOUR
    )
    assert (after.id, len(after.reports), after.updated) == (before.id, 2, NOON + HOUR)


def test_a_copy_of_another_outlet_joins_by_its_headline() -> None:
    copy = made(TITLE.upper(), "Nothing that the other has.", source="b")
    assert together(made(TITLE, TEXT, source="a"), copy)


def test_a_column_that_is_always_called_the_same_stays_apart() -> None:
    title = "The morning briefing for all subscribers"
    assert not together(made(title, hours=0), made(title, hours=24))


def test_a_repost_of_the_same_text_is_a_copy() -> None:
    assert together(made(TITLE, TEXT, hours=0), made(TITLE, TEXT, hours=1))


def test_short_headlines_and_empty_links_join_nothing() -> None:
    one, other = (made("Live updates", source=s, link="", hours=h) for h, s in enumerate("ab"))
    assert not together(one, other)


def test_an_old_story_is_closed() -> None:
    late = (WINDOW + timedelta(seconds=1)) / HOUR
    assert together(made(TITLE, TEXT, source="a"), made(TITLE, TEXT, late - 1, source="b"))
    assert not together(made(TITLE, TEXT, source="a"), made(TITLE, TEXT, late, source="b"))


def test_other_words_for_the_same_join() -> None:
    one = made("Ferry with 240 aboard sinks off Zanzibar", "The MV Karafuu sank on Tuesday.")
    other = made(
        "Zanzibar ferry MV Karafuu sinks with 240 people", "Rescuers search near Zanzibar.", 2
    )
    assert together(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            ("Fourth round of talks held in Muscat", "Delegations met on Saturday in Muscat."),
            ("Fifth round of talks held in Rome", "Delegations met on Friday in Rome."),
            id="another round",
        ),
        pytest.param(
            ("Police arrest Ivan Petrov in Sofia over fraud", "Petrov, 41, was held on Monday."),
            ("Police arrest Maria Koleva in Varna over fraud", "Koleva, 29, was held on Tuesday."),
            id="another arrest",
        ),
        pytest.param(
            ("Talks begin in Geneva on frozen accounts", "Envoys opened the talks in Geneva."),
            ("Talks end in Geneva on frozen accounts", "Envoys closed the talks in Geneva."),
            id="another turn",
        ),
    ],
)
def test_look_alikes_stay_apart(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert not together(made(*one), made(*other, 20))


SHARED = ("actor:araghchi", "actor:witkoff", "topic:omani-mediation", "actor:oman")


def test_two_languages_are_joined_by_what_they_mention() -> None:
    one = mentioning(made(TITLE, TEXT), *SHARED)
    other = mentioning(made("پایان مذاکرات در مسقط", "گفت‌وگوها سه ساعت بود.", 1), *SHARED)
    assert together(one, other)


def test_one_thing_in_common_is_not_enough_for_two_languages() -> None:
    one = mentioning(made(TITLE, TEXT), "actor:iran")
    other = mentioning(made("زلزله در شرق ایران", "چند روستا آسیب دید.", 1), "actor:iran")
    assert not together(one, other)


def test_other_numbers_keep_two_languages_apart() -> None:
    funds = ("actor:iran", "topic:frozen-funds", "actor:iraq", "actor:us")
    one = mentioning(made("Iraq frees 2.7 billion euros", "It paid 2.7 billion."), *funds)
    same = mentioning(made("العراق يفرج عن 2.7 مليار", "دفع 2.7 مليار.", 1), *funds)
    other = mentioning(made("العراق يفرج عن 500 مليون", "في الجولة الثالثة 500.", 60), *funds)
    assert together(one, same)
    assert not together(one, other)


def test_a_follow_up_is_a_new_story_that_names_the_one_before() -> None:
    grouping = Grouping()
    began = mentioning(made("Sixth round of talks begins in Muscat", TEXT, 0), *SHARED)
    ended = mentioning(made("Sixth round of talks ends in Muscat", TEXT, 28), *SHARED)
    first = grouping.group(began, NOON)
    second = grouping.group(ended, NOON + 28 * HOUR)
    assert second.id != first.id
    assert second.follows == first.id


def test_what_is_only_alike_is_no_follow_up() -> None:
    grouping = Grouping()
    grouping.group(mentioning(made("Araghchi praises Omani hosts", TEXT, 0), *SHARED), NOON)
    other = mentioning(made("Witkoff flies home to consult", "He left Oman.", 24 * 5), *SHARED)
    assert grouping.group(other, NOON + 24 * 5 * HOUR).follows is None


def test_what_nothing_can_follow_any_more_is_forgotten() -> None:
    grouping = Grouping([story()])
    grouping.forget(NOON + FOLLOW_WINDOW)
    assert grouping.stories
    grouping.forget(NOON + FOLLOW_WINDOW + HOUR)
    assert not grouping.stories


def test_a_report_that_comes_again_changes_nothing() -> None:
    grouping = Grouping()
    one = made(TITLE, TEXT)
    assert grouping.group(one, NOON) == grouping.group(one, NOON + HOUR)
    assert len(grouping.stories) == 1


PLACES = "Muscat Rome Geneva Oslo Doha Vienna".split()
PEOPLE = "Araghchi Witkoff Grossi Eslami Haitham".split()
WORDS = "talks funds prisoners inspections oil visit report begin end".split()


@st.composite
def streams(draw: st.DrawFn) -> list[Report]:
    """Reports that often have much in common, in the order in which they come."""
    some = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5)
    reports = []
    hours = 0
    for number in range(draw(st.integers(2, 14))):
        hours += draw(st.sampled_from([0, 1, 5, 30]))
        person, place = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(PLACES))
        title = f"{person} in {place} for {' '.join(draw(some))} {draw(st.integers(1, 3))}"
        text = f"The {' '.join(draw(some))} with {person} were held near {place}."
        outlet = draw(st.sampled_from("ab"))
        one = made(title, text, hours, uid=str(number), source=outlet)
        keys = draw(st.sets(st.sampled_from(["actor:iran", "actor:grossi", "topic:talks"])))
        reports.append(mentioning(one, *sorted(keys)))
    return reports


def grouped(reports: Sequence[Report], grouping: Grouping) -> dict[str, Story]:
    for one in reports:
        grouping.group(one, one.document.published)
    return dict(grouping.stories)


@settings(deadline=None)
@given(streams())
def test_a_replay_gives_the_same_stories(reports: list[Report]) -> None:
    assert grouped(reports, Grouping()) == grouped(reports, Grouping())


@settings(deadline=None)
@given(streams(), st.data())
def test_made_again_from_its_stories_it_goes_on_the_same(
    reports: list[Report], data: st.DataObject
) -> None:
    middle = data.draw(st.integers(0, len(reports)))
    stored = grouped(reports[:middle], Grouping())
    stories = data.draw(st.permutations(list(stored.values())))
    assert grouped(reports[middle:], Grouping(stories)) == grouped(reports, Grouping())


@settings(deadline=None)
@given(streams(), st.data())
def test_what_could_not_be_stored_leaves_no_trace(
    reports: list[Report], data: st.DataObject
) -> None:
    middle = data.draw(st.integers(0, len(reports)))
    grouping = Grouping()
    grouped(reports[:middle], grouping)
    grouping.keep()
    grouped(reports[middle:], grouping)
    grouping.undo()
    assert grouped(reports[middle:], grouping) == grouped(reports, Grouping())


UNRELATED = [
    ("Ferry sinks off Zanzibar", "Rescuers searched for 240 passengers near Stone Town."),
    ("Chess champion loses in Reykjavik", "Norwegian grandmaster resigned after 61 moves."),
    ("Vineyards in Burgundy hit by frost", "Growers lit candles between their rows overnight."),
    ("Telescope finds water on distant planet", "Astronomers in Chile published spectra."),
    ("Museum returns bronze masks to Benin", "Curators packed fourteen sculptures in crates."),
]


@given(st.permutations(UNRELATED))
def test_the_order_of_unrelated_reports_does_not_matter(order: list[tuple[str, str]]) -> None:
    grouping = Grouping()
    stories = {grouping.group(made(*one), NOON) for one in order}
    assert {(s.id, s.follows) for s in stories} == {(made(*one).entry, None) for one in UNRELATED}


@given(st.permutations(UNRELATED), st.lists(st.booleans(), min_size=5, max_size=5))
def test_unrelated_stories_grow_apart_in_any_order(
    order: list[tuple[str, str]], is_copied: list[bool]
) -> None:
    first = [made(*one, source="a") for one in order]
    copies = [
        made(*one, source="b") for one, copied in zip(order, is_copied, strict=True) if copied
    ]
    stories = grouped([*first, *copies], Grouping())
    assert sorted(len(s.reports) for s in stories.values()) == sorted(1 + c for c in is_copied)


def test_a_story_put_in_by_hand_is_what_reports_join() -> None:
    grouping = Grouping()
    one = grouping.group(made(TITLE, TEXT), NOON)
    other = grouping.group(made("Museum returns bronze masks to Benin", hours=1), NOON + HOUR)
    grouping.drop(other.id)
    grouping.put(Story(one.id, one.opened, other.updated, (*one.reports, *other.reports)))
    more = made("Museum returns the bronze masks to Benin", hours=2, source="b")
    assert grouping.group(more, NOON + 2 * HOUR).id == one.id


def test_a_denial_joins_what_it_answers() -> None:
    deal = made(
        "Tehran and Washington close to an interim nuclear deal, diplomats say",
        "Two diplomats said that Iran would cap uranium enrichment at 60 percent under the plan.",
    )
    said = made(
        "White House denies reports of an interim nuclear deal with Iran",
        "A spokesman for the White House called the reports of an interim agreement false.",
        hours=1,
    )
    denial = replace(said, reading=Reading(Stance.DENIES, ("white-house",)))
    other = made("Belgium flies home a prisoner from Tehran after years", hours=0.5)
    assert not together(deal, said)
    assert together(deal, denial)
    assert not together(other, denial)
