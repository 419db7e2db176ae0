"""The destination Telegram: sending and editing, its errors, its rate limits, a self-test."""
