"""What a change runs again: exactly what depends on it. The jobs are stand-ins that only touch what they should write."""

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml

import keep
from flatgia.plotting.shown import Hessians
from flatgia.studies.catalogue import catalogue

from ..conftest import TINY
from .conftest import ROOT, checkout, run

# The first line of every script: the workflow still hashes the script and all it imports, but nothing of it is run.
STAND_IN = "import stand_in\n"
TOUCH = """
import hashlib, json, os, sys
from pathlib import Path
words, files = sys.argv[1:], []
# Elsewhere these options name what is read.
only = {"--generator": "generator.py", "--scores": "membership_scores.py", "--curves": "membership_scores.py"}
for option in ("--out", "--picture", *only):
    if option in words and only.get(option, "") in sys.argv[0]:
        rest = words[words.index(option) + 1 :]
        files += rest[: next((place for place, word in enumerate(rest) if word.startswith("--")), len(rest))]
if "--out-dir" in words:
    from flatgia.studies.catalogue import catalogue
    folder = Path(words[words.index("--out-dir") + 1])
    files += [str(folder / Path(file).name) for file in catalogue()[words[0]].files]
for file in files:
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text("stand-in")
    voucher = {"inputs": dict.fromkeys(words), "sha256": hashlib.sha256(b"stand-in").hexdigest()}
    Path(file + ".provenance.json").write_text(json.dumps(voucher))
os._exit(0)
"""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with sources of its own, where `all` is finished."""
    folder = checkout(tmp_path_factory.mktemp("changes") / "clone")
    (folder / "scripts").unlink()
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for commands in (folder / "scripts", folder / "scripts" / "studies"):
        for script in commands.glob("*.py"):
            script.write_text(STAND_IN + script.read_text(encoding="utf-8"), encoding="utf-8")
        (commands / "stand_in.py").write_text(TOUCH)
    done = run(folder, "all")
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


def jobs(folder: Path, *arguments: str) -> set[str]:
    """What a dry run says of each job that it would run."""
    done = run(folder, "--dry-run", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return set(re.findall(r"^ *Job \d+: (.*)$", done.stdout + done.stderr, re.MULTILINE))


@pytest.fixture(scope="module")
def everything(finished: Path) -> set[str]:
    """All jobs there are."""
    return jobs(finished, "--forceall", "all")


# The studies whose jobs the tests below know one by one; of the others they know that a command runs its own again.
KNOWN = {"readings", "information", "shift"}
RULES = {path.stem: path for path in sorted((ROOT / "workflow/rules/studies").glob("*.smk")) if path.stem not in KNOWN}


COMMANDS = [f"studies/{study}.py" for study in RULES if (ROOT / f"scripts/studies/{study}.py").is_file()]


def said_by(study: str) -> re.Pattern[str]:
    """How the jobs of a study's rules begin."""
    messages = re.findall(r'message:\n +"(.+)"', RULES[study].read_text(encoding="utf-8"))
    return re.compile("|".join(re.sub(r"\\{[^}]*\\}", ".+", re.escape(message)) for message in messages))


def costly(said: set[str]) -> set[str]:
    """Without the drawings and the notes under them, which take a second, and the studies that are not `KNOWN`."""
    others = [said_by(study) for study in RULES]
    return {job for job in said if not job.startswith("Writing ") and not any(one.match(job) for one in others)}


def drawings(said: set[str]) -> set[str]:
    """The outputs that are drawn."""
    return {match[1] for job in said if (match := re.match(r"Writing paper_figures/tiny/([\w/]+)\.", job))}


GENERATOR = r"^Training the generator|^The generator|^(Attack|Metrics of) (gias|gifd)"
TRAINING = r"^(Training fed|Hessian|Attack|Metrics|Reading|Spectra|Shifts)"
PARAMETERS = {
    "attack": ({"attacks": {"ig": {"steps": [5, 6]}}}, r"^(Attack|Metrics of|Reading:) ig\b|^Shifts"),
    "method": ({"methods": {"fedgf": {"rho": 0.1}}}, r"\bfedgf\b"),
    "generator": ({"generator": {"learning_rate": 0.01}}, GENERATOR),
    "metric": ({"metrics": ["psnr", "mse"]}, r"^Metrics"),
    "report": ({"report": {"pictures": {"image": 1}}}, None),
    "label": ({"methods": {"fedavg": {"label": "Averaging"}}}, None),
    "hessian": ({"hessian": {"probes": 3}}, r"^Hessian"),
    "federation": ({"federation": {"learning_rate": 0.02}}, TRAINING),
    "targets": ({"targets": {"images": 3}}, r"^(Picking|Attack|Metrics|Reading|Spectra|Shifts)"),
    "compiling": ({"compute": {"compile": "never"}}, TRAINING),
}


# One of each kind is tried each time, the others with the slow tests.
OTHERS = {
    "label", "hessian", "targets", "compiling",
    "flatgia/attacks/labels.py", "flatgia/gradients/native/layers.h", "flatgia/curvature/slq.py",
    "flatgia/generator/discriminator.py", "flatgia/plotting/figures/curvature.py", "flatgia/plotting/figures/registry.py",
    "flatgia/studies/credit/table.py", "flatgia/training/sam.py",
}  # fmt: skip


