"""Watchers in the configuration: keys of their kinds, OPML lists, GDELT queries, names."""
