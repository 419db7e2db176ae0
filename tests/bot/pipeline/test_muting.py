"""What is left of a story when some of it is muted."""

from datetime import timedelta

from bot.pipeline.muting import Audience, audible, muted
from store import Mute, Muted
from tests.bot.commands.conftest import CONFIG
from tests.making import NOON, entry, match, report, story
from tests.opening import configured

LATER = NOON + timedelta(hours=1)
TALKS, SWAP = match("talks"), match("swap")
BOTH = story(
    report(entry("one", source="courier"), TALKS),
    report(entry("two", source="wire"), SWAP, TALKS),
)


def test_without_mutes_all_rules_count() -> None:
    assert audible(BOTH, [], NOON) == ("talks", "swap")
    assert not muted(BOTH, [], NOON)


def test_a_muted_rule_counts_no_more() -> None:
    assert audible(BOTH, [Mute(Muted.RULE, "talks")], NOON) == ("swap",)
    mutes = [Mute(Muted.RULE, "talks"), Mute(Muted.RULE, "swap", LATER)]
    assert muted(BOTH, mutes, NOON)


def test_a_muted_source_makes_no_rule_true() -> None:
    assert audible(BOTH, [Mute(Muted.SOURCE, "wire")], NOON) == ("talks",)
    assert audible(BOTH, [Mute(Muted.SOURCE, "courier")], NOON) == ("swap", "talks")
    assert muted(BOTH, [Mute(Muted.SOURCE, "wire"), Mute(Muted.RULE, "talks")], NOON)


def test_a_muted_story_is_silent_and_others_are_not() -> None:
    assert muted(BOTH, [Mute(Muted.STORY, BOTH.id)], NOON)
    assert not muted(BOTH, [Mute(Muted.STORY, "another"), Mute(Muted.RULE, BOTH.id)], NOON)


def test_a_channel_is_told_what_one_of_its_own_rules_still_says() -> None:
    audience = Audience(configured(CONFIG))
    both = story(
        report(entry("one", source="courier"), match("talks")),
        report(entry("two", source="wire"), match("denials")),
    )
    assert audience.of(both, [], NOON) == {"alpha", "beta"}
    assert audience.of(both, [Mute(Muted.RULE, "denials")], NOON) == {"alpha"}
    assert audience.of(both, [Mute(Muted.SOURCE, "wire")], NOON) == {"alpha"}
    assert audience.of(both, [Mute(Muted.RULE, "talks")], NOON) == {"alpha", "beta"}
    assert audience.of(both, [Mute(Muted.STORY, both.id)], NOON) == set()


def test_a_mute_ends_with_its_time() -> None:
    mutes = [Mute(Muted.STORY, BOTH.id, LATER)]
    assert muted(BOTH, mutes, LATER - timedelta(seconds=1))
    assert not muted(BOTH, mutes, LATER)
