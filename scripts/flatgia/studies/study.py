"""What a study is: one value that the workflow, the checks, the report, the estimate and the archive read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar

from flatgia.core.parameters import Limits, schema_of
from flatgia.plotting.shown import Config, Shown

Mistake = tuple[str, str, str]  # where, what, how to mend it
# A unit of work as in workflow/seconds.csv, and how many of them; a study's own is (name, stem of its benchmark file).
Work = tuple[tuple[str, str], int]
Names = Annotated[
    tuple[Annotated[str, Limits(pattern=r"^[a-z][a-z0-9_]*\Z")], ...], Limits(length=(1, None), unique=True)
]


@dataclass(frozen=True)
class Section:
    """A study's section of the config, if it has nothing but names of methods and attacks."""

    methods: Names
    attacks: Names


def nothing_to_check(config: Config) -> Iterator[Mistake]:
    """For a section of which the schema says all; that its `methods` and `attacks` exist is checked for every study."""
    yield from ()


@dataclass(frozen=True)
class Study(Shown):
    """A table or figure of our own: its target is `name`, its files are paper_figures/studies/<name>.<ending>.

    Its section of the config is `studies.<name>`; its caption is caption.rst beside it. Rules of its own stand in
    workflow/rules/studies/<name>.smk, write under results/<scale>/seed_<n>/studies/<name>/ and are named in `costs`; they are
    timed by benchmark files under results/<scale>/benchmarks/seed_<n>/studies/<name>/.
    """

    section: type = Section  # a dataclass; what its fields may be is the schema of `studies.<name>`
    schema_by: Callable[[type], dict[str, Any]] = schema_of  # for a section with entries of registered classes
    checks: Callable[[Config], Iterator[Mistake]] = nothing_to_check  # what a schema cannot say
    costs: Mapping[str, Callable[[Any], Work]] = field(default_factory=dict)  # by rule: from wildcards to work
    kept: Sequence[str] = ()  # patterns of what goes into the archive of a run, under its folder of results

    folder: ClassVar[str] = "studies"

    @property
    def schema(self) -> dict[str, Any]:
        """Of its section."""
        return self.schema_by(self.section)

    @property
    def caption(self) -> Path:
        """The caption in the report, reStructuredText."""
        return Path(__file__).with_name(self.name) / "caption.rst"
