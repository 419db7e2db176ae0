"""One module for each group of commands that administrators give in Telegram."""
