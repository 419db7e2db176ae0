"""What a report says of its claim: who confirms it, who denies it."""
