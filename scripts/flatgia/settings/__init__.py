"""The configuration: the only reader of YAML, its checks, and what a job is given."""
