"""Which story a report belongs to."""
