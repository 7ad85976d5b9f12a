"""Progress lines."""

import io

from flatgia.core import progress
from flatgia.core.progress import Progress, duration, track


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_durations():
    assert [duration(s) for s in (0, 59.6, 3599, 36061)] == ["0:00:00", "0:01:00", "0:59:59", "10:01:01"]


def test_the_last_step_is_always_told(monkeypatch):
    clock = iter([0.0, 1.0, 2.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    stream = io.StringIO()
    bar = Progress(2, "train", "round", stream)
    bar.update()  # too early for a line in a log
    assert stream.getvalue() == ""
    bar.update(note="loss 1")
    assert stream.getvalue() == "train: 2/2 rounds, 1/s, 0:00:00 left, loss 1\n"


def test_a_terminal_has_one_moving_line(monkeypatch):
    clock = iter([0.0, 1.0, 2.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    bar = Progress(2, "train", stream=(stream := Terminal()))
    bar.update()
    bar.update()
    assert stream.getvalue().count("\n") == 1 and stream.getvalue().count("\r") == 2


def test_nothing_to_do_is_no_error():
    Progress(0, "train", stream=io.StringIO()).update(0)


def test_track_yields_everything(capsys):
    assert list(track("abc", 3, "items")) == ["a", "b", "c"]
    assert "3/3" in capsys.readouterr().err
