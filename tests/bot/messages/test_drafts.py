"""Which messages a story is, for which channels."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.configuration.channels import Channel, Language
from bot.configuration.quiet_hours import read_quiet_hours
from bot.configuration.records import Configuration
from bot.messages.drafts import Draft, Messages
from rules import Lexicon, Matcher, Rule
from stories import Reading, Stance, Story
from tests.making import NOON, entry, match, report, story

LEXICON = Lexicon.from_tables(
    [
        (
            "lexicon.toml",
            {
                "actor": {
                    "white-house": {
                        "name": "White House",
                        "kind": "organisation",
                        "names": {"en": ["White House"], "fa": ["کاخ سفید"]},
                    }
                }
            },
        )
    ]
)
RULES = (
    Rule("talks", "Talks", "talks", channels=("all", "persian")),
    Rule("funds", "Funds", "funds", channels=("all",), quiet=True),
    Rule("denials", "Denials", "denies", channels=("all",), priority=True),
)
CHANNELS = (
    Channel("all", timezone=ZoneInfo("Asia/Muscat")),
    Channel("persian", language=Language.PERSIAN),
)
DENIAL = replace(report(outlet="Wire"), reading=Reading(Stance.DENIES, ("white-house",)))


def drafts(
    before: Story | None, after: Story, channels: Sequence[Channel] = CHANNELS
) -> list[Draft]:
    configuration = Configuration(tuple(channels), (), RULES, Matcher(RULES, LEXICON))
    return list(Messages(configuration).drafts(before, after, {}, NOON))


def test_a_story_goes_where_its_rules_say() -> None:
    assert [draft.channel for draft in drafts(None, story())] == ["all", "persian"]
    funds = story(report(entry(), match("funds")))
    assert [(draft.channel, draft.silent) for draft in drafts(None, funds)] == [("all", True)]


def test_one_loud_rule_is_heard() -> None:
    both = story(report(entry(), match("funds"), match("talks")))
    assert [draft.silent for draft in drafts(None, both)] == [False, False]


def test_a_turn_stands_under_the_message_in_the_language_of_the_channel() -> None:
    before, after = story(), story(report(), DENIAL)
    follow_ups = [draft for draft in drafts(before, after) if draft.reply_to]
    assert [(turn.channel, turn.story) for turn in follow_ups] == [
        ("all", f"{after.id}/denied"),
        ("persian", f"{after.id}/denied"),
    ]
    assert "White House" in follow_ups[0].text
    assert "کاخ سفید" in follow_ups[1].text


def test_a_channel_that_did_not_have_the_story_gets_no_turn() -> None:
    before = story(report(entry(), match("funds")))
    after = story(report(entry(), match("funds")), DENIAL)
    assert [draft.channel for draft in drafts(before, after) if draft.reply_to] == ["all"]


def test_a_story_that_opens_with_its_denial_takes_no_turn() -> None:
    later = replace(DENIAL, document=entry(published=NOON + timedelta(hours=1)))
    assert not [draft for draft in drafts(None, story(report(), later)) if draft.reply_to]


def test_quiet_hours_hold_a_story_back_and_priority_passes_them() -> None:
    # Noon in UTC is four in Muscat.
    hours = read_quiet_hours("15:00-17:30")
    (channel, *_) = CHANNELS
    quiet = [replace(channel, quiet_hours=hours)]
    (held,) = drafts(None, story(), quiet)
    assert held.due == NOON + timedelta(hours=1, minutes=30)
    (urgent,) = drafts(None, story(report(entry(), match("talks"), match("denials"))), quiet)
    assert urgent.due == NOON
    assert not urgent.silent


def test_in_quiet_hours_priority_comes_silently_where_that_is_asked_for() -> None:
    (channel, *_) = CHANNELS
    quiet = replace(channel, silent_in_quiet_hours=True)
    urgent = story(report(entry(), match("talks"), match("denials")))
    for hours, silent in (("15:00-17:30", True), ("18:00-19:00", False)):
        at = replace(quiet, quiet_hours=read_quiet_hours(hours))
        assert [draft.silent for draft in drafts(None, urgent, [at])] == [silent]


@pytest.mark.parametrize(
    ("written", "hour", "until"),
    [
        ("22:00-07:00", 23, 31),
        ("22:00-07:00", 6, 7),
        ("22:00-07:00", 7, None),
        ("22:00-07:00", 21, None),
        ("00:00-06:00", 0, 6),
        ("13:00-14:00", 13, 14),
    ],
)
def test_when_quiet_hours_are_over(written: str, hour: int, until: int | None) -> None:
    hours = read_quiet_hours(written)
    assert hours is not None
    midnight = NOON.replace(hour=0)
    over = hours.until(midnight + timedelta(hours=hour), UTC)
    assert over == (None if until is None else midnight + timedelta(hours=until))


@pytest.mark.parametrize("written", ["22-7", "25:00-07:00", "07:00-07:00", 7])
def test_quiet_hours_that_cannot_be(written: object) -> None:
    with pytest.raises(ValueError, match="quiet hours"):
        read_quiet_hours(written)
