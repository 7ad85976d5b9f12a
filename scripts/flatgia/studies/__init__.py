"""The studies, each in a folder of its own: what it needs and shows, its drawing, its caption."""
