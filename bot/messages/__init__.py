"""Stories as text: messages, follow-ups, digests, the chart, labels and links. Pure functions."""
