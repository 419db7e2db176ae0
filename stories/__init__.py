"""Stories: grouping of matches by development, positions, and summaries. Pure.

Pure: everything here is a function of its arguments.
"""

from stories.agencies import owner_of
from stories.article import is_article_of, is_teaser
from stories.corrections import merged, parted
from stories.grouping.grouping import FOLLOW_WINDOW, WINDOW, Grouping
from stories.independence import independent
from stories.positions.stance import stance_of
from stories.records import Abstract, Reading, Report, Sentence, Stance, Story
from stories.summary.summary import summarise
from stories.summary.support import can_be_checked, unsupported

__all__ = [
    "FOLLOW_WINDOW",
    "WINDOW",
    "Abstract",
    "Grouping",
    "Reading",
    "Report",
    "Sentence",
    "Stance",
    "Story",
    "can_be_checked",
    "independent",
    "is_article_of",
    "is_teaser",
    "merged",
    "owner_of",
    "parted",
    "stance_of",
    "summarise",
    "unsupported",
]
