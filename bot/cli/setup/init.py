"""`init`: ask what to follow and where to send it, and write a configuration."""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from bot.cli.console import err, out, program
from bot.cli.setup.beats import (
    BEATS,
    LANGUAGES,
    MATTERS,
    OWN,
    Party,
    known_party,
    new_party,
)
from bot.cli.setup.writing import Answers, written
from bot.clock import utc_now
from bot.commands.formatting import count
from bot.configuration import adding
from bot.configuration.loading import load, shipped_lexicon
from bot.configuration.schema import known_chat, known_timezone
from bot.configuration.sources.watcher_names import name_for
from bot.errors import AlreadyThereError, NotWritableError, UnreadableSourceError, did_you_mean
from rules import Lexicon

ELSEWHERE = Path("own.toml")


@dataclass(frozen=True, slots=True)
class Given:
    """What was given as options: it is not asked for."""

    follow: str | None = None
    parties: Sequence[str] = ()
    matters: Sequence[str] = ()
    languages: Sequence[str] = ()
    sites: Sequence[str] = ()
    chat: str | None = None
    timezone: str | None = None
    yes: bool = False


def init(config: Path | None, given: Given) -> None:
    """Write a configuration file of what is given and asked; none is overwritten.

    Raises:
        AlreadyThereError: the file is there.
        NotWritableError: it cannot be written.
        ConfigurationError: what was answered makes no configuration.
    """
    asking = _Asking(given)
    target = _target(config, asking)
    answers = asking.answers()
    text = written(answers)
    _write(target, text)
    configuration = load(target)
    lines = count(len(text.splitlines()), "line")
    out.print(
        f"\nWrote {escape(str(target))} ({lines}): {count(len(configuration.rules), 'rule')}, "
        f"{count(len(configuration.watchers), 'source')}.",
        highlight=False,
        soft_wrap=True,
    )
    _say_what_next(target, answers)


def _target(config: Path | None, asking: "_Asking") -> Path:
    target = config or Path("config.toml")
    while target.exists():
        if config is not None or asking.given.yes:
            raise AlreadyThereError(str(target))
        err.print(f"{target} is there already, and stays as it is.", highlight=False)
        target = Path(asking.ask("Name of the new file", str(ELSEWHERE)))
    return target


def _write(target: Path, text: str) -> None:
    beside = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        try:
            # What cannot be loaded is not left behind.
            load(beside)
            _make(target, text)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritableError(str(target), error.strerror or str(error)) from error


def _make(target: Path, text: str) -> None:
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise AlreadyThereError(str(target)) from error


def _say_what_next(target: Path, answers: Answers) -> None:
    option = "" if target == Path("config.toml") else f" --config {target}"
    hint = BEATS[answers.beat].hint if answers.beat in BEATS else "a headline to test"
    rows = {
        f"{program()} check{option}": "says what is wrong with it",
        f'{program()} try{option} "{hint}"': "shows what its rules make of a text",
        f"{program()}{' run' if option == '' else ''}{option}": "starts it",
    }
    for command, does in rows.items():
        out.print(f"  {escape(command)}   [dim]{does}[/dim]", highlight=False, soft_wrap=True)
    if answers.chat:
        out.print(
            "It sends to Telegram where TELEGRAM_BOT_TOKEN is set (docs/telegram.md), else here.",
            highlight=False,
            soft_wrap=True,
        )


