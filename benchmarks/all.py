"""All benchmarks one after another, then the table; fails at the end if one of them failed.

    python benchmarks/all.py [--quick]

The machine must have nothing else to do. The peers' environments come from benchmarks/peers.sh.
"""

import subprocess
import sys

from alternate import HERE

NAMES = ["attack", "round", "hessian", "jacobian", "start", "instructions"]


def main() -> None:
    """Runs them with the options given."""
    failed = [name for name in NAMES if subprocess.run([sys.executable, HERE / f"{name}.py", *sys.argv[1:]]).returncode]
    folder = HERE / "results" / ("quick" if "--quick" in sys.argv else "")
    subprocess.run([sys.executable, HERE / "report.py", folder], check=True)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
