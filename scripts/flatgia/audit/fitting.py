"""Which of a file's tensors is which of a network's, under whatever names or in whatever order they were saved."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from flatgia.audit.files import Bundle
from flatgia.core.errors import FlatgiaError

SHOWN = 4  # names in a sentence


class Layout(NamedTuple):
    """What a network's tensors are called, each parameter once and in order."""

    kind: str  # the network's class
    params: dict[str, Tensor]
    aliases: dict[str, str]  # the other names of tied parameters, and which one each is
    buffers: dict[str, Tensor]
    trained: tuple[str, ...]  # the parameters that are not frozen
    state: tuple[str, ...]  # all of it, as a state dict has it

    @property
    def known(self) -> dict[str, Tensor]:
        """All names and what they stand for."""
        others = {name: self.params[first] for name, first in self.aliases.items()}
        return self.params | others | self.buffers


class Fit(NamedTuple):
    """A bundle as the network names it, and what does not fit."""

    tensors: dict[str, Tensor]
    missing: list[str]
    extra: list[str]
    misshapen: list[str]

    @property
    def faults(self) -> int:
        """How much speaks against this reading of the file."""
        return len(self.missing) + len(self.extra) + len(self.misshapen)


def layout_of(network: nn.Module, trained: Iterable[str] | None = None) -> Layout:
    """The layout of a network; `trained` are the names that require a gradient, all where it is not given."""
    params: dict[str, Tensor] = dict(network.named_parameters())
    first = {id(value): name for name, value in params.items()}
    names = {name: first[id(value)] for name, value in network.named_parameters(remove_duplicate=False)}
    aliases = {name: one for name, one in names.items() if name != one}
    every = tuple(params) if trained is None else tuple(name for name in params if name in set(trained))
    state = tuple(network.state_dict())
    return Layout(type(network).__name__, params, aliases, dict(network.named_buffers()), every, state)


def best_fit(bundles: Sequence[Bundle], layout: Layout) -> tuple[Fit, Bundle]:
    """The reading of a file that fits a network best; of equally good ones the first."""
    fits = [(fit_one(bundle, layout), bundle) for bundle in bundles]
    return min(fits, key=lambda pair: (pair[0].faults, -len(pair[0].tensors)))


def fit_one(bundle: Bundle, layout: Layout) -> Fit:
    """Names, prefixes and order resolved; what is missing, extra and misshapen is listed, and left out."""
    named = bundle.tensors if isinstance(bundle.tensors, dict) else in_order(bundle.tensors, layout)
    named, outside = without_prefix(named, layout)
    known = layout.known
    # Counters, losses and labels beside the tensors are no part of either.
    extra = [name for name, value in named.items() if name not in known and value.is_floating_point() and value.dim()]
    misshapen = [
        f"{name} is {tuple(value.shape)}, not {tuple(known[name].shape)}"
        for name, value in named.items()
        if name in known and value.shape != known[name].shape
    ]
    fitting = {name: value for name, value in named.items() if name in known and value.shape == known[name].shape}
    tensors = {layout.aliases.get(name, name): value for name, value in fitting.items()}
    present = {layout.aliases.get(name, name) for name in named}
    missing = [name for name in layout.params if name not in present]
    return Fit(tensors, missing, extra + outside, misshapen)


def in_order(tensors: Sequence[Tensor | None], layout: Layout) -> dict[str, Tensor]:
    """An ordered list by name: of the parameters, of those that are trained, of the state dict; or one flat vector."""
    once = [name for name in layout.state if name not in layout.aliases]
    orders = [list(layout.params), list(layout.trained), list(layout.state), once]
    known = layout.known
    if len(tensors) == 1 and tensors[0] is not None and tensors[0].dim() == 1:
        for names in orders[:2]:
            sizes = [known[name].numel() for name in names]
            if len(names) > 1 and sum(sizes) == len(tensors[0]):
                parts = zip(names, tensors[0].split(sizes), strict=True)
                return {name: part.view(known[name].shape) for name, part in parts}

    def misfits(names: Sequence[str]) -> int:
        pairs = zip(tensors, names, strict=False)
        return sum(tensor is not None and tensor.shape != known[name].shape for tensor, name in pairs)

    whole = [names for names in orders if len(names) == len(tensors)]
    names = min(whole, key=misfits) if whole else embedded(tensors, layout) or list(layout.params)
    names = names + [f"tensor {place + 1}" for place in range(len(names), len(tensors))]
    return {name: tensor for name, tensor in zip(names, tensors, strict=False) if tensor is not None}