class _Asking:
    """Asks for what was not given; with `yes` nothing is asked, and defaults are taken."""

    def __init__(self, given: Given) -> None:
        self.given = given

    def answers(self) -> Answers:
        given = self.given
        beat = self._beat()
        parties: tuple[Party, ...] = ()
        matters: list[str] = []
        words: list[str] = []
        languages: Sequence[str] = ("en",)
        if beat == OWN:
            languages = self._languages()
            parties = self._parties(languages)
            matters, words = self._matters()
        sources = self._sources()
        timezone = self._checked(
            "Time zone of the messages", given.timezone, _here(), known_timezone
        )
        question = 'Telegram channel ("@name" or a number; empty: this terminal)'
        chat = self._checked(question, given.chat, "", known_chat)
        return Answers(
            beat,
            timezone,
            chat,
            parties,
            tuple(matters),
            tuple(words),
            tuple(languages),
            tuple(sources),
        )

    def ask(self, question: str, default: str = "") -> str:
        """An answer from the terminal or the pipe.

        Raises:
            typer.BadParameter: there is none.
        """
        if self.given.yes:
            return default
        try:
            answer = typer.prompt(question, default=default, show_default=bool(default), err=True)
        except typer.Abort as error:
            if error.__context__ is None or isinstance(error.__context__, KeyboardInterrupt):
                raise
            raise typer.BadParameter(
                f"no answer to {question!r}: answer it, or give options (init --help)"
            ) from error
        return str(answer).strip()

    def _beat(self) -> str:
        if self.given.follow is not None:
            return _one_of(self.given.follow, [*BEATS, OWN], "--follow")
        if self.given.parties:
            return OWN
        names = [*BEATS, OWN]
        _list(names, [*(beat.about for beat in BEATS.values()), "something of your own"])
        return self._numbered("What do you want to follow", names, "1")[0]

    def _languages(self) -> Sequence[str]:
        if self.given.languages:
            return [_one_of(text, list(LANGUAGES), "--language") for text in self.given.languages]
        _list(list(LANGUAGES), list(LANGUAGES.values()))
        return self._numbered("In which languages do you want to read", list(LANGUAGES), "en")

    def _parties(self, languages: Sequence[str]) -> tuple[Party, ...]:
        lexicon = Lexicon.from_tables(shipped_lexicon())
        question = "Who is it about? Countries, organisations, people, with commas"
        names = list(self.given.parties) or _parts(self._needed(question, "--party"))
        parties = []
        for text in names:
            name, *more = (part.strip() for part in text.split("="))
            known = known_party(name, lexicon)
            if known is not None:
                err.print(f"  {name}: the lexicon knows {known.name}, in all languages.")
                parties.append(known)
                continue
            if not more and not self.given.parties:
                more = [
                    self.ask(f"  Other words for {name} (an adjective, a capital), with commas")
                ]
            spellings = [one for part in more for one in _parts(part)]
            parties.append(new_party(name, spellings, languages, lexicon))
        return tuple({party.id: party for party in parties}.values())

    def _matters(self) -> tuple[list[str], list[str]]:
        chosen: Sequence[str] = [part for text in self.given.matters for part in _parts(text)]
        names = list(MATTERS)
        if not chosen:
            titles = {name: matter.title for name, matter in MATTERS.items()}
            _list(names, [titles[name] if name != "all" else "all headlines" for name in names])
            question = "What about them? Numbers, or words of your own, with commas"
            chosen = _parts(self.ask(question, "talks"))
        found = [_numbered(text, names) for text in chosen]
        matters = [name for name in dict.fromkeys(found) if name in MATTERS]
        return matters, [text for text in dict.fromkeys(found) if text not in MATTERS]

    def _sources(self) -> Sequence[Mapping[str, Any]]:
        question = "Sites to read besides: addresses, with commas"
        wanted = [part for text in self.given.sites for part in _parts(text)]
        found: list[Mapping[str, Any]] = []
        for address in wanted or _parts(self.ask(question)):
            found.append(_source(address, [str(keys["name"]) for keys in found]))
        return found

    def _needed(self, question: str, option: str) -> str:
        if self.given.yes:
            raise typer.BadParameter("is needed with --yes", param_hint=option)
        while not (answer := self.ask(question)):
            err.print("At least one is needed.")
        return answer

    def _numbered(self, question: str, names: Sequence[str], default: str) -> list[str]:
        """The answers to a question with numbers, of which at least one is needed."""
        while True:
            answers = [_numbered(text, names) for text in _parts(self.ask(question, default))]
            wrong = [text for text in answers if text not in names]
            if answers and not wrong:
                return list(dict.fromkeys(answers))
            for text in wrong:
                err.print(f"There is no {text!r}{did_you_mean(text, names)}", highlight=False)

    def _checked(
        self, question: str, given: str | None, default: str, check: Callable[[str], object]
    ) -> str:
        while True:
            answer = given if given is not None else self.ask(question, default)
            try:
                check(answer)
            except ValueError as error:
                if given is not None:
                    raise typer.BadParameter(f"{given!r}: {error}") from error
                err.print(str(error), highlight=False)
            else:
                return answer


def _source(address: str, taken: Iterable[str]) -> Mapping[str, Any]:
    """The keys of a watcher for an address: of what is found there, else of the address itself."""
    try:
        with err.status(f"Looking at {escape(address)}"):
            found = asyncio.run(adding.sources(address, utc_now))[0]
    except UnreadableSourceError as error:
        err.print(f"[yellow]{escape(str(error))}[/yellow]", soft_wrap=True)
        err.print("It is written as the address of a feed, to be read when it answers.")
        url = address if "//" in address else f"https://{address}"
        name = name_for("", url, set(taken))
        return {"name": name, "title": name, "url": url}
    keys = adding.keys(found, taken)
    entries = len(found.poll.served)
    said = f"  {keys['title']}: {entries} entries at {found.url}"
    err.print(escape(said), highlight=False, soft_wrap=True)
    return keys


def _list(names: Sequence[str], texts: Sequence[str]) -> None:
    err.print()
    for number, (name, text) in enumerate(zip(names, texts, strict=True), 1):
        err.print(f"  {number}  {name:<20}{text}", highlight=False, soft_wrap=True)


def _numbered(text: str, names: Sequence[str]) -> str:
    if text.isdecimal() and 0 < int(text) <= len(names):
        return names[int(text) - 1]
    return text.casefold() if text.casefold() in names else text


def _one_of(text: str, names: Sequence[str], option: str) -> str:
    if text not in names:
        message = f"there is no {text!r}{did_you_mean(text, names)} ({', '.join(names)})"
        raise typer.BadParameter(message, param_hint=option)
    return text


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _here() -> str:
    """The time zone of this machine, or UTC where it does not tell."""
    link = Path("/etc/localtime")
    name = os.environ.get("TZ", "") or str(link.resolve()).partition("zoneinfo/")[2]
    try:
        known_timezone(name)
    except ValueError:
        return "UTC"
    return name
