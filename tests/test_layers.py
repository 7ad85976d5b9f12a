"""The packages stand in layers: each imports from those below it alone."""

import ast
from pathlib import Path

import pytest

from flatgia.settings.config import ROOT

PACKAGE = ROOT / "scripts" / "flatgia"
LAYERS = [
    {"core"},
    {"settings"},
    {"datasets", "networks"},
    {"gradients"},
    {"federated", "curvature", "generator"},
    {"attacks", "membership", "metrics", "training"},
    {"plotting"},
    {"claims"},
    {"audit", "studies"},
    {"pipeline"},
]
LEVEL = {package: level for level, packages in enumerate(LAYERS) for package in sorted(packages)}
# What only draws, judges or counts needs no attack; what computes knows nothing of pages.
APART = {("plotting", "attacks"), ("pipeline", "attacks")}


def imports(path: Path) -> set[str]:
    """The packages of ours that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "flatgia" else [f"flatgia.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("flatgia.")}
    return found


def test_every_package_has_a_layer():
    assert {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()} == set(LEVEL)


@pytest.mark.parametrize("package", LEVEL)
def test_a_package_imports_from_lower_layers_only(package):
    for path in sorted((PACKAGE / package).rglob("*.py")):
        for other in imports(path) - {package}:
            assert LEVEL[other] < LEVEL[package], f"{path.relative_to(PACKAGE)} imports {other}"
            assert (package, other) not in APART, f"{path.relative_to(PACKAGE)} imports {other}"
