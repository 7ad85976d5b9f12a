"""What jobs ask a cluster for, and which of them go there together; a run without a cluster sees none of it."""

GPUS = 0 if config["compute"]["device"] == "cpu" else 1  # what a costly job asks a cluster for

# Of the jobs of a group, on a cluster, one at a time: see `turn`. Here, since a node is told of no limit that a profile sets.
workflow.register_resource("turn", 1)


resource_scopes:
    turn="local",


def turn(wildcards):
    """A resource: the jobs of a group take turns, so it asks for the cores, memory and GPU of one; others know no turns."""
    return 1 if workflow.non_local_exec or workflow.remote_exec else 0


def ask_only_squeue():
    """Where squeue is to be asked, keeps the plugin (2.8.0) from asking sacct once slurmctld is away: it would stay with it."""
    import snakemake_executor_plugin_slurm as plugin

    plugin.is_query_tool_available = lambda tool: (
        tool != "sacct" or workflow.executor_settings.status_command == "sacct"
    )


def growing(amount):
    """A resource: so much at first, as much again with each retry of a profile that has retries."""

    def grown(wildcards, attempt):
        return amount * attempt

    return grown


def attack_minutes(checkpoints):
    """A resource: minutes for an attack on so many checkpoints, four times as many where its settings are not ours."""

    def minutes(wildcards, attempt):
        each = 60 if config["attacks"][wildcards.attack].get("preset", "ours") != "ours" else 15
        return each * checkpoints * attempt

    return minutes


def training_group(names):
    """On a cluster the initial model, a matter of seconds, is one job with the rounds that follow it."""

    def group(wildcards):
        return "start" if first_of(names, wildcards) <= min(filter(None, ROUNDS), default=0) else None

    return group


def attack_group(wildcards):
    """On a cluster a table of metrics is one job with its attacks; those of Fig 6's batches are short enough to be put together."""
    return "attack" if wildcards.batch == "1" else "batch"
