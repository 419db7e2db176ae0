"""Errors of rules and lexica, with the spelling that was probably meant."""

from collections.abc import Iterable
from difflib import get_close_matches


class RulesError(Exception):
    """The base of all errors of rules: a rule or a lexicon is not valid."""


class LexiconError(RulesError):
    """An entry of a lexicon is not valid."""

    def __init__(self, origin: str, key: str, message: str, suggestion: str = "") -> None:
        self.origin = origin
        self.key = key
        self.message = message
        self.suggestion = suggestion
        super().__init__(f"{origin}: {key}: {message}{_meant(suggestion)}")


class ExpressionError(RulesError):
    """A rule's expression is not valid."""

    def __init__(
        self,
        rule: str,
        expression: str,
        *,
        line: int,
        column: int,
        message: str,
        suggestion: str = "",
    ) -> None:
        self.rule = rule
        self.expression = expression
        self.line = line
        self.column = column
        self.message = message
        self.suggestion = suggestion
        place = f"line {line}, column {column}"
        super().__init__(f"rule {rule}, {place}: {message}{_meant(suggestion)}")


class ParseError(RulesError):
    """A fault at an offset of an expression, before the rule that it belongs to is known."""

    def __init__(self, at: int, message: str, suggestion: str = "") -> None:
        self.at = at
        self.message = message
        self.suggestion = suggestion
        super().__init__(message)

    def of(self, rule: str, expression: str) -> ExpressionError:
        """The same fault as the error of a rule, with its line and column counted from one."""
        before = expression[: self.at]
        line = before.count("\n") + 1
        column = self.at - (before.rfind("\n") + 1) + 1
        return ExpressionError(
            rule,
            expression,
            line=line,
            column=column,
            message=self.message,
            suggestion=self.suggestion,
        )


def closest(found: str, allowed: Iterable[str]) -> str:
    """The allowed name that `found` is probably a misspelling of, or nothing."""
    names = sorted(allowed)
    by_folded = {name.casefold(): name for name in names}
    close = get_close_matches(found.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else ""


def _meant(suggestion: str) -> str:
    return f"; did you mean {suggestion}?" if suggestion else ""
