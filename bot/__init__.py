"""The application: configuration, pipeline, messages, delivery, commands, the command line."""
