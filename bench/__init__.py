"""What is measured, and against what: each module is run by `python -m bench.NAME`."""
