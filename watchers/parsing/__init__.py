"""From the bytes of a feed or page to its items in plain text."""
