"""/stories: the latest stories, with links to their messages."""

import store
from bot.commands.formatting import ago, count, line
from bot.commands.handlers.evidence import headline
from bot.commands.records import Answer, Asked, CommandContext
from bot.messages.links import message_link
from bot.messages.rendering import escape
from bot.pipeline.corrections import short
from bot.pipeline.muting import muted
from stories import Story

SHOWN = 10
_LINK = 2000


async def stories(context: CommandContext, _: Asked) -> Answer:
    """/stories."""
    now = context.clock.now()
    async with context.stored.read() as db:
        found = await store.latest_stories(db, SHOWN)
        sent = await store.messages_of_stories(db, [story.id for story in found])
        mutes = await store.muted_now(db, now)
    if not found:
        return Answer("No stories yet")
    links = {one.story: message_link(one.address, one.message_id) for one in reversed(sent)}
    titles = {rule.name: rule.title for rule in context.configuration.rules}
    blocks = []
    for number, story in enumerate(found, 1):
        outlets = len({report.outlet for report in story.reports})
        about = ", ".join(line(titles.get(name, name), 80) for name in story.rules)
        note = " · muted" if muted(story, mutes, now) else ""
        blocks.append(
            f"{number}. {_linked(story, links.get(story.id, ''))}\n"
            f"<code>{short(story.id)}</code> · {count(outlets, 'outlet')} · "
            f"{ago(story.updated, now)} · {about}{note}"
        )
    return Answer("The last stories", tuple(blocks), "\n\n")


def _linked(story: Story, message: str) -> str:
    link = message or story.lead.document.link
    if not link.startswith(("https://", "http://")) or len(link) > _LINK:
        return headline(story)
    target = escape(link).replace('"', "&quot;")
    return f'<a href="{target}">{headline(story)}</a>'
