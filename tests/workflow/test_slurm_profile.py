"""The SLURM profile, as far as a dry run shows it; tests/slurm runs it."""

import re
from pathlib import Path

from .conftest import ROOT, run

PROFILE = ("--profile", "workflow/profiles/slurm")


def lines(clone: Path) -> list[str]:
    """The dry run of everything through the profile; what goes to the cluster together is indented."""
    done = run(clone, *PROFILE, "-n", "--configfile", "tiny.yaml", "one.yaml", "--", "all")
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_jobs_of_seconds_do_not_go_to_the_cluster_alone(clone: Path) -> None:
    alone = {re.sub(r"Job \d+: ", "", line).split(" ")[0] for line in lines(clone) if line.startswith("Job ")}
    assert {"Training", "Hessian"} < alone  # these are long
    assert not alone & {"Attack", "Metrics", "Reading:"}


def test_the_initial_model_goes_with_the_rounds_after_it(clone: Path) -> None:
    printed = "\n".join(lines(clone))
    together = re.findall(r"Group job start.*\n((?:\n|    .*\n)+)", printed)
    trained = [set(re.findall(r"Training (\w+) to round (\d+)", block)) for block in together]
    everywhere = set(re.findall(r"Training (\w+) to round (\d+)", printed))
    followed = {method for method, number in everywhere if number == "0001"}
    assert {method for method, number in everywhere if number == "0000"} >= followed > set()
    for method in followed:  # one that is shown at round 0 only has nothing to go with
        assert {(method, "0000"), (method, "0001")} in trained


def test_retries_stand_in_the_profile_alone() -> None:
    assert not [path for path in (ROOT / "workflow" / "rules").glob("*.smk") if "retries:" in path.read_text()]
    assert "\nretries: 1" in (ROOT / PROFILE[1] / "profile.yaml").read_text()
