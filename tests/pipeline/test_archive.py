"""Keeping a run in archives that are never written twice, and going on from them in another folder."""

import errno
import json
import shutil
import tarfile
from io import BytesIO
from pathlib import Path
from unittest import mock

import pytest

import keep
from flatgia.core.artifacts import Provenance, provenance_path, save_json
from flatgia.core.errors import FlatgiaError
from flatgia.pipeline import archive

HESSIAN = "results/tiny/seed_0/hessian/fedavg/round_0000.json"
LATER = "results/tiny/seed_0/hessian/fedavg/round_0001.json"
TARGETS = "results/tiny/seed_0/targets.safetensors"
NOTES = "results/tiny/notes.json"


def write(root: Path, name: str, value: float, instructions: str = "native") -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    with mock.patch("flatgia.core.artifacts.are_portable", lambda: instructions == "portable"):
        save_json(root / name, {"log_det": value}, Provenance("hessian", {}))


def kept(root: Path) -> list[str]:
    keep.main(["--scale", "tiny", "--root", str(root)])
    return sorted(path.name for path in (root / "paper_figures/tiny/archive").iterdir())


def restore(root: Path) -> None:
    keep.main(["--scale", "tiny", "--root", str(root), "--restore"])


@pytest.fixture
def finished(tmp_path):
    """A folder with three results of a run, kept."""
    root = tmp_path / "run"
    write(root, HESSIAN, -1.5)
    write(root, TARGETS, 0)
    write(root, NOTES, 1)
    kept(root)
    return root


@pytest.fixture
def elsewhere(finished, tmp_path):
    """A folder with that run's archives and nothing else."""
    root = tmp_path / "elsewhere"
    shutil.copytree(finished / "paper_figures", root / "paper_figures")
    return root


def test_the_pictures_of_the_first_and_the_last_round_are_kept(finished, tmp_path):
    attacks = [f"results/tiny/seed_0/attacks/fedavg/method-naive/ig/b1/round_{n:04d}.safetensors" for n in (0, 1, 2)]
    table = "results/tiny/seed_0/metrics/fedavg/method-naive/ig/b1/table.csv"
    for place, name in enumerate((*attacks, table)):
        write(finished, name, place)
    voucher = json.loads(provenance_path(finished / table).read_text())
    provenance_path(finished / table).write_text(
        json.dumps(voucher | {"inputs": dict.fromkeys([attacks[0], attacks[2]])})
    )
    kept(finished)
    root = tmp_path / "elsewhere"
    shutil.copytree(finished / "paper_figures", root / "paper_figures")
    restore(root)
    assert [(root / name).exists() for name in attacks] == [True, False, True]


def test_an_archive_a_seed_method_and_kind(finished):
    assert kept(finished) == [
        "common.results.001.tar.xz",
        "seed_0.common.checkpoints.001.tar.xz",
        "seed_0.fedavg.results.001.tar.xz",
    ]


def test_what_is_kept_is_not_kept_again_and_no_archive_changes(finished):
    folder = finished / "paper_figures/tiny/archive"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert kept(finished) == sorted(before)
    write(finished, LATER, -2)
    assert set(kept(finished)) - set(before) == {"seed_0.fedavg.results.002.tar.xz"}
    assert {name: (folder / name).read_bytes() for name in before} == before
    with tarfile.open(folder / "seed_0.fedavg.results.002.tar.xz") as tar:
        assert tar.getnames() == [f"{LATER}.provenance.json", LATER]


def test_the_later_archive_wins(finished, tmp_path):
    write(finished, HESSIAN, -3)
    kept(finished)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(finished / "paper_figures", elsewhere / "paper_figures")
    restore(elsewhere)
    assert (elsewhere / HESSIAN).read_bytes() == (finished / HESSIAN).read_bytes()


def test_all_of_it_comes_back_in_the_order_in_which_it_is_made(finished, elsewhere, capsys):
    restore(elsewhere)
    for name in (NOTES, TARGETS, HESSIAN):
        for path in (name, str(provenance_path(name))):
            assert (elsewhere / path).read_bytes() == (finished / path).read_bytes()
    assert (elsewhere / TARGETS).stat().st_mtime_ns <= (elsewhere / HESSIAN).stat().st_mtime_ns
    assert "3 files restored" in capsys.readouterr().out


