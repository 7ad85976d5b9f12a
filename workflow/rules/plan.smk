"""What a run says before it starts: how many jobs of each kind are still to do, and about how long that takes."""

import os

from flatgia.pipeline import estimate

COSTS = {rule: cost for study in studies() for rule, cost in study.costs.items()}
SHIPPED = REPOSITORY / "workflow" / "seconds.csv"


def work_of(job):
    """What a job counts as, the unit of its work, and how many units it holds."""
    wildcards, name = job.wildcards, job.rule.name
    if name.startswith("train"):
        trained = [int(Path(path).stem.removeprefix("round_")) for path in job.output]
        before = max((number for number in ROUNDS if number < min(trained)), default=0)
        return "train", ("train", wildcards.method), max(trained) - before
    if name.startswith("attack"):
        axes = f"{wildcards.gradient}-{wildcards.attacker}"
        return "attack", ("attack", f"{wildcards.attack}, {axes}"), len(job.output)
    if name in COSTS:
        return "studies", *COSTS[name](wildcards)
    if name.startswith("hessian"):
        numbers = {int(Path(path).stem.removeprefix("round_")) for path in job.output}
        exact = numbers & set(config["hessian"]["exact"]) or config["hessian"]["estimator"] == "exact"
        return "hessian", ("hessian", "exact" if exact else "slq"), len(job.output)
    if name == "generator":
        return name, (name, ""), 1
    if name.startswith("metrics_") or name in SHOWN:
        return "shown" if name in SHOWN else "metrics", None, 1
    # What runs on the submit host takes seconds; of another rule that nobody timed it is said that its time is not known.
    return "other", None if job.is_local else (name, ""), 1


def jobs_to_do(dag):
    """The jobs of a run, each behind those that it waits for."""
    found, waiting = {}, [job for job in dag.needrun_jobs() if not job.is_norun]
    todo = set(waiting)
    while waiting:
        job = waiting.pop()
        ahead = [other for other in dag.dependencies[job] if other in todo and id(other) not in found]
        if ahead:
            waiting += [job, *ahead]
        elif id(job) not in found:
            group, unit, units = work_of(job)
            found[id(job)] = estimate.Job(group, unit, units, frozenset(id(other) for other in dag.dependencies[job]))
    return found


def say_plan():
    """Prints how many jobs of each kind there are, and about how long they take."""
    at_once = workflow.nodes or workflow.cores  # asking for the cores of a cluster is an error
    if not at_once:
        raise WorkflowError("--cores 0: nothing could run; give at least 1.")
    here, elsewhere = estimate.measured(Path(RESULTS)), estimate.shipped(SHIPPED, SCALE)
    jobs = jobs_to_do(workflow.dag)
    for line in estimate.plan(jobs, at_once, here, elsewhere):
        print(line, file=sys.stderr, flush=True)
    if units := os.environ.get("FLATGIA_UNITS"):  # for benchmarks/cost.py, since a dry run has no hook
        estimate.write_units(Path(units), jobs.values())
        raise WorkflowError(f"{units} is written; nothing is run.")
