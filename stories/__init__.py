"""Matches become stories: the reports of one development, and their summary.

Pure: everything here is a function of its arguments.
"""

from stories.grouping import WINDOW, group
from stories.records import Report, Sentence, Story
from stories.summary import summarise

__all__ = ["WINDOW", "Report", "Sentence", "Story", "group", "summarise"]
