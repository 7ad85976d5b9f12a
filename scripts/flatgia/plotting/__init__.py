"""Pages, curves and tables, and what they are drawn from."""
