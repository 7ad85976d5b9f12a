"""What the rules share: the checked configuration, paths, and which files a figure needs."""

import hashlib
import shlex
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(REPOSITORY / "scripts"))

from flatgia.settings import config as settings
from flatgia.settings import jobs as job_config
from flatgia.pipeline.dependencies import code_of as files_of
from flatgia.pipeline.dependencies import essence
from flatgia.pipeline.environment import check_writable, prepare
from flatgia.core.errors import FlatgiaError
from flatgia.settings.scales import check_scale, images_name
from flatgia.settings.seeds import all_seeds, seed_of_pictures, seeds_of
from flatgia.settings.words import understood
from flatgia.settings.registry import attack_class, method_class, needs_generator, network_class, studies
from snakemake.exceptions import WorkflowError

try:
    check_writable(Path.cwd())
    config.update(settings.over_the_papers(config))  # a module's `config:` has only what differs
    config.update(understood(config, workflow.config_settings.config))
    settings.check(config)
    check_scale(config)
except FlatgiaError as error:
    raise WorkflowError(str(error))

prepare(config["data"]["folder"])

SCALE = config["scale"]
RESULTS = f"results/{SCALE}"
SEED_DIR = f"{RESULTS}/seed_{{seed}}"
FIGURES = "paper_figures" if SCALE == "paper" else f"paper_figures/{SCALE}"
# The paper's protocol writes the document at the root, where a reader looks for it; no other scale may replace it.
CLAIMS = "REPRODUCTION.md" if SCALE == "paper" else f"{FIGURES}/claims.md"
IMAGES = images_name(config["data"]["dataset"], config["data"]["folder"])
DATA = f"results/shared/{IMAGES}.safetensors"
AUXILIARY = f"results/shared/auxiliary_{IMAGES}_{{choice}}.safetensors"
NETWORK = network_class(config["model"]["network"])
VGG = "results/shared/vgg16.safetensors"
TARGETS = f"{SEED_DIR}/targets.safetensors"
GENERATOR = f"{SEED_DIR}/generator.safetensors"
SAMPLES = f"{SEED_DIR}/generator_samples.png"
UNTRAINED = f"{SEED_DIR}/generator_untrained.safetensors"
UNTRAINED_SAMPLES = f"{SEED_DIR}/generator_untrained_samples.png"
CHECKPOINT = f"{SEED_DIR}/checkpoints/{{method}}/round_{{round}}.safetensors"
HESSIAN = f"{SEED_DIR}/hessian/{{method}}/round_{{round}}.json"
CASE = "{method}/{gradient}-{attacker}/{attack}/b{batch}"
ATTACK = f"{SEED_DIR}/attacks/{CASE}/round_{{round}}.safetensors"
STUDIES = f"{SEED_DIR}/studies"  # each writes into a folder of its name
METRICS = f"{SEED_DIR}/metrics/{CASE}/{{rounds}}.csv"
THREADS = config["compute"]["threads"]
NOTED = [
    "attacks",
    "data",
    "federation",
    "hessian",
    "methods",
    "generator",
    "model",
    "rounds",
    "scale",
    "targets",
]  # what notes.py reads
ROUNDS = settings.all_rounds(config)
# Rounds by group; `start` serves what the paper shows at its first round only.
ROUND_GROUPS = settings.ROUND_GROUPS
GROUPS = {group: config["rounds"][group] for group in ROUND_GROUPS if config["rounds"][group]}
GROUPS["start"] = config["rounds"]["table"][:1]
# A study that has rules of its own has them in a file of its name.
RULES_OF_STUDIES = [
    str(path)
    for study in studies()
    if (path := REPOSITORY / "workflow" / "rules" / "studies" / f"{study.name}.smk").is_file()
]
# Where one job attacks all rounds of the table, their metrics are one job too.
START = "table" if config["rounds_per_job"]["attack"] >= len(ROUNDS) else "start"
RULE_OF = {name: entry["rule"] for name, entry in config["methods"].items()}


wildcard_constraints:
    choice="auto|cifar100|cifar10-test|mnist",
    seed=r"\d+",
    round=r"\d\d\d\d+",
    batch=r"\d+",
    method="|".join(config["methods"]),
    attack="|".join(config["attacks"]),
    gradient="method|plain",
    attacker="naive|adaptive",
    rounds="|".join(GROUPS),


def in_repository(path):
    """A file of this repository: relative if the run takes place in it, so that nothing runs again when a clone is moved."""
    # In a module never relative: its `prefix:` would change it.
    inside = workflow.modifier.is_main_snakefile() and Path.cwd().samefile(REPOSITORY)
    return path if inside else str(REPOSITORY / path)


@cache
def code_of(script, *classes):
    """A hash of a script and all it imports, but for comments: as a parameter it makes a job run again when its code changes.

    Not as inputs: thirty files a job slow Snakemake down, and in a fresh clone all of them are newer than any result.
    """
    digest = hashlib.sha256()
    for path in files_of(script, *classes):
        digest.update(essence(Path(path)))
    return digest.hexdigest()[:16]


def padded(rounds):
    """Round numbers as they stand in file names."""
    return [f"{number:04d}" for number in rounds]


def with_generator(attack):
    """Whether an entry of the config's attacks searches in the generator."""
    return needs_generator(config["attacks"][attack])


def training_code(wildcards):
    """The source files that train a method."""
    return code_of("train.py", method_class(RULE_OF[wildcards.method]), NETWORK)


def attack_code(wildcards):
    """The source files that attack a method with an attack."""
    classes = [attack_class(config["attacks"][wildcards.attack]["kind"]), method_class(RULE_OF[wildcards.method])]
    extra = ["flatgia.generator.store:load_generator"] if with_generator(wildcards.attack) else []
    return code_of("attack.py", *classes, *extra, NETWORK)


