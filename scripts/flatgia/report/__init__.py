"""Tables and figures: reading the results, one look for all, and writing them with their provenance."""
