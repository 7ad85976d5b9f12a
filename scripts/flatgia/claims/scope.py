"""The methods, attacks and rounds of the paper by the names that this run's config gives them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flatgia.claims.claim import Key, Part, mean_of, minus
from flatgia.plotting.baseline import baseline
from flatgia.settings.paper_names import by_paper_label


@dataclass(frozen=True)
class Scope:
    """A config, the paper's rounds beside those of its table, the marks that its notes put behind methods, and which
    of the config's attacks stand for those of Table 1."""

    config: Mapping[str, Any]
    rounds: Mapping[int, int]
    marks: Mapping[str, str]
    attacks: Sequence[str]

    @property
    def base(self) -> str:
        """FedAvg."""
        return baseline(dict(self.config))

    @property
    def flat(self) -> list[str]:
        """The methods that search for flat minima."""
        return [name for name in self.config["report"]["methods"] if name != self.base]

    def method(self, label: str) -> str:
        """The name of the paper's method; its label where this run does not have it."""
        methods = self.config["methods"]
        return next((name for name in self.config["report"]["methods"] if methods[name]["label"] == label), label)

    def attack(self, label: str) -> str:
        """The name of the paper's attack; its label where this run does not have it."""
        return by_paper_label(self.config, self.attacks).get(label, label)

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