def embedded(tensors: Sequence[Tensor | None], layout: Layout) -> list[str] | None:
    """The parameters that fewer tensors stand for, whole layers being frozen, if their shapes leave one way in order."""
    layers: dict[str, list[str]] = {}
    for name in layout.params:
        layers.setdefault(name.rpartition(".")[0], []).append(name)
    groups = list(layers.values())
    wanted = [None if tensor is None else tensor.shape for tensor in tensors]
    first = _taken(wanted, groups, layout)
    last = _taken(wanted[::-1], [names[::-1] for names in groups[::-1]], layout)
    return first if first is not None and last is not None and first == last[::-1] else None


def _taken(wanted: Sequence[object], groups: Sequence[Sequence[str]], layout: Layout) -> list[str] | None:
    """The names of the first groups whose shapes are the `wanted` ones, in order; None if these are not used up."""
    found: list[str] = []
    for names in groups:
        if [layout.params[name].shape for name in names] == list(wanted[len(found) : len(found) + len(names)]):
            found += names
    return found if len(found) == len(wanted) else None


def without_prefix(named: dict[str, Tensor], layout: Layout) -> tuple[dict[str, Tensor], list[str]]:
    """The names without a wrapper's prefix (`module.`, `model.`, `_orig_mod.` ...), or with the network's own.

    Also what lies outside the prefix although the network has no other such prefix to take it for.
    """
    known = layout.known
    if named and not any(name in known for name in named):
        for end in (".grad", "_grad"):
            if all(name.endswith(end) for name in named):
                named = {name.removesuffix(end): value for name, value in named.items()}
    if "_orig_mod." in "".join(named) and "_orig_mod." not in "".join(known):
        named = {name.replace("_orig_mod.", ""): value for name, value in named.items()}

    def agreement(pair: tuple[str, str]) -> int:
        renamed = ((pair[1] + name[len(pair[0]) :], value) for name, value in named.items() if name.startswith(pair[0]))
        return sum(name in known and known[name].shape == value.shape for name, value in renamed)

    shared = [prefix for prefix in _prefixes(known) if all(name.startswith(prefix) for name in known)]
    cut, put = max(((cut, put) for cut in ["", *_prefixes(named)] for put in ["", *shared]), key=agreement)
    inside = {put + name[len(cut) :]: value for name, value in named.items() if name.startswith(cut)}
    # A wrapper may hold more than the network (a loss, a second network); beside a whole network that is no fault.
    whole = set(layout.params) <= {layout.aliases.get(name, name) for name in inside}
    outside = [] if whole and cut else [name for name in named if not name.startswith(cut)]
    return inside, outside


def _prefixes(names: Iterable[str]) -> list[str]:
    """All that ends with a dot and begins a name, short ones first."""
    found = {name[: place + 1] for name in names for place, letter in enumerate(name) if letter == "."}
    return sorted(found, key=lambda prefix: (len(prefix), prefix))


def refuse(path: Path | str, what: str, fit: Fit, layout: Layout, remedy: str) -> FlatgiaError:
    """The sentence that names what is missing, extra and misshapen."""
    parts = [f"missing {listed(fit.missing)}"] if fit.missing else []
    parts += [f"extra {listed(fit.extra)}"] if fit.extra else []
    parts += [f"misshapen {listed(fit.misshapen)}"] if fit.misshapen else []
    return FlatgiaError(path, f"not {what} of {layout.kind}: {'; '.join(parts)}", remedy)


def listed(names: Sequence[str]) -> str:
    """Names for a sentence, the first few."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def check_ties(path: Path | str, bundle: Bundle, layout: Layout) -> None:
    """Raises `FlatgiaError` if a file holds different values under the names of one tied parameter."""
    if not isinstance(bundle.tensors, dict):
        return
    named, _ = without_prefix(bundle.tensors, layout)
    for name, first in layout.aliases.items():
        if name in named and first in named and not torch.equal(named[name], named[first]):
            what = f"{name} and {first} are one parameter of {layout.kind}, but differ here"
            raise FlatgiaError(path, what, "save them from the network that ties them")
