"""What settings and the generator add."""
