"""Which source files a command depends on."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

from flatgia.pipeline.dependencies import SCRIPTS, code_of, essence
from flatgia.plotting.shown import Own
from flatgia.settings.config import PAPER, load
from flatgia.studies.catalogue import catalogue


def names(script, *references):
    return {str(Path(path).relative_to(SCRIPTS)) for path in code_of(script, *references)}


def test_an_attack_depends_on_itself_and_not_on_the_others():
    found = names("attack.py", "flatgia.attacks.methods.ig:IG", "flatgia.federated.methods.fedavg:FedAvg")
    needed = {
        "attack.py",
        "attacks/methods/ig.py",
        "attacks/optimisers/descent.py",
        "attacks/view.py",
        "gradients/backend.py",
    }
    assert {name if name == "attack.py" else f"flatgia/{name}" for name in needed} <= found
    for other in (
        "attacks/methods/gifd",
        "attacks/methods/gias",
        "attacks/optimisers/lbfgs",
        "federated/methods/fedsam",
        "federated/training",
    ):
        assert f"flatgia/{other}.py" not in found
    assert not any(name.startswith(("flatgia/generator/", "flatgia/plotting/", "flatgia/curvature/")) for name in found)


def test_lbfgs_belongs_to_idlg():
    assert "flatgia/attacks/optimisers/lbfgs.py" in names("attack.py", "flatgia.attacks.methods.idlg:IDLG")


def test_training_depends_on_its_method_only():
    found = names("train.py", "flatgia.federated.methods.fedavg:FedAvg", "flatgia.networks.lenet:LeNet")
    assert {"train.py", "flatgia/networks/lenet.py", "flatgia/federated/methods/fedavg.py"} <= found
    assert not {f"flatgia/federated/methods/{name}.py" for name in ("fedsam", "fedasam", "fedgf", "fedsai")} & found
    assert not any(name.startswith(("flatgia/attacks/", "flatgia/plotting/")) for name in found)
    # FedGF builds on FedSAM's step.
    assert "flatgia/federated/methods/fedsam.py" in names("train.py", "flatgia.federated.methods.fedgf:FedGF")


@pytest.mark.parametrize("shown", catalogue().values(), ids=lambda shown: shown.name)
def test_a_figure_depends_on_no_attack_and_no_training(shown):
    found = names("draw.py", shown.draw)
    assert f"{shown.draw.partition(':')[0].replace('.', '/')}.py" in found
    studies = {name.split("/")[2] for name in found if name.startswith("flatgia/studies/") and name.count("/") > 2}
    sources = (source for found in shown.needs(load(PAPER)).files.values() for source in found)
    assert studies <= {shown.name, *(source.study for source in sources if isinstance(source, Own))}
    assert not any(name.startswith(("flatgia/attacks/", "flatgia/federated/", "flatgia/generator/")) for name in found)


def test_words_files_and_settings_are_no_dependency_and_seeds_are():
    found = names("train.py")
    assert not {f"flatgia/core/{name}.py" for name in ("artifacts", "errors", "outputs", "progress")} & found
    assert not any(name.startswith(("flatgia/settings/", "flatgia/plotting/")) for name in found)
    assert {"flatgia/core/seeds.py", "flatgia/core/instructions.py"} <= names("attack.py") | found
    # Importing a module runs the packages that hold it.
    assert {f"flatgia/{name}__init__.py" for name in ("", "datasets/", "networks/", "federated/methods/")} <= found


def test_the_cpp_beside_a_module_belongs_to_it():
    cpp = {
        "flatgia/gradients/native/lenet.cpp",
        "flatgia/gradients/native/block.h",
        "flatgia/gradients/native/matching.h",
    }
    for script in ("train.py", "curvature.py", "attack.py"):
        assert cpp <= names(script, "flatgia.networks.lenet:LeNet")
    assert not cpp & names("generator.py") | cpp & names("evaluate.py")


def test_a_class_from_outside_is_its_one_file(tmp_path, monkeypatch):
    (tmp_path / "outside_method.py").write_text("from flatgia.plotting import look\n")
    monkeypatch.syspath_prepend(tmp_path)
    found = code_of("targets.py", "outside_method:Method")
    assert str(tmp_path / "outside_method.py") in found
    assert not any("plotting" in path.removeprefix(str(tmp_path)) for path in found)


@pytest.mark.parametrize(
    "reference", ["nosuch.module:Net", "nosuch:Net", "sys:Net", "os:Net", "broken.part:Net", ":Net"]
)
def test_a_class_without_a_file_is_left_to_the_job(tmp_path, monkeypatch, reference):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__init__.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert code_of("targets.py", reference) == code_of("targets.py")


def test_the_list_is_sorted_and_whole():
    found = code_of("attack.py", "flatgia.attacks.methods.gifd:GIFD")
    assert found == sorted(found) and all(Path(path).is_file() for path in found)


CODE = """import os


def f(a, b=[1,
            2]):
    text = '# no comment'

    return f"{a}  # nor this" + text  # one
"""
WORDS = '''"""What it is.

Two lines.
"""
import os

# Why.
def f(a, b=[1,
            # inside

            2]):
    """What it does."""
    text = '# no comment'
    return f"{a}  # nor this" + text  # another
'''


def written(folder, text, suffix=".py"):
    path = folder / f"{len(list(folder.iterdir()))}{suffix}"
    path.write_text(text)
    return essence(path)


def test_words_do_not_count(tmp_path):
    assert written(tmp_path, CODE) == written(tmp_path, WORDS)
    left = written(tmp_path, WORDS)
    assert b"# nor this" in left and b"one" not in left
    assert written(tmp_path, CODE.replace("nor", "nay")) != written(tmp_path, CODE)
    assert written(tmp_path, CODE.replace("    text", "    a = text")) != written(tmp_path, CODE)
    indented = CODE.replace("    return", "    if a:\n        return")
    assert written(tmp_path, indented) != written(tmp_path, CODE)


@pytest.mark.parametrize("text", ["def (:\n  'a\n", '"""open', "  x = 1\n y = 2\n"])
def test_a_broken_file_and_cpp_count_whole(tmp_path, text):
    assert written(tmp_path, text) == text.encode()
    assert written(tmp_path, "// words\n", ".h") == b"// words\n"


def tokens(text):
    """(row, string) of every token that is code."""
    silent = {getattr(tokenize, name) for name in ("COMMENT", "NL", "NEWLINE", "INDENT", "DEDENT", "ENDMARKER")}
    found = tokenize.generate_tokens(io.StringIO(text).readline)
    return [(token.start[0], token.string) for token in found if token.type not in silent]


@pytest.mark.parametrize("path", sorted(SCRIPTS.rglob("*.py")), ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_of_every_module_all_code_is_left(path):
    text = path.read_text()
    nodes = [node.value for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Expr)]
    words = {node.lineno for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    code = [string for row, string in tokens(text) if row not in words]
    assert [string for _, string in tokens(essence(path).decode())] == code
