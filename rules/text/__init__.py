"""Text: normalisation, look-alike letters, sentences."""
