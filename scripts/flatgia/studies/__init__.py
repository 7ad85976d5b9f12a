"""What the paper did not ask: a folder a study."""
