"""Attacks a client among others with different classes, in each setting, and scores the answers: one table of metrics.

python scripts/studies/heterogeneity.py --attack ig --method fedsam --checkpoint round_0100.safetensors \\
    --targets targets.safetensors --out metrics.csv
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.studies.attacked import attack_and_score


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks, scores and writes."""
    attack_and_score("heterogeneity", __doc__, argv)


if __name__ == "__main__":
    run(main)
