"""What a run says before it starts: how many jobs of each kind are still to do, and about how long that takes."""

from flatgia.pipeline import estimate

COSTS = {rule: cost for study in studies() for rule, cost in study.costs.items()}
SHIPPED = REPOSITORY / "workflow" / "seconds.csv"


def work_of(job):
    """What a job counts as, the unit of its work, and how many units it holds."""
    wildcards, name = job.wildcards, job.rule.name
    if name == "train":
        earlier = [number for number in ROUNDS if number < int(wildcards.round)]
        return "train", ("train", wildcards.method), int(wildcards.round) - earlier[-1] if earlier else 0
    if name.startswith("attack"):
        axes = f"{wildcards.gradient}-{wildcards.attacker}"
        return "attack", ("attack", f"{wildcards.attack}, {axes}"), len(job.output)
    if name in COSTS:
        return "studies", *COSTS[name](wildcards)
    if name in ("hessian", "generator"):
        return name, (name, ""), 1
    return "metrics" if name.startswith("metrics_") else "shown" if name in SHOWN else "other", None, 1


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
    for line in estimate.plan(jobs_to_do(workflow.dag), at_once, here, elsewhere):
        print(line, file=sys.stderr, flush=True)
