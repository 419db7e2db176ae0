"""The commands, in the order in which the menu shows them."""

from bot.commands.handlers import (
    adding,
    corrections,
    digest,
    evidence,
    muting,
    pausing,
    status,
    stories,
)
from bot.commands.records import Answer, Asked, Command, CommandContext
from bot.messages.rendering import escape


async def _help(_: CommandContext, __: Asked) -> Answer:
    return Answer(
        "Commands",
        tuple(f"{escape(one.usage)}: {escape(one.purpose)}" for one in COMMANDS),
    )


COMMANDS = (
    Command("status", "/status", "how the bot is", status.status),
    Command("stories", "/stories", "the last ten stories", stories.stories),
    Command("why", "/why", "as a reply: why a story was sent", evidence.why),
    Command("feeds", "/feeds", "every source, the failing ones first", status.feeds),
    Command("rules", "/rules", "how often each rule matches", status.rules),
    Command("try", "/try TEXT", "what the rules make of a text", evidence.try_),
    Command("mute", "/mute [WHAT] [TIME]", "silence a rule, a source or a story", muting.mute),
    Command("unmute", "/unmute [WHAT]", "take that back", muting.unmute),
    Command("merge", "/merge STORY", "as a reply: put this story into another", corrections.merge),
    Command(
        "split", "/split [NUMBERS]", "as a reply: take reports out of a story", corrections.split
    ),
    Command("digest", "/digest [CHANNEL] [day|week]", "what a digest would say now", digest.digest),
    Command("add", "/add ADDRESS", "find a source, and watch it", adding.add),
    Command("pause", "/pause [CHANNEL]", "let a channel, or all, wait", pausing.pause),
    Command("resume", "/resume [CHANNEL]", "let it send again", pausing.resume),
    Command("help", "/help", "this list", _help),
)
