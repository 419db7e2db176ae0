"""The demo: the whole bot on a made-up timeline, served by a server of its own."""
