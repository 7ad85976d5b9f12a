"""What is kept of source files: computed once for a content and a version of the code, and never needed."""

import json

import pytest

from flatgia.pipeline import sources


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A place of its own, and the caches of a new process at each call of what this gives."""
    monkeypatch.setattr(sources, "KEPT", tmp_path / "kept" / "sources.json")
    calls = []

    def process():
        sources._keep()
        sources._kept.cache_clear()
        sources._keep.cache_clear()
        calls.clear()

        def upper(text):
            calls.append(text)
            return text.upper()

        return sources.once(upper)

    sources._kept.cache_clear()
    yield process, calls
    sources._kept.cache_clear()
    sources._keep.cache_clear()


def test_a_later_process_computes_what_has_changed_alone(kept, tmp_path):
    process, calls = kept
    path, other = tmp_path / "a.py", tmp_path / "b.py"
    path.write_text("a")
    other.write_text("b")
    found = process()
    assert (found(path), found(other), found(path)) == ("A", "B", "A") and calls == ["a", "b"]
    path.write_text("c")
    found = process()
    assert (found(path), found(other)) == ("C", "B") and calls == ["c"]


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}'])
def test_a_damaged_cache_is_computed_anew(text, kept, tmp_path):
    process, _ = kept
    (tmp_path / "kept").mkdir()
    path = tmp_path / "a.py"
    path.write_text("a")
    sources.KEPT.write_text(text)
    sources._kept.cache_clear()
    assert process()(path) == "A"


def test_no_place_to_keep_is_no_error(kept, tmp_path):
    process, _ = kept
    (tmp_path / "kept").write_text("a file where the folder would be")
    path = tmp_path / "a.py"
    path.write_text("a")
    assert process()(path) == "A"
    process()


def test_another_version_of_the_code_starts_anew(kept, tmp_path):
    process, _ = kept
    path = tmp_path / "a.py"
    path.write_text("a")
    process()(path)
    process()
    before = json.loads(sources.KEPT.read_text())[str(path)]["content"]
    namespace = {}
    code = tmp_path / "code.py"
    code.write_text("def upper(text):\n    return text.title()\n")
    exec(compile(code.read_text(), str(code), "exec"), namespace)
    assert sources.once(namespace["upper"])(path) == "A"
    assert sources._kept()[str(path)]["content"] != before
