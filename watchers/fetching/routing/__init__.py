"""The ways to servers: straight with HTTP/2, or through proxies, with private networks apart."""
