"""config.toml and the lexicon: schema, loading, errors with their place, adding watchers."""