def jobs_of(stage):
    """The rounds of each job of a stage, as in file names."""
    size = config["rounds_per_job"][stage]
    if size == 1:
        return [["{round}"]]  # one rule for any round
    return [padded(ROUNDS[place : place + size]) for place in range(0, len(ROUNDS), size)]


def rule_of(stage, names):
    """The name of the rule for a job of these rounds."""
    return stage if names == ["{round}"] else f"{stage}_{'_'.join(names)}"


def by_seed(pattern, methods, groups, study="", **wildcards):
    """The files of a pattern: for a figure of the seeds that all its methods have, for a study of each method's own."""
    own = [(method, seeds_of(config, [study], [method])) for method in methods]
    shared = [(methods, seeds_of(config, [group for group in groups if group in ROUND_GROUPS], methods))]
    return [
        path
        for names, seeds in (own if study else shared)
        for path in expand(pattern, seed=seeds, method=names, **wildcards)
    ]


def metrics_of(methods, attacks, groups, study="", batches=(1,), gradient="method", attacker="naive"):
    """The metric tables of these methods and attacks, over these groups of rounds."""
    return by_seed(
        METRICS,
        methods,
        groups,
        study,
        gradient=gradient,
        attacker=attacker,
        attack=attacks,
        batch=batches,
        rounds=[START if group == "start" else group for group in groups if group in GROUPS],
    )


def made(pattern, **wildcards):
    """The files of a pattern that are there now; a later run that has more of them writes the document again."""
    return [path for path in expand(pattern, seed=all_seeds(config), **wildcards) if Path(path).exists()]


def by_round(pattern, methods, groups, study=""):
    """The files of a pattern for each of these methods, over these groups of rounds."""
    rounds = padded(number for group in groups for number in config["rounds"][group])
    return by_seed(pattern, methods, groups, study, round=rounds)


def notes_for(methods):
    """What is to be said under a figure of these methods: FedSAI's needs to know its auxiliary images."""
    flat_start = any(RULE_OF[method] == "fedsai" for method in methods)
    return f"{RESULTS}/notes_fedsai.json" if flat_start else f"{RESULTS}/notes.json"


def first_of(names, wildcards):
    """The first round of a job."""
    return int(names[0].format(**wildcards))


def previous_checkpoint(names):
    """An input: the checkpoint of the listed round before a job's; none for the initial model."""

    def previous(wildcards):
        earlier = padded(number for number in ROUNDS if number < first_of(names, wildcards))
        return expand(CHECKPOINT, seed=wildcards.seed, method=wildcards.method, round=earlier[-1:])

    return previous


def auxiliary_of(method):
    """The auxiliary images of a method: its own choice, or that of `data`."""
    return expand(AUXILIARY, choice=config["methods"][method].get("auxiliary", config["data"]["auxiliary"]))


def auxiliary_images(names):
    """An input: FedSAI's initial model needs them, nothing else does."""

    def images(wildcards):
        begins = first_of(names, wildcards) == 0
        return ancient(auxiliary_of(wildcards.method)) if begins and RULE_OF[wildcards.method] == "fedsai" else []

    return images


def generator_config(device):
    """What the generator depends on; `device` is NOT_COMPILED, or ON_THE_CPU for what needs no GPU."""
    neutral = device | job_config.NO_TRAINING | {"targets": {"images": 1}}
    return job_config.for_job(config, ["compute", "federation", "generator", "targets"], neutral)


def training_config(wildcards):
    """The parameters that a checkpoint depends on."""
    sections = ["compute", "data", "federation", "model"]
    return job_config.for_job(config, sections, {}, methods=[wildcards.method])


def attack_config(wildcards):
    """The parameters that an attack depends on."""
    sections = ["compute", "data", "model", "scale"]
    return job_config.for_job(config, sections, {}, methods=[wildcards.method], attacks=[wildcards.attack])


def study_config(name, *sections, **chosen):
    """The parameters of a job of a study: its own section of the config, and these of the run's."""
    return job_config.for_job(config, sections, {}, studies=[name], **chosen)


def studied_code(study, method, attacks=(), network=NETWORK):
    """The source files of the command of a study that looks at a checkpoint of a method, and attacks it."""
    classes = [attack_class(config["attacks"][attack]["kind"]) for attack in attacks]
    return code_of(f"studies/{study}.py", *classes, method_class(RULE_OF[method]), network)


def studied_config(method, attacks=(), changes=None, more=()):
    """The parameters that what a client shares at a checkpoint depends on, those of attacks on it, and `more` sections; with
    `changes` laid over the run's."""
    chosen = {"methods": [method]} | ({"attacks": list(attacks)} if attacks else {})
    return job_config.for_job(config, ["compute", "data", "model", *more], changes or {}, **chosen)


def case_code(wildcards):
    """The source files of a job that trains, attacks and evaluates at once, for a study."""
    return [training_code(wildcards), attack_code(wildcards), code_of("evaluate.py")]


def case_config(wildcards, changes):
    """The parameters of such a job: the run's with `changes` laid over them."""
    sections = ["compute", "data", "federation", "metrics", "model", "scale"]
    chosen = {"methods": [wildcards.method], "attacks": [wildcards.attack]}
    return job_config.for_job(config, sections, changes, **chosen)


def attack_generator(wildcards):
    """The generator, for the attacks that search in one."""
    if not with_generator(wildcards.attack):
        return []
    untrained = config["attacks"][wildcards.attack].get("generator") == "untrained"
    return expand(UNTRAINED if untrained else GENERATOR, seed=wildcards.seed)
