"""Every command explains itself in whole sentences."""

import argparse
import runpy
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
# draw.py reads its first word before it has a parser; tests/studies/test_catalogue.py reads its help.
COMMANDS = sorted(path.name for path in SCRIPTS.glob("*.py") if path.name != "draw.py")


class Asked(Exception):
    """Carries the parser of a command instead of what it would parse."""


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_whole_sentences(command: str, monkeypatch) -> None:
    def parse_args(parser, *_):
        raise Asked(parser)

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_args)
    with pytest.raises(Asked) as asked:
        runpy.run_path(str(SCRIPTS / command))["main"]([])
    parser = asked.value.args[0]
    helps = {action.dest: action.help or "" for action in parser._actions if action.dest != "help"}
    wrong = {name: text for name, text in helps.items() if not (text[:1].isupper() and text.endswith("."))}
    assert not wrong
    first = parser.description.splitlines()[0]
    assert first.endswith(".")