def test_what_is_there_stays_as_it_is(elsewhere, capsys):
    (elsewhere / HESSIAN).parent.mkdir(parents=True)
    (elsewhere / HESSIAN).write_text("newer")
    restore(elsewhere)
    assert (elsewhere / HESSIAN).read_text() == "newer"
    assert "2 files restored" in capsys.readouterr().out


def test_what_one_machine_computed_can_be_left_out(finished, tmp_path):
    write(finished, LATER, -2, "portable")
    kept(finished)
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(finished / "paper_figures", elsewhere / "paper_figures")
    keep.main(["--scale", "tiny", "--root", str(elsewhere), "--restore", "--portable"])
    assert (elsewhere / LATER).is_file() and (elsewhere / TARGETS).is_file() and not (elsewhere / HESSIAN).exists()


def test_nothing_to_keep_and_no_archive(tmp_path):
    with pytest.raises(FlatgiaError, match="nothing to keep"):
        kept(tmp_path)
    with pytest.raises(FlatgiaError, match="archive: no archives of a run"):
        restore(tmp_path)


@pytest.mark.parametrize("length", [0, 100, 300])
def test_an_archive_that_is_cut_is_refused(elsewhere, length):
    path = elsewhere / "paper_figures/tiny/archive/seed_0.fedavg.results.001.tar.xz"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(FlatgiaError, match="no archive of a run, or damaged"):
        restore(elsewhere)
    assert not (elsewhere / TARGETS).exists()


def forged(elsewhere: Path, name: str, content: bytes, voucher: bytes) -> None:
    with tarfile.open(elsewhere / "paper_figures/tiny/archive/seed_0.fedavg.results.002.tar.xz", "w:xz") as tar:
        for path, data in ((str(provenance_path(name)), voucher), (name, content)):
            member = tarfile.TarInfo(path)
            member.size = len(data)
            tar.addfile(member, BytesIO(data))


def test_content_that_its_provenance_does_not_name_is_refused(finished, elsewhere):
    forged(elsewhere, HESSIAN, b"{}", (finished / provenance_path(HESSIAN)).read_bytes())
    with pytest.raises(FlatgiaError, match="damaged"):
        restore(elsewhere)


@pytest.mark.parametrize(
    "name", ["../stolen", "/tmp/stolen", "scripts/yaml.py", ".git/config", "results/../scripts/a.py", "results/tiny/x"]
)
def test_nothing_but_results_is_restored(finished, elsewhere, name):
    forged(elsewhere, name, (finished / HESSIAN).read_bytes(), (finished / provenance_path(HESSIAN)).read_bytes())
    with pytest.raises(FlatgiaError, match="no archive of a run"):
        restore(elsewhere)
    assert not (elsewhere / name).exists() and not (elsewhere / HESSIAN).exists()


def test_a_link_is_refused(elsewhere):
    path = elsewhere / "paper_figures/tiny/archive/seed_0.fedavg.results.002.tar.xz"
    with tarfile.open(path, "w:xz") as tar:
        link = tarfile.TarInfo("results/tiny/seed_0/hessian/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(FlatgiaError, match="no archive of a run"):
        restore(elsewhere)


def test_a_disk_that_gives_out_leaves_nothing(elsewhere, monkeypatch):
    write_bytes = Path.write_bytes

    def full(path, data):
        if path.name.endswith(".round_0000.json"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write_bytes(path, data)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(archive.Path, "write_bytes", full)
        restore(elsewhere)
    assert not [path for path in (elsewhere / "results").rglob("*") if path.is_file()]
    restore(elsewhere)
    assert (elsewhere / HESSIAN).is_file()


def test_what_a_study_keeps_is_in_an_archive_of_its_own(finished):
    write(finished, "results/tiny/seed_0/studies/readings/raw-dlg/fedavg/ig.csv", 2)
    assert "seed_0.readings.results.001.tar.xz" in kept(finished)
