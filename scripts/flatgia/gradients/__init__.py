"""What a client computes and an attacker models: gradients, and how far two of them are apart."""
