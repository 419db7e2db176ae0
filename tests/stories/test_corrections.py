"""Stories that were merged and split by hand: what later reports make of them."""

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from stories import WINDOW, Grouping, Report, Story, merged, parted
from tests.making import NOON
from tests.stories.grouping.test_grouping import HOUR, made, mentioning

MUSCAT = "Iran and US hold indirect talks in Muscat"
WORDS = "Delegations spoke through Omani mediators for three hours on Saturday."
ZANZIBAR = "Ferry with 240 aboard sinks off Zanzibar"
SANK = "The MV Karafuu sank on Tuesday with 240 people."
BENIN = "Museum returns bronze masks to Benin"

Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["report", "report", "merge", "split"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=24,
)


def carry_out(steps: Sequence[Step], grouping: Grouping, first: int = 0) -> list[Report]:
    """Reports, merges and splits, one after the other; returns the reports."""
    reports = []
    for number, (kind, one, other) in enumerate(steps, first):
        if kind == "report":
            title = f"{(MUSCAT, ZANZIBAR, BENIN)[one % 3]} {'once more ' * (other % 4)}"
            text = (WORDS, SANK, "")[(one + other) % 3]
            report = made(title, text, number, uid=str(number), source="abc"[other % 3])
            reports.append(mentioning(report, *(["actor:iran"] if one % 3 == 0 else [])))
            grouping.group(reports[-1], reports[-1].document.published)
            continue
        every = sorted(grouping.stories.values(), key=lambda story: story.id)
        if every:
            correct(grouping, every, kind, one, other)
    return reports


def correct(grouping: Grouping, every: Sequence[Story], kind: str, one: int, other: int) -> None:
    story, second = every[one % len(every)], every[other % len(every)]
    if kind == "merge" and story is not second:
        whole = merged(story, second, grouping.stories)
        grouping.drop(story.id)
        grouping.put(whole)
    elif kind == "split" and len(story.reports) > 1:
        taken = {report.entry for report in story.reports[other % len(story.reports) :][:2]}
        if len(taken) < len(story.reports):
            free = sorted(taken - grouping.stories.keys())
            for part in parted(story, taken, free[0] if free else f"split-{story.id}-{other}"):
                grouping.put(part)


@settings(deadline=None)
@given(steps)
def test_every_report_is_in_one_story(steps: list[Step]) -> None:
    grouping = Grouping()
    reports = carry_out(steps, grouping)
    found = [report.entry for story in grouping.stories.values() for report in story.reports]
    assert sorted(found) == sorted(report.entry for report in reports)
    assert all(story.reports for story in grouping.stories.values())


@settings(deadline=None)
@given(steps, steps, st.randoms(use_true_random=False))
def test_made_again_from_what_is_stored_it_goes_on_the_same(
    steps: list[Step], more: list[Step], order: object
) -> None:
    living = Grouping()
    carry_out(steps, living)
    stored = list(living.stories.values())
    order.shuffle(stored)  # type: ignore[attr-defined]
    again = Grouping(stored)
    assert carry_out(more, again, len(steps)) == carry_out(more, living, len(steps))
    assert dict(again.stories) == dict(living.stories)


@settings(deadline=None)
@given(steps)
def test_what_could_not_be_stored_leaves_no_trace(steps: list[Step]) -> None:
    grouping = Grouping()
    carry_out([("report", 0, 0), ("report", 1, 1), ("report", 0, 1)], grouping)
    grouping.keep()
    before = dict(grouping.stories)
    carry_out(steps, grouping, 3)
    grouping.undo()
    assert dict(grouping.stories) == before


def test_a_merged_story_is_open_as_long_as_either_was() -> None:
    grouping = Grouping()
    old = grouping.group(made(ZANZIBAR, SANK), NOON)
    late = WINDOW - HOUR
    new = grouping.group(made(MUSCAT, WORDS, late / HOUR), NOON + late)
    whole = merged(old, new, grouping.stories)
    grouping.drop(old.id)
    grouping.put(whole)
    later = WINDOW + late - HOUR
    copy = made(MUSCAT, WORDS, later / HOUR, source="b")
    assert grouping.group(copy, NOON + later).id == new.id


def test_a_copy_of_what_was_taken_out_joins_that() -> None:
    grouping = Grouping()
    grouping.group(made(MUSCAT, WORDS, source="a"), NOON)
    second = made(f"{MUSCAT} hotel", WORDS, 1, source="b")
    story = grouping.group(second, NOON + HOUR)
    assert len(story.reports) == 2
    left, own = parted(story, {second.entry}, second.entry)
    grouping.put(left)
    grouping.put(own)
    copy = made(f"{MUSCAT} hotel", WORDS, 2, source="c")
    assert grouping.group(copy, NOON + 2 * HOUR).id == own.id
    assert grouping.group(second, NOON + 3 * HOUR) == grouping.stories[own.id]
    assert grouping.stories[left.id] == left


def test_a_merged_story_follows_what_was_before_both() -> None:
    first = Story("1", NOON, NOON, (made(BENIN, hours=-30),))
    second = Story("2", NOON, NOON, (made(MUSCAT),), follows="1")
    third = Story("3", NOON, NOON, (made(ZANZIBAR, hours=5),), follows="2")
    known = {story.id: story for story in (first, second, third)}
    assert merged(second, third, known).follows == "1"
    assert merged(third, second, known).follows == "1"
    assert merged(first, third, known).follows is None
    assert merged(first, second, known).follows is None
    assert merged(first, third, {"1": first, "3": third}).follows == "2"


def test_what_was_taken_out_follows_nothing() -> None:
    one, other = made(MUSCAT), made(BENIN, hours=1)
    story = Story("2", NOON, NOON + timedelta(hours=1), (one, other), follows="1")
    left, own = parted(story, {other.entry}, "3")
    assert (left.id, left.follows, left.reports) == ("2", "1", (one,))
    assert (own.id, own.follows, own.reports) == ("3", None, (other,))
