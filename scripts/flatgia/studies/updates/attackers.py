"""Who attacks an update: what each takes the local training to have been."""

from flatgia.studies.updates.case import Case

ATTACKERS = {
    "gradient": "update as a gradient",
    "plain": "plain steps",
    "knowing": "the method's steps",
    "shuffled": "order unknown",
}
BLIND = "blind"


def attackers_of(case: Case, plain: bool) -> list[str]:
    """Those that differ for a client of plain SGD (`plain`) or of another method.

    One plain step is the gradient; of plain SGD the method's steps are the plain ones; without batches there is no order.
    """
    run = {
        "gradient": True,
        "plain": case.steps > 1,
        "knowing": not plain,
        "shuffled": not case.whole_batch,
    }
    return [name for name in ATTACKERS if run[name]]
