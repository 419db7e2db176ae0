"""The way of an entry as it runs: read when due, match, group, compose, commit."""
