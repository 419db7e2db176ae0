"""The parser of the rule language (lark), with error texts that say what to write."""

import re
from typing import Final

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args
from lark.exceptions import VisitError

from rules.errors import ParseError, closest
from rules.language.attributes import condition
from rules.language.expression import (
    VALUE,
    WORD,
    And,
    Attribute,
    Count,
    Key,
    Kind,
    Mode,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Reference,
    Scope,
    Term,
    Weighted,
    Within,
    has_place,
)
from rules.language.patterns import PatternError, pattern

MAX_LENGTH: Final = 20_000
MAX_DEPTH: Final = 50
_END = r'(?=[\s()",]|$)'
_QUOTED = r'"(?:[^"\\]|\\.|(?<=[\u05d0-\u05ea])"(?=[\u05d0-\u05ea]))*"|“[^”]*”'

_GRAMMAR = rf"""
start: either
?either: all (_OR all)* -> either
?all: unary (_AND? unary)* -> all
?unary: near
    | (NOT | MINUS) unary -> negated
?near: atom
    | near NEAR atom -> near
?atom: "(" either ")"
    | WORD -> word
    | STEM -> stem
    | EXACT -> exact
    | PHRASE -> phrase
    | REGEX -> pattern
    | SCOPE atom -> within
    | KEYED -> keyed
    | SENTENCE "(" either ")" -> sentence
    | COUNT "(" weighted ("," weighted)* ","? ")" -> count
weighted: either (_CARET NUMBER)?

_OR.5: /OR{_END}/
_AND.5: /AND{_END}/
NOT.5: /NOT{_END}/
MINUS.5: /-(?=[^\s\-])/
NEAR.5: /NEAR\/\d{{1,4}}{_END}/
SENTENCE.5: /SENTENCE(?=\s*\()/
COUNT.6: /\d{{1,6}}(\.\d{{1,6}})?\s+OF(?=\s*\()/
SCOPE.5: /(title|text):\s*/
KEYED.4: /[^\W\d][\w\-]*:\s*(?:{_QUOTED}|{VALUE})/
REGEX.5: /\/(?:[^\/\\\n]|\\.)+\//
EXACT.4: /=(?:{_QUOTED}|{WORD})/
PHRASE.4: /{_QUOTED}/
STEM.3: /{WORD}\*(?=[\s()",^]|$)/
WORD.2: /{WORD}/
_CARET: "^"
NUMBER.9: /(?<=\^)\d{{1,6}}(\.\d{{1,6}})?/
%ignore /[\s\u200e\u200f\ufeff]+/
"""


def parse(text: str) -> Node:
    """Parse an expression.

    Raises:
        ParseError: where it says none, with the offset of what is wrong.
    """
    if not text.strip():
        raise ParseError(0, "the expression is empty: write at least one word")
    if len(text) > MAX_LENGTH:
        raise ParseError(MAX_LENGTH, f"the expression is longer than {MAX_LENGTH} characters")
    _check_parentheses(text)
    try:
        return _Builder().transform(_PARSER.parse(text))
    except UnexpectedToken as error:
        raise _misplaced(text, error) from None
    except UnexpectedCharacters as error:
        raise _unreadable(text, error.pos_in_stream or 0) from None
    except VisitError as error:
        if isinstance(error.orig_exc, ParseError):
            raise error.orig_exc from None
        raise


