"""The searches that attacks share."""
