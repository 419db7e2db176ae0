"""HTTP: bounded, timed requests to public addresses, politely spaced."""
