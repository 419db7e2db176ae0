"""Making a start, and finding out what is wrong: `init` and `doctor`."""
