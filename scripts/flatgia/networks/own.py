"""Norm layers that each client keeps for itself, as in FedBN (Li et al. 2021); a state holds them behind the shared names."""

from flatgia.networks.network import State

OWN = "own/"


def of_client(state: State, client: int) -> State:
    """The state as one client has it: its own norms, once it has some, in place of those of the start."""
    prefix = f"{OWN}{client}/"
    mine = {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    return shared(state) | mine


def shared(state: State) -> State:
    """The state without what clients have for themselves."""
    return {name: value for name, value in state.items() if not name.startswith(OWN)}


def keep_own(before: State, after: State, clients: dict[int, State], names: set[str]) -> State:
    """The averaged state `after`, with what `names` were in the state `before`, and what they are now for each client."""
    kept = {name: value for name, value in before.items() if name in names or name.startswith(OWN)}
    new = {f"{OWN}{client}/{name}": local[name] for client, local in clients.items() for name in sorted(names)}
    return after | kept | new
