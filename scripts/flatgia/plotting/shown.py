"""What a figure or table is: who stands in it, what it is drawn from, what draws it, which files it becomes.

Without pandas, torch and Snakemake, so that the workflow and the checks of the config can read it in no time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).resolve().parents[3]
Config = Mapping[str, Any]
FIGURE = ("png", "pdf", "csv")
TABLE = ("md", "tex", "csv")


@dataclass(frozen=True)
class Metrics:
    """The metrics of each method under each attack over these groups of rounds (table, curve, long, start)."""

    methods: Sequence[str]
    attacks: Sequence[str]
    groups: Sequence[str]
    batches: Sequence[int] = (1,)
    gradient: str = "method"
    attacker: str = "naive"


@dataclass(frozen=True)
class Checkpoints:
    """The models of these methods over these groups of rounds."""

    methods: Sequence[str]
    groups: Sequence[str]


@dataclass(frozen=True)
class Hessians:
    """The Hessians of these methods over these groups of rounds."""

    methods: Sequence[str]
    groups: Sequence[str]


@dataclass(frozen=True)
class Attacks:
    """The reconstructions of each method under each attack at these rounds, of every seed or of one."""

    methods: Sequence[str]
    attacks: Sequence[str]
    rounds: Sequence[int]
    one_seed: bool = False


@dataclass(frozen=True)
class Targets:
    """The attacked images of the first seed."""


@dataclass(frozen=True)
class Own:
    """A file of a study for each of its seeds, or of those a method has there, made by rules of its own.

    `path` lies under results/<scale>/seed_<n>/studies/<study>/.
    """

    study: str
    path: str
    method: str = ""


@dataclass(frozen=True)
class Shipped:
    """A file that comes with the repository."""

    path: str


Source = Metrics | Checkpoints | Hessians | Attacks | Targets | Own | Shipped
REPORTED = Shipped("config/reported/table1.csv")  # the paper's numbers


@dataclass(frozen=True)
class Needs:
    """Whose names an output shows, and what it is drawn from, by option of the command (metrics: --metrics)."""

    methods: Sequence[str] = ()
    attacks: Sequence[str] = ()
    files: Mapping[str, Sequence[Source]] = field(default_factory=dict)


def always(config: Config) -> bool:
    """For what every config shows."""
    return True


@dataclass(frozen=True)
class Shown:
    """A figure or table of the paper: its target is `name`, its files are paper_figures/<stem>.<ending>."""

    name: str
    title: str  # in the report's list
    draw: str  # module:function, imported only where it is drawn; its docstring is the command's help
    needs: Callable[[Config], Needs]
    takes: Sequence[str] = ()  # the options of `needs(config).files`
    writes: Sequence[str] = TABLE  # endings: `md` is <stem>.md, `_rates.png` is <stem>_rates.png
    stem: str = ""  # the name, if it is not given
    options: Mapping[str, Any] = field(default_factory=dict)  # more arguments of `draw`
    when: Callable[[Config], bool] = always  # whether this config has it

    folder: ClassVar[str] = ""  # under paper_figures/

    def __post_init__(self) -> None:
        object.__setattr__(self, "stem", self.stem or self.name)

    @property
    def files(self) -> list[str]:
        """The files, relative to the folder of a scale's figures."""
        names = [f"{self.stem}{'' if ending[0] == '_' else '.'}{ending}" for ending in self.writes]
        return [f"{self.folder}/{name}" if self.folder else name for name in names]

    @property
    def caption(self) -> Path:
        """The caption in the report, reStructuredText."""
        return ROOT / "workflow" / "report" / f"{self.stem}.rst"