@v_args(inline=True)
class _Builder(Transformer[Token, Node]):
    """Transforms the parse tree into nodes, and checks what the grammar cannot."""

    def start(self, node: Node) -> Node:
        return node

    def either(self, *parts: Node) -> Node:
        return Or(parts) if len(parts) > 1 else parts[0]

    def all(self, *parts: Node) -> Node:
        return And(parts) if len(parts) > 1 else parts[0]

    def negated(self, _: Token, body: Node) -> Node:
        return Not(body)

    def near(self, left: Node, operator: Token, right: Node) -> Node:
        for side in (left, right):
            if not has_place(side):
                reason = f"NEAR needs words on both sides: {side} has no place in the text"
                raise ParseError(_at(operator), reason)
        return Near(int(operator[5:]), left, right, _at(operator))

    def word(self, token: Token) -> Node:
        _refuse_operators(token)
        return Term(str(token), Mode.INFLECTED, _at(token))

    def stem(self, token: Token) -> Node:
        return _term(token[:-1], Mode.STEM, _at(token))

    def exact(self, token: Token) -> Node:
        body = token[1:]
        return _term(_unquoted(body), Mode.EXACT, _at(token))

    def phrase(self, token: Token) -> Node:
        text = _unquoted(token)
        if text.endswith("*"):
            return _term(text[:-1], Mode.STEM, _at(token))
        return _term(text, Mode.INFLECTED, _at(token))

    def pattern(self, token: Token) -> Node:
        try:
            pattern(token[1:-1])
        except PatternError as error:
            raise ParseError(_at(token), str(error)) from None
        return Pattern(token[1:-1], _at(token))

    def within(self, token: Token, body: Node) -> Node:
        return Within(Scope(token.partition(":")[0]), body)

    def sentence(self, _: Token, body: Node) -> Node:
        return Within(Scope.SENTENCE, body)

    def keyed(self, token: Token) -> Node:
        key, _, value = token.partition(":")
        return _keyed(key, _unquoted(value.strip()), _at(token))

    def weighted(self, body: Node, weight: Token | None = None) -> Weighted:
        return Weighted(body, float(weight) if weight else 1.0)

    def count(self, token: Token, *parts: Weighted) -> Node:
        threshold = float(token.split()[0])
        total = sum(part.weight for part in parts)
        if threshold <= 0:
            raise ParseError(_at(token), "at least 0 of a list is always true: count from 1")
        if threshold > total:
            raise ParseError(
                _at(token),
                f"{threshold:g} can never be reached: the list comes to {total:g} in all",
            )
        return Count(threshold, parts, _at(token))


_PARSER = Lark(_GRAMMAR, parser="lalr", lexer="contextual", maybe_placeholders=False)


def _at(token: Token) -> int:
    return token.start_pos or 0


def _term(text: str, mode: Mode, at: int) -> Term:
    if not any(char.isalnum() for char in text):
        raise ParseError(at, "there is no word here to look for")
    return Term(text, mode, at)


def _unquoted(text: str) -> str:
    if text.startswith("“"):
        return text[1:-1]
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text


def _keyed(key: str, value: str, at: int) -> Node:
    if key in list(Kind):
        return Reference(Kind(key), value, at)
    if key in list(Key):
        node = Attribute(Key(key), value, at)
        condition(node)
        return node
    known = [*Kind, *Scope, *Key]
    close = closest(key, [name for name in known if name != Scope.SENTENCE])
    raise ParseError(
        at,
        f"there is no {key}: to search by; put a text with a colon in quotes",
        f"{close}:" if close else f'"{key}:{value}"',
    )


_MISSPELT: Final = {
    **dict.fromkeys(("AN", "ADN", "ANDD", "NAD", "&&", "&", "+"), "AND"),
    **dict.fromkeys(("ORR", "||", "|"), "OR"),
    **dict.fromkeys(("NTO", "NOTT", "ANDNOT", "!"), "NOT"),
}
_NEARLY_NEAR: Final = re.compile(r"(?i)(?:near|neer|nera|w|within|adj|around)/?(\d*)")


