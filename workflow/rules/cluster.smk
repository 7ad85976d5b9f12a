"""What jobs ask a cluster for, and which of them go there together; a run without a cluster sees none of it."""

GPUS = 0 if config["compute"]["device"] == "cpu" else 1  # what a costly job asks a cluster for
# On a cluster the jobs of a group take turns, so a group asks for the cores, memory and GPU of one of them. Snakemake tells
# the nodes of no limit that a profile sets, and there it would start as many as the node has cores: hence here.
TURN = 0 if workflow.local_exec and not workflow.remote_exec else 1
if TURN:
    workflow.register_resource("turn", TURN)

# When slurmctld is away for a moment, the plugin (2.8.0) turns from squeue to sacct, and stays with it until sacct answers:
# without accounting, never. Here squeue means squeue.
if getattr(workflow.executor_settings, "status_command", None) == "squeue":
    import snakemake_executor_plugin_slurm

    snakemake_executor_plugin_slurm.is_query_tool_available = lambda tool: tool != "sacct"


resource_scopes:
    turn="local",


def growing(amount):
    """A resource: so much at first, as much again with each retry of a profile that has retries."""

    def grown(wildcards, attempt):
        return amount * attempt

    return grown


def training_group(wildcards):
    """On a cluster the initial model, a matter of seconds, is one job with the rounds that follow it."""
    return "start" if int(wildcards.round) <= min([number for number in ROUNDS if number > 0], default=0) else None


def attack_group(wildcards):
    """On a cluster a table of metrics is one job with its attacks; those of Fig 6's batches are short enough to be put together."""
    return "attack" if wildcards.batch == "1" else "batch"
