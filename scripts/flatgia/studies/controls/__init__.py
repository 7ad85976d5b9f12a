"""The two axes: what is sent, and who attacks."""
