"""The paper's sentences, judged."""
