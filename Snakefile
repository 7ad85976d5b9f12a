# Runs from the repository's root: `snakemake --cores 8 all`.
include: "workflow/Snakefile"


# Without it a bare `snakemake` would do nothing, since the rules are included.
workflow.default_target = "all"