def _refuse_operators(token: Token) -> None:
    """Reject words that were meant as operators: as words they would never match."""
    word, at = str(token), _at(token)
    if word in {"AND", "OR"} or re.fullmatch(r"NEAR/\d+", word):
        raise ParseError(at, f"something is missing before {word}")
    if word.upper() in {"AND", "OR", "NOT"}:
        meaning = f"operators are written in capitals, and the word {word!r} in quotes"
        raise ParseError(at, meaning, word.upper())
    if word in _MISSPELT:
        raise ParseError(at, f"{word!r} is no operator", _MISSPELT[word])
    if word == "SENTENCE":
        raise ParseError(at, "what stands in one sentence is put in parentheses", "SENTENCE(a b)")
    nearly = _NEARLY_NEAR.fullmatch(word)
    if nearly and (nearly[1] or word.isupper()) and ("/" in word or word[:4].upper() == "NEAR"):
        example = f"NEAR/{nearly[1] or 8}"
        raise ParseError(at, "nearness is written with a number of words", example)
    if not any(char.isalnum() for char in word):
        raise ParseError(at, f"{word!r} is no word")


def _check_parentheses(text: str) -> None:
    opened: list[int] = []
    for piece in _PIECES.finditer(text):
        if piece[0] == "(":
            opened.append(piece.start())
        elif piece[0] == ")":
            if not opened:
                raise ParseError(piece.start(), "this ) has no ( before it")
            opened.pop()
        elif piece[0] in {'"', "“"}:
            raise ParseError(piece.start(), "this quotation mark is never closed")
        if len(opened) > MAX_DEPTH:
            raise ParseError(piece.start(), f"parentheses are nested more than {MAX_DEPTH} deep")
    if opened:
        raise ParseError(opened[-1], "this ( is never closed")


_PIECES = re.compile(rf'{_QUOTED}|(?<![^\s(:])/(?:[^/\\\n]|\\.)+/|[()]|(?<![\u05d0-\u05ea])"|“')


def _misplaced(text: str, error: UnexpectedToken) -> ParseError:
    token = error.token
    if token.type == "$END":
        operator = text.rstrip().split()[-1].lstrip("(")
        return ParseError(
            max(len(text.rstrip()) - len(operator), 0), f"something is missing after {operator!r}"
        )
    at, found = _at(token), str(token).strip()
    match token.type:
        case "_OR" | "_AND" | "NEAR":
            return ParseError(at, f"something is missing before {found}")
        case "RPAR":
            return ParseError(at, _before_closing(text[:at]))
        case "COMMA":
            return ParseError(at, 'a comma stands only in a list like "2 OF (a, b, c)"')
        case "_CARET" | "NUMBER":
            return ParseError(at, 'a weight stands only in a list like "3 OF (a^2, b, c)"')
        case _:
            return ParseError(at, f"{found!r} cannot stand here")


def _before_closing(before: str) -> str:
    if before.rstrip().endswith("("):
        return "there is nothing between these parentheses"
    return f"something is missing after {before.rsplit(maxsplit=1)[-1].lstrip('(')!r}"


def _unreadable(text: str, at: int) -> ParseError:
    rest = text[at:]
    if rest.startswith(":"):
        return _bare_colon(text, at)
    for wrong in ("&&", "||", "|", "!"):
        if rest.startswith(wrong):
            return ParseError(at, f"{wrong!r} is no operator", _MISSPELT[wrong])
    if rest.startswith("*"):
        return ParseError(at, "a * stands only at the end of a word")
    if rest.startswith("/"):
        return ParseError(at, "this regular expression is never closed by /")
    if rest.startswith("^"):
        return ParseError(at, "a weight is a number: a^2")
    return ParseError(at, f"{rest[:1]!r} cannot stand here; put it in quotes with its word")


def _bare_colon(text: str, at: int) -> ParseError:
    begin = max(text.rfind(char, 0, at) for char in " \t\n(") + 1
    if text[begin:at] in {*Kind, *Key, Scope.TITLE, Scope.TEXT}:
        return ParseError(begin, "a name or a value is missing after the colon")
    word = re.split(r"[\s()]", text[begin:], maxsplit=1)[0]
    return ParseError(begin, "a text with a colon is put in quotes", f'"{word}"')
