"""The methods, attacks and rounds of the paper by the names that this run's config gives them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flatgia.report.claim import Key, Part, mean_of, minus
from flatgia.report.over_rounds import baseline


@dataclass(frozen=True)
class Scope:
    """A config, the paper's rounds beside those of its table, and the marks that its notes put behind methods."""

    config: Mapping[str, Any]
    rounds: Mapping[int, int]
    marks: Mapping[str, str]

    @property
    def base(self) -> str:
        """FedAvg."""
        return baseline(dict(self.config))

    @property
    def flat(self) -> list[str]:
        """The methods that search for flat minima."""
        return [name for name in self.config["report"]["methods"] if name != self.base]

    @property
    def attacks(self) -> list[str]:
        """The attacks of Table 1."""
        return self.config["report"]["attacks"]

    @property
    def published(self) -> list[str]:
        """The same attacks with the settings of their authors."""
        return [name for name in self.config["report"]["published"]["attacks"] if name not in self.attacks]

    def method(self, label: str) -> str:
        """The name of the paper's method; its label where this run does not have it."""
        return self._name("methods", label)

    def attack(self, label: str) -> str:
        """The name of the paper's attack; its label where this run does not have it."""
        return self._name("attacks", label)

    def _name(self, kind: str, label: str) -> str:
        names = (name for name in self.config["report"][kind] if self.config[kind][name]["label"] == label)
        return next(names, label)

    def label(self, kind: str, name: str) -> str:
        """The label of a name of `methods` or `attacks`, with its mark."""
        return self.config[kind][name]["label"] + self.marks.get(name, "") if name in self.config[kind] else name

    def round(self, paper: int) -> int:
        """Our round beside the paper's; its own number where this run has none."""
        return self.rounds.get(paper, paper)

    def when(self, paper: int) -> str:
        """`round 10 (paper: 100)`."""
        return self.named(self.round(paper))

    def named(self, ours: int) -> str:
        """The same, from our round."""
        paper = next((paper for paper, number in self.rounds.items() if number == ours), ours)
        return f"round {ours}" + f" (paper: {paper})" * (ours != paper)

    def gap(self, method: str, attack: str, number: int, metric: str = "psnr", than: str | None = None) -> Part:
        """`method` minus `than` (FedAvg) under one attack."""
        return minus(Key(metric, method, attack, number), Key(metric, than or self.base, attack, number))

    def gaps(self, methods: Iterable[str], attacks: Iterable[str], number: int, metric: str = "psnr") -> Part:
        """The mean gap of several methods to FedAvg under several attacks, as one part."""
        attacks = list(attacks)
        return mean_of(self.gap(method, attack, number, metric) for method in methods for attack in attacks)
