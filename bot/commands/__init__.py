"""What administrators and readers ask the bot in Telegram, and what it answers.

Commands are for the configured administrators alone; the button Why is for everybody.
"""

from bot.commands.dispatch import Dispatcher
from bot.commands.handlers.adding import adding_to
from bot.commands.long_polling import converse
from bot.commands.menu import COMMANDS
from bot.commands.records import Adding, CommandContext

__all__ = ["COMMANDS", "Adding", "CommandContext", "Dispatcher", "adding_to", "converse"]
