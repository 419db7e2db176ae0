"""The summary of a story: sentences of its reports, unchanged."""

from stories.records import Sentence, Story
from stories.sentences import sentences

MAX_CHARS = 600
MAX_SENTENCES = 3


def summarise(story: Story) -> tuple[Sentence, ...]:
    """The first sentences of the lead, at most `MAX_CHARS` characters of them.

    Each is the report's own, to the letter; one that only repeats the headline is left out. A
    first sentence that is too long to show is not cut: the headline then stands alone.
    """
    document = story.lead.document
    chosen: list[Sentence] = []
    room = MAX_CHARS
    for start, end in sentences(document.text):
        if _same(document.text[start:end], document.title):
            continue
        if end - start > room or len(chosen) == MAX_SENTENCES:
            break
        chosen.append(Sentence(story.lead, start, end))
        room -= end - start + 1
    return tuple(chosen)


def _same(one: str, other: str) -> bool:
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
