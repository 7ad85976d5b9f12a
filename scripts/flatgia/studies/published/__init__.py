"""Published settings beside the numbers of the paper."""
