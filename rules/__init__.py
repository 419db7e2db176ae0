"""The rule language: matches documents against rules, with evidence. Pure.

Nothing in here reads a clock, a file or a network.
"""

from rules.errors import ExpressionError, LexiconError, RulesError
from rules.lexicon.lexicon import Lexicon
from rules.lexicon.records import Actor, Holder, Kind, Office, Topic
from rules.matching.matcher import Matcher
from rules.records import (
    Document,
    Evidence,
    Failure,
    Field,
    Match,
    Rule,
    Verdict,
    field_text,
)
from rules.text.normalise import Normalised, normalise
from rules.text.sentences import sentences

__all__ = [
    "Actor",
    "Document",
    "Evidence",
    "ExpressionError",
    "Failure",
    "Field",
    "Holder",
    "Kind",
    "Lexicon",
    "LexiconError",
    "Match",
    "Matcher",
    "Normalised",
    "Office",
    "Rule",
    "RulesError",
    "Topic",
    "Verdict",
    "field_text",
    "normalise",
    "sentences",
]
