"""Cheap checks of a shared gradient, before an attack: does the head's gradient look like what the client is said to share?"""

from collections.abc import Sequence

from flatgia.attacks.labels import SMALL, Evidence, labels_from, negatives


def looks_like_an_update(found: Evidence | None) -> bool:
    """Whether one class alone has a positive entry: minus the learning rate times the gradient of one image has."""
    if found is None or found.logits.shape[1] < 3:
        return False
    logits = found.logits[0]
    return int((logits > SMALL * logits.abs().max()).sum()) == 1 and int(negatives(found.logits)[0]) > 1


def notes_on_labels(found: Evidence | None, given: Sequence[int] | None) -> list[str]:
    """A word if the gradient of one image shows another label than the one that is given."""
    if found is None or given is None or len(given) != 1:
        return []
    shown = labels_from(found, 1)
    label = int(shown.values[0, 0])
    if shown.sure != "exact" or label == given[0]:
        return []
    return [f"the gradient is that of one image of class {label} under cross-entropy, and --label says {given[0]}"]


def notes_on_signs(found: Evidence | None, batch: int) -> list[str]:
    """What the signs of dL/dz say against a batch of this size."""
    if found is None:
        return []
    count = int(negatives(found.logits)[0])
    if found.logits.shape[1] > 2 and looks_like_an_update(found) and batch < found.logits.shape[1] - 1:
        return ["one class alone has a positive gradient at the head: this looks like an update, new less old weights, whose"
                " sign is the other way round; --update takes one"]  # fmt: skip
    if count > batch:
        said = "one image has one" if batch == 1 else f"{batch} images have at most {batch}"
        return [f"{count} classes have a negative gradient at the head, and {said}: this looks like a batch of several images"
                f" (--batch {count} or more), or a gradient with noise"]  # fmt: skip
    if found.rank > batch:
        return [f"the gradient of the head has rank {found.rank}, and a batch of {batch} has no more than {batch}: this looks"
                f" like several images (--batch {found.rank} or more), or a gradient with noise"]  # fmt: skip
    return []
