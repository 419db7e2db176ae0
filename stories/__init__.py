"""Matches become stories: the reports of one development, and their summary.

Pure: everything here is a function of its arguments.
"""

from stories.grouping import FOLLOW_WINDOW, WINDOW, Grouping
from stories.records import Reading, Report, Sentence, Stance, Story
from stories.sources import independent
from stories.stance import stance_of
from stories.summary import summarise

__all__ = [
    "FOLLOW_WINDOW",
    "WINDOW",
    "Grouping",
    "Reading",
    "Report",
    "Sentence",
    "Stance",
    "Story",
    "independent",
    "stance_of",
    "summarise",
]
