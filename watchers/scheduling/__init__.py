"""When a source is read again: intervals, learned rhythm, what feeds ask for, the schedule."""