def some(names: Iterable[str]) -> list:
    """The names as parameters, `OTHERS` among them slow."""
    return [pytest.param(name, marks=[pytest.mark.slow] if name in OTHERS else []) for name in names]


@pytest.mark.parametrize("name", some(PARAMETERS))
def test_a_parameter_runs_its_dependents_again(finished: Path, everything: set[str], name: str) -> None:
    change, pattern = PARAMETERS[name]
    (finished / "change.yaml").write_text(yaml.safe_dump(change))
    again = jobs(finished, "--configfile", "tiny.yaml", "change.yaml", "--", "all")
    assert costly(again) == {job for job in costly(everything) if pattern and re.search(pattern, job)}


DRAWN_FROM_HESSIANS = {
    str(Path(one.files[0]).with_suffix(""))
    for one in catalogue().values()
    if any(isinstance(source, Hessians) for sources in one.needs(TINY).files.values() for source in sources)
}
CURVED = {"studies/networks", "studies/heterogeneity"}  # with Hessians of models of their own
JUDGED = {"studies/images"} | CURVED  # by the claims, which read Hessians too
DRAWN_OVER_RHO = {"fig04", "fig06"}  # by what also draws the Hessian over rho
MODULES = {
    "flatgia/attacks/methods/gias.py": (r"^(Attack|Metrics of) gias", None),
    "flatgia/attacks/labels.py": (r"^(Attack|Metrics|Reading|Shifts)", None),
    "flatgia/federated/methods/fedgf.py": (r"\bfedgf\b", None),
    "flatgia/federated/server.py": (TRAINING, None),
    "flatgia/gradients/native/layers.h": (TRAINING, None),
    "flatgia/training/sam.py": (None, {"studies/xsam", "studies/membership"}),
    "flatgia/metrics/ssim.py": (r"^(Metrics|Reading)", None),
    "flatgia/curvature/slq.py": (r"^Hessian", DRAWN_FROM_HESSIANS | CURVED),
    "flatgia/generator/discriminator.py": (GENERATOR, None),
    "flatgia/plotting/figures/curvature.py": (None, DRAWN_FROM_HESSIANS | DRAWN_OVER_RHO | JUDGED),
    "flatgia/plotting/figures/pictures.py": (None, {"fig07"}),
    "flatgia/plotting/figures/registry.py": (None, set()),
    "flatgia/studies/credit/table.py": (None, {"studies/credit"}),
    "flatgia/core/artifacts.py": (None, set()),
    "flatgia/core/progress.py": (None, set()),
}


@pytest.fixture
def changed(finished: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A module with another line at its end, for the time of a test."""
    source = finished / "scripts" / request.param
    before = source.read_bytes()
    source.write_bytes(before + b"\nCHANGED = True\n")
    yield request.param
    source.write_bytes(before)


@pytest.mark.parametrize("changed", some(MODULES), indirect=True)
def test_a_module_runs_the_stages_that_use_it_again(finished: Path, everything: set[str], changed: str) -> None:
    pattern, drawn = MODULES[changed]
    again = jobs(finished, "all")
    assert costly(again) == {job for job in costly(everything) if pattern is not None and re.search(pattern, job)}
    assert drawn is None or drawings(again) == drawn


@pytest.mark.slow
@pytest.mark.parametrize("changed", COMMANDS, indirect=True)
def test_the_command_of_a_study_runs_its_own_jobs_again(finished: Path, changed: str) -> None:
    again = {job for job in jobs(finished, "all") if not job.startswith("Writing ")}
    assert again and all(said_by(Path(changed).stem).match(job) for job in again)


def test_the_same_bytes_written_again_run_nothing(finished: Path) -> None:
    source = finished / "scripts" / "flatgia" / "curvature" / "slq.py"
    source.write_bytes(source.read_bytes())
    assert jobs(finished, "all") == set()


def test_words_run_nothing_again(finished: Path) -> None:
    for name in ("core/artifacts.py", "federated/training.py", "plotting/look.py"):
        source = finished / "scripts" / "flatgia" / name
        text = source.read_text(encoding="utf-8")
        source.write_text(text.replace('"""', '"""Said otherwise. ', 1) + "\n# A remark.\n", encoding="utf-8")
    assert jobs(finished, "all") == set()


def test_shared_data_fetched_again_run_nothing(finished: Path) -> None:
    shared = [path for path in (finished / "results/shared").iterdir() if path.suffix == ".safetensors"]
    assert len(shared) == 2
    for path in shared:
        path.touch()
    # The real ones are too large for Snakemake to compare their bytes; without the limit it would see that these are the same.
    assert jobs(finished, "--max-checksum-file-size", "0", "all") == set()


def test_what_is_kept_is_not_made_again_in_another_folder(finished: Path, tmp_path: Path) -> None:
    keep.main(["--root", str(finished), "--scale", "tiny"])
    folder = checkout(tmp_path / "clone")
    (folder / "scripts").unlink()
    shutil.copytree(finished / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(finished / "paper_figures/tiny/archive", folder / "paper_figures/tiny/archive")
    keep.main(["--root", str(folder), "--scale", "tiny", "--restore"])
    assert not costly(
        jobs(folder, "all")
    )  # nor are the images fetched: tables and figures are drawn from what is there
