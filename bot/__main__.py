"""`python -m bot` is the command line."""

from bot.cli.app import main

main()
