"""Actors, topics and offices: their records, the reader of their tables, inflection, checks."""
