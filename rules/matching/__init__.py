"""Matching: which rules are true of a document, and with which evidence."""
