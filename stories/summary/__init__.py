"""The summary of a story, made of sentences of its reports."""
