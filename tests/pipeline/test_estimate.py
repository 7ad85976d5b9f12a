"""What a run says of its time before it starts."""

import subprocess
import sys

import pytest

from flatgia.pipeline.estimate import Job, cost, longest, measured, plan, rough, shipped, write_units

HEAD = "s\th:m:s\tmax_rss\tcpu_time\n"
IG = ("attack", "ig, method-naive")


@pytest.fixture
def results(tmp_path):
    """Benchmark files as Snakemake leaves them: rounds 0, 10 and 30, an attack job on two checkpoints, and two Hessians."""
    base = tmp_path / "benchmarks" / "seed_0"
    (base / "train").mkdir(parents=True)
    for number, wall, cpu in ((0, 4, 4), (10, 20, 1), (30, 400, 60)):
        (base / "train" / f"fedsam_rho005_{number:04d}.tsv").write_text(f"{HEAD}{wall}\t-\t1\t{cpu}\n")
    for folder in (base, tmp_path / "seed_0"):
        (folder / "attacks/fedavg/method-naive/ig").mkdir(parents=True)
    (base / "attacks/fedavg/method-naive/ig/b1_0000.tsv").write_text(f"{HEAD}50\t-\t1\t1\n")
    (tmp_path / "seed_0/attacks/fedavg/method-naive/ig/b1").mkdir()
    for number in (0, 10):
        (tmp_path / f"seed_0/attacks/fedavg/method-naive/ig/b1/round_{number:04d}.safetensors").touch()
    for folder in (base, tmp_path / "seed_0"):
        (folder / "hessian/fedavg").mkdir(parents=True)
    (base / "hessian/fedavg_0010.tsv").write_text(f"{HEAD}12\t-\t1\t1\n")
    for number in (0, 10):
        (tmp_path / f"seed_0/hessian/fedavg/round_{number:04d}.json").write_text('{"estimator": "slq"}')
    (base / "generator.tsv").write_text(HEAD)  # of a killed run
    return tmp_path


def test_unit_costs_are_medians_a_round_and_a_checkpoint(results):
    # 20 s for 10 rounds, and 60 s of a core (not 400 on the clock) for 20.
    assert measured(results) == {("train", "fedsam_rho005"): 2.5, IG: 25, ("hessian", "slq"): 6}
    assert measured(results / "none") == {}


def test_the_work_to_do_is_counted_by_unit(tmp_path):
    jobs = [Job("attack", IG, 2), Job("attack", IG, 1), Job("other"), Job("hessian", ("hessian", "exact"), 1)]
    write_units(tmp_path / "units.csv", jobs)
    assert (tmp_path / "units.csv").read_text() == 'attack,"ig, method-naive",3\nhessian,exact,1\n'


def test_a_study_times_its_own_jobs(results):
    for name, value in (("toy/fedavg", 7), ("toy/deep/fedsam", 9)):
        path = results / f"benchmarks/seed_0/studies/{name}.tsv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{HEAD}{value}\t-\t1\t1\n")
    found = measured(results)
    assert (found["toy", "fedavg"], found["toy", "fedsam"]) == (7, 9)
    assert cost(Job("studies", ("toy", "fedgf"), 2), (found,)) == 16


def test_a_kind_that_was_never_timed_costs_as_others_of_its_stage():
    own, elsewhere = {IG: 10.0}, {IG: 99.0, ("attack", "gi, method-naive"): 40.0, ("hessian", ""): 7.0}
    assert cost(Job("attack", IG, 2), (own, elsewhere)) == 20
    assert cost(Job("attack", ("attack", "gi, method-naive")), (own, elsewhere)) == 40
    assert cost(Job("attack", ("attack", "new, method-naive")), (own, elsewhere)) == 10
    assert cost(Job("hessian", ("hessian", "")), (own, elsewhere)) == 7
    assert cost(Job("generator", ("generator", "")), (own, elsewhere)) is None
    assert cost(Job("metrics"), ()) == cost(Job("train", ("train", "fedavg"), 0), ({("train", "fedavg"): 9.0},)) == 5


def test_no_number_of_cores_is_faster_than_the_longest_chain():
    jobs = {1: Job("train"), 2: Job("train", after=frozenset({1, 9})), 3: Job("train", after=frozenset({1}))}
    assert longest(jobs, {1: 5, 2: 7, 3: 1}) == 12
    chain = {key: Job("train", ("train", "fedavg"), 1, frozenset({key - 1})) for key in range(4)}
    unit = {("train", "fedavg"): 3600.0}
    assert plan(chain, 100, unit, {})[-1] == "About 4.0 h, 100 at once; measured on jobs here before."
    free = {key: Job("train", ("train", "fedavg")) for key in range(4)}
    assert plan(free, 2, {}, unit)[-1].startswith("About 2.0 h, 2 at once; measured on another machine")


def test_what_is_not_known_is_said():
    lines = plan({1: Job("attack", IG), 2: Job("metrics"), 3: Job("metrics")}, 1, {}, {})
    assert lines[0].startswith("3 jobs to do")
    assert [line.strip() for line in lines[1:3]] == ["1 attacks: not known", "2 metrics: a minute"]
    assert lines[-1] == "More than a minute, 1 at once: 1 of them are of kinds that were not timed before."


def test_times_are_rough():
    assert [rough(s) for s in (1, 100, 5300, 5400, 40000)] == ["a minute", "2 min", "88 min", "1.5 h", "11 h"]


def test_shipped_times_are_read_by_scale(tmp_path):
    (tmp_path / "s.csv").write_text(
        'scale,stage,what,seconds\npaper,attack,"ig, method-naive",29\nquick,generator,,150\n'
    )
    assert shipped(tmp_path / "s.csv", "paper") == {IG: 29}
    assert shipped(tmp_path / "none.csv", "paper") == {}


def test_it_costs_no_time_to_import():
    code = "import sys, flatgia.pipeline.estimate; sys.exit(bool({'torch', 'numpy', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
