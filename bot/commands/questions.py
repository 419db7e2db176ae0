"""Questions with two buttons, which whoever asked for them decides."""

from collections import OrderedDict
from datetime import datetime

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.commands.records import Question, SorryError
from bot.messages.rendering import escape

PREFIX = "ask:"
MAX_OPEN = 100
GONE = "This question is no longer open. Please send the command again."
NOT_YOURS = "This is for whoever sent the command."
TOO_LATE = "That took too long: nothing was done. Please send the command again."
LEFT = "Left as it was."
_YES, _NO = f"{PREFIX}yes", f"{PREFIX}no"
Place = tuple[int, int]


class Questions:
    """The questions that are open, by the messages under which they stand."""

    def __init__(self) -> None:
        self._open: OrderedDict[Place, Question] = OrderedDict()

    def ask(self, place: Place, question: Question) -> None:
        """Keep a question until it is decided."""
        self._open[place] = question
        if len(self._open) > MAX_OPEN:
            self._open.popitem(last=False)

    def refusal(self, place: Place, user: int) -> str:
        """Why a user cannot decide a question; "" where they can."""
        question = self._open.get(place)
        if question is None:
            return GONE
        return "" if question.user == user else NOT_YOURS

    async def decide(self, place: Place, data: str, now: datetime) -> str:
        """Do what was decided; returns what is to be said of it."""
        question = self._open.pop(place)
        if now > question.until:
            return TOO_LATE
        if data != _YES:
            return LEFT
        try:
            return await question.act()
        except SorryError as error:
            return escape(str(error))


def keyboard(question: Question) -> InlineKeyboardMarkup:
    """The two buttons."""
    yes = InlineKeyboardButton(question.yes, callback_data=_YES)
    no = InlineKeyboardButton(question.no, callback_data=_NO)
    return InlineKeyboardMarkup([[yes, no]])
