"""Reading sources when they are due: the first time, ever after, and without a network."""
