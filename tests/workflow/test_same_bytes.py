"""What the bytes of a run must not depend on: cores, kills, the folder, and whose machine it is."""

import os
from pathlib import Path

import pytest
import yaml

from .conftest import checkout, run
from .test_pipeline import hashes, kill_at

MATPLOTLIBRC = "font.size: 20\naxes.facecolor: red\nxtick.direction: in\nsavefig.bbox: tight\nsavefig.dpi: 30\n"
CUT = {
    "rounds": {"table": [0], "curve": [], "long": []},
    "report": {"methods": ["fedavg"], "attacks": ["ig"], "pictures": {"attacks": ["ig"]}},
}


def someone_else(folder: Path) -> dict[str, str]:
    """The environment of another person: name, home, time zone, locale, threads, Python's and matplotlib's settings."""
    home = folder / "höme"
    settings = home / ".config" / "matplotlib" / "matplotlibrc"
    settings.parent.mkdir(parents=True)
    settings.write_text(MATPLOTLIBRC)
    threads = {f"{library}_NUM_THREADS": "3" for library in ("OMP", "MKL", "OPENBLAS", "NUMEXPR")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "XDG_", "MPL"))}
    return kept | threads | {
        "HOME": str(home), "USER": "someone", "LOGNAME": "someone", "TZ": "Asia/Kathmandu", "LC_ALL": "C",
        "PYTHONHASHSEED": "1", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
        "SOURCE_DATE_EPOCH": "1", "MPLBACKEND": "svg",
    }  # fmt: skip


def both(folder: Path, change: dict, *targets: str) -> tuple[Path, Path, dict[str, str]]:
    """Two folders with the same configuration, the first with its targets made on one core, and the other's environment."""
    here, there = checkout(folder / "here"), checkout(folder / "anöther's folder")
    for place in (here, there):
        (place / "change.yaml").write_text(yaml.safe_dump(change))
    (there / "matplotlibrc").write_text(MATPLOTLIBRC)
    done = run(here, "--configfile", "tiny.yaml", "change.yaml", "--", *targets, cores=1)
    assert done.returncode == 0, done.stderr[-3000:]
    return here, there, someone_else(folder)


def test_another_person_with_other_cores_gets_the_same_bytes(tmp_path: Path) -> None:
    targets = ("table1", "fig7")
    here, there, env = both(tmp_path, CUT, *targets)
    done = run(there, "--configfile", "tiny.yaml", "change.yaml", "--", *targets, cores=2, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    expected = hashes(here)
    assert {"fig07.png", "fig07.pdf", "table1.tex"} <= {Path(p).name for p in expected}
    assert hashes(there) == expected


@pytest.mark.slow
def test_everything_killed_three_times_on_another_persons_machine_has_the_same_bytes(tmp_path: Path) -> None:
    here, there, env = both(tmp_path, {}, "all")
    env["PYTHONOPTIMIZE"] = "1"  # nobody has the packages compiled for it, so that every job compiles them
    moments = [
        "checkpoints/fedsai/round_0001.safetensors",
        "attacks/fedavg/method-naive/gifd/b1/round_0001.safetensors",
        "metrics/fedsai",
    ]
    for moment in moments:
        kill_at(there / "results/tiny/seed_0" / moment, there, "all", env=env)
        assert run(there, "--unlock").returncode == 0
    done = run(there, "all", cores=2, env=env)
    assert done.returncode == 0, done.stderr[-3000:]
    expected = hashes(here)
    assert len(expected) > 150 and hashes(there) == expected
