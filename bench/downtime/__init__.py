"""A day without the bot: what is had back of it, and what is told."""
