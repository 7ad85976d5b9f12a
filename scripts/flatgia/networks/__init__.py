"""Networks, their initial weights, and checkpoints."""
