"""The rule language: its grammar, and the expressions it is parsed into."""
