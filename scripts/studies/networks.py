"""Attacks a client of one network at several checkpoints, in each setting, and scores the answers: one table of metrics.

python scripts/studies/networks.py --attack ig_any --method fedsam --axes method-naive plain-naive \\
    --checkpoint round_0000.safetensors round_0050.safetensors --targets targets.safetensors --out metrics.csv
"""

from collections.abc import Sequence

from flatgia.core.cli import run
from flatgia.studies.attacked import attack_and_score


def main(argv: Sequence[str] | None = None) -> None:
    """Attacks, scores and writes."""
    attack_and_score("networks", __doc__, argv)


if __name__ == "__main__":
    run(main)
