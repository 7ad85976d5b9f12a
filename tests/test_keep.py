"""Keeping the dear part of a run, and going on from it in another folder."""

import errno
import tarfile

import pytest

import keep
from flatgia.core.artifacts import Provenance, save_json
from flatgia.core.errors import FlatgiaError

HESSIAN = "results/tiny/seed_0/hessian/fedavg/round_0000.json"


@pytest.fixture
def finished(tmp_path, monkeypatch):
    """A folder with a run whose one result was made from one download."""
    folder = tmp_path / "run"
    (folder / "results/shared").mkdir(parents=True)
    monkeypatch.chdir(folder)
    (folder / "results/shared/images.bin").write_bytes(b"images")
    save_json(HESSIAN, {"log_det": -1.5}, Provenance("hessian", {}, ["results/shared/images.bin"]))
    memory = keep.memory_of(folder, folder / HESSIAN)
    memory.parent.mkdir(parents=True)
    memory.write_text("what Snakemake remembers")
    keep.main(["--scale", "tiny"])
    return folder


@pytest.fixture
def elsewhere(finished, tmp_path):
    """A folder with that run's archive and nothing else."""
    folder = tmp_path / "elsewhere"
    (folder / "paper_figures/tiny").mkdir(parents=True)
    (folder / "paper_figures/tiny/run.tar").write_bytes((finished / "paper_figures/tiny/run.tar").read_bytes())
    return folder


def restore(folder):
    keep.main(["--scale", "tiny", "--root", str(folder), "--restore"])


def with_images(folder):
    (folder / "results/shared").mkdir(parents=True)
    (folder / "results/shared/images.bin").write_bytes(b"images")


def test_the_same_results_give_the_same_bytes(finished):
    archive = finished / "paper_figures/tiny/run.tar"
    before = archive.read_bytes()
    (finished / HESSIAN).touch()
    keep.main(["--scale", "tiny"])
    assert archive.read_bytes() == before


def test_all_of_it_comes_back_newer_than_what_it_was_made_from(finished, elsewhere, capsys):
    with_images(elsewhere)
    restore(elsewhere)
    for path in (HESSIAN, f"{HESSIAN}.provenance.json", keep.memory_of(finished, finished / HESSIAN)):
        inside = (finished / path).relative_to(finished)
        assert (elsewhere / inside).read_bytes() == (finished / inside).read_bytes()
    made, image = (elsewhere / HESSIAN).stat(), (elsewhere / "results/shared/images.bin").stat()
    assert made.st_mtime_ns > image.st_mtime_ns
    assert "1 files restored" in capsys.readouterr().out


def test_what_is_there_stays_as_it_is(elsewhere, capsys):
    with_images(elsewhere)
    (elsewhere / HESSIAN).parent.mkdir(parents=True)
    (elsewhere / HESSIAN).write_text("newer")
    restore(elsewhere)
    assert (elsewhere / HESSIAN).read_text() == "newer"
    assert "0 files restored" in capsys.readouterr().out


def test_without_the_download_it_says_what_to_run(elsewhere):
    with pytest.raises(FlatgiaError, match=r"images.bin: missing.*snakemake --cores 1 results/shared/images.bin"):
        restore(elsewhere)
    assert not (elsewhere / HESSIAN).exists()


def test_nothing_to_keep_and_no_archive(tmp_path):
    with pytest.raises(FlatgiaError, match="nothing to keep"):
        keep.main(["--root", str(tmp_path)])
    with pytest.raises(FlatgiaError, match="run.tar: no archive"):
        restore(tmp_path)


def test_what_snakemake_remembers_comes_back_with_the_result_it_is_about(elsewhere):
    with_images(elsewhere)
    memory, voucher = keep.memory_of(elsewhere, elsewhere / HESSIAN), elsewhere / f"{HESSIAN}.provenance.json"
    for path in (memory, voucher):  # of a later result that was deleted
        path.parent.mkdir(parents=True)
        path.write_text("newer")
    restore(elsewhere)
    assert memory.read_text() == "what Snakemake remembers" and voucher.read_text() != "newer"


@pytest.mark.parametrize("length", [0, 700, 3000])
def test_a_damaged_archive_is_refused(elsewhere, length):
    with_images(elsewhere)
    archive = elsewhere / "paper_figures/tiny/run.tar"
    archive.write_bytes(archive.read_bytes()[:length])
    with pytest.raises(FlatgiaError, match="no archive of a run, or damaged"):
        restore(elsewhere)


@pytest.mark.parametrize("blocks", [0, 1])
def test_an_archive_cut_between_two_files_is_refused(finished, elsewhere, blocks):
    with_images(elsewhere)
    save_json("results/tiny/seed_0/hessian/fedavg/round_0001.json", {"log_det": -1.5}, Provenance("hessian", {}))
    keep.main(["--scale", "tiny"])
    with tarfile.open(finished / "paper_figures/tiny/run.tar") as tar:
        (second,) = [member for member in tar if member.name.endswith("round_0001.json.provenance.json")]
    whole = (finished / "paper_figures/tiny/run.tar").read_bytes()
    (elsewhere / "paper_figures/tiny/run.tar").write_bytes(whole[: second.offset] + bytes(blocks * tarfile.BLOCKSIZE))
    with pytest.raises(FlatgiaError, match="no archive of a run, or damaged"):
        restore(elsewhere)
    assert not (elsewhere / HESSIAN).exists()


def test_an_archive_with_a_damaged_head_in_it_is_refused(elsewhere):
    with_images(elsewhere)
    archive = elsewhere / "paper_figures/tiny/run.tar"
    with tarfile.open(archive) as tar:
        tar.getmembers()
        end = tar.offset  # of its last file
    archive.write_bytes(archive.read_bytes()[:end] + b"x" * tarfile.BLOCKSIZE + bytes(10240))
    with pytest.raises(FlatgiaError, match="no archive of a run, or damaged"):
        restore(elsewhere)


def test_a_disk_that_gives_out_leaves_nothing(elsewhere, monkeypatch):
    with_images(elsewhere)
    write = keep.Path.write_bytes

    def full(path, data):
        if path.name.endswith(".round_0000.json"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, data)

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(keep.Path, "write_bytes", full)
        restore(elsewhere)
    left = [path for path in elsewhere.rglob("*") if path.is_file()]
    assert {path.name for path in left} == {"run.tar", "images.bin"}
    restore(elsewhere)
    assert (elsewhere / HESSIAN).is_file()


def test_a_changed_byte_is_noticed(elsewhere):
    with_images(elsewhere)
    archive = elsewhere / "paper_figures/tiny/run.tar"
    archive.write_bytes(archive.read_bytes().replace(b"-1.5", b"-1.6"))
    with pytest.raises(FlatgiaError, match="damaged"):
        restore(elsewhere)


@pytest.mark.parametrize(
    "name", ["../stolen", "/tmp/stolen", "scripts/yaml.py", ".git/config", "results/../scripts/a.py"]
)
def test_nothing_but_results_is_restored(elsewhere, tmp_path, name):
    with_images(elsewhere)
    with tarfile.open(elsewhere / "paper_figures/tiny/run.tar", "a") as tar:
        tar.addfile(tarfile.TarInfo(name))
    with pytest.raises(FlatgiaError, match="no archive of a run"):
        restore(elsewhere)
    assert not (elsewhere / name).exists() and not (elsewhere / HESSIAN).exists()
