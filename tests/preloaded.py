"""What processes of the bot are forked with: its modules, and the shipped lexicon read once.

Only the process that is forked imports this; see `tests.processes`.
"""

import gc
from importlib import import_module
from pkgutil import walk_packages

import alembic.command  # noqa: F401

import bot
from tests import shipped
from tests.opening import configured

for _module in walk_packages(bot.__path__, "bot."):
    import_module(_module.name)
# What one configuration learns of the shipped words is there for all.
shipped.read_once()
configured("""
[[channel]]
name = "news"

[[watcher]]
name = "courier"
title = "Courier"
url = "https://courier.example/feed"

[[rule]]
name = "talks"
title = "Talks"
when = "talks"
""")
# Nothing of it becomes garbage: no process has to look.
gc.freeze()
