"""The rule language: from a document to the rules that are true of it, with evidence.

Nothing in here reads a clock, a file or a network.
"""

from rules.entries import Actor, Holder, Kind, Office, Topic
from rules.errors import ExpressionError, LexiconError, RulesError
from rules.lexicon import Lexicon
from rules.matcher import Matcher
from rules.normalise import Normalised, normalise
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
from rules.sentences import sentences

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
