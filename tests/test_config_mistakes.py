"""A wrong configuration: one sentence that names the key, whatever the mistake."""

import copy
import json
import runpy
import subprocess
import sys

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flatgia.core.errors import FlatgiaError
from flatgia.settings import config
from flatgia.settings import jobs as job_config

PAPER = config.load(config.PAPER)

MISTAKES = [
    ("sclae: x", "config key sclae: unknown"),
    ("federation: {client: 3}", "config key federation.client: unknown; known here: alpha, batch_size, clients"),
    ("methods: {fedsam: {roh: 0.1}}", "config key methods.fedsam.roh: unknown"),
    ("methods: {fedavg: {rho: 0.1}}", "config key methods.fedavg.rho: unknown"),
    ("methods: {fedsai: {pretraining: {epoch: 1}}}", "config key methods.fedsai.pretraining.epoch: unknown"),
    ("attacks: {ig: {l2: 1}}", "config key attacks.ig.l2: unknown"),
    ("report: {rho: {attacks: [ig]}}", "config key report.rho.attacks: unknown"),
    ("federation: {learning_rate: 0}", "config key federation.learning_rate: "),
    ("federation: {learning_rate: -1.5}", "config key federation.learning_rate: "),
    ("federation: {learning_rate: .nan}", "config key federation.learning_rate: "),
    ("federation: {learning_rate: .inf}", "config key federation.learning_rate: "),
    ("federation: {learning_rate: fast}", "config key federation.learning_rate: "),
    ("federation: {clients: 1.5}", "config key federation.clients: "),
    ("federation: {clients: 10.0}", "config key federation.clients: "),
    ('federation: {clients: "10"}', "is not of type 'integer'; write a whole number without quotes: 10."),
    ('federation: {clients: "1.5"}', "is not of type 'integer'; write a whole number without quotes."),
    ("federation: {learning_rate: 1e-2}", "write it with a point and without quotes, as YAML wants: 0.01."),
    ("federation: {clients: true}", "config key federation.clients: "),
    ("federation: {clients_per_round: 11}", "config key federation.clients_per_round: more than"),
    ("federation: null", "config key federation: "),
    ("federation: {partition: iid}", "config key federation.partition: 'iid' is not one of"),
    ("federation: {alpha: 0.001}", "config key federation.alpha: 0.001 is less than the minimum of 0.01"),
    ("compute: {device: gpu}", "config key compute.device: "),
    ("scale: Paper", "config key scale: "),
    ('scale: "mine\\n"', "config key scale: "),
    (f"scale: {'a' * 65}", "config key scale: "),
    ("scale: data", "config key scale: data is the name of another folder"),
    ("scale: studies", "config key scale: studies is the name of another folder"),
    ("scale: shared", "config key scale: shared is the name of another folder"),
    ('methods: {"mine\\n": {rule: fedavg, label: x}}', "config key methods: "),
    ('methods: {mine: {rule: "fedavg\\n", label: x}}', "config key methods.mine.rule: "),
    ('methods: {mine: {rule: "module:Class\\n", label: x}}', "config key methods.mine.rule: "),
    ('attacks: {"mine\\n": {kind: "module:Class", label: x}}', "config key attacks: "),
    ('attacks: {mine: {kind: "idlg\\n", label: x}}', "config key attacks.mine.kind: "),
    ('model: {network: "module:Class\\n"}', "config key model.network: "),
    ('report: {methods: ["fedavg\\n"]}', "config key report.methods.0: "),
    ("seeds: []", "config key seeds: "),
    ("seeds: [0, 0]", "config key seeds: "),
    ("seeds: [-1]", "config key seeds.0: "),
    ("rounds: {table: [10]}", "config key rounds.table: round 0, the initial model, is missing; add it."),
    ("rounds: {table: []}", "config key rounds.table: "),
    ("rounds: {table: [0, 100, 10]}", "config key rounds: a round stands in two lists"),
    ("rounds: {curve: [10, 10]}", "config key rounds.curve: "),
    ("methods: {fedgf: {c: 1.1}}", "config key methods.fedgf.c: "),
    ("methods: {Mine: {rule: fedavg, label: x}}", "config key methods: 'Mine' does not match"),
    ("methods: {mine: {rule: fedmax, label: x}}", "config key methods.mine.rule: fedmax is unknown; known: fedavg"),
    ("attacks: {mine: {kind: dlg, label: x}}", "config key attacks.mine.kind: dlg is unknown; known: idlg"),
    ("methods: {mine: {label: x}}", "config key methods.mine: missing rule"),
    ("methods: {mine: {rule: fedsam, label: x}}", "config key methods.mine: missing rho"),
    ("attacks: {idlg: {optimiser: sgd}}", "config key attacks.idlg.optimiser: "),
    ("attacks: {mine: {kind: idlg, label: x, optimiser: lbfgs, learning_rate: 1, steps: 1, restarts: 1, start: 1}}",
     "config key attacks.mine: missing history, inner_steps"),
    ("attacks: {gifd: {radii: []}}", "config key attacks.gifd.radii: "),
    ("attacks: {ig: {tv: [0.1]}}", "config key attacks.ig.steps: not as many as tv; give each weight its steps"),
    ("attacks: {gifd: {refine_tv: [0.1]}}", "config key attacks.gifd.refine_steps: not as many as refine_tv"),
    ("attacks: {ig: {objective: l1}}", "config key attacks.ig.objective: 'l1' is not one of"),
    ("attacks: {gifd_untrained: {generator: none}}", "config key attacks.gifd_untrained.generator: "),
    ("attacks: {lm: {warm_tv: [0.1]}}", "config key attacks.lm.warm_steps: not as many as warm_tv"),
    ("studies: {shift: {attacks: [lm]}}", "config key studies.shift.attacks: lm has no list `tv`"),
    ("studies: {xsam: {optimisers: {sam: {rho: -1}}}}", "config key studies.xsam.optimisers.sam.rho: -1 is less than"),
    ("studies: {xsam: {optimisers: {mine: {kind: adam, label: x}}}}", "config key studies.xsam.optimisers.mine.kind: 'adam'"),
    ("studies: {xsam: {networks: {relu_lenet: {optimisers: [adam]}}}}", "studies.xsam.networks.relu_lenet.optimisers: adam is"),
    ("studies: {xsam: {networks: {relu_lenet: {epochs: 5}}}}", "studies.xsam.networks.relu_lenet.measured: an epoch after"),
    ("studies: {xsam: {networks: {relu_lenet: {images: 9}}}}", "networks.relu_lenet.hessian_images: more than `images`"),
    ("studies: {xsam: {judged: {sam: adam}}}", "config key studies.xsam.judged: adam is no optimiser"),
    ("methods: {fedxsam: {every: 0}}", "config key methods.fedxsam.every: 0 is less than"),
    ("studies: {information: {directions: 1}}", "config key studies.information.directions: 1 is less than"),
    ("studies: {readings: {attacks: [gifd]}}", "config key studies.readings.attacks: gifd searches in the generator"),
    ("studies: {readings: {methods: [fedmax]}}", "config key studies.readings.methods: fedmax is not among the methods"),
    (
        "studies: {published: {attacks: [ig_published, lm]}}",
        "config key studies.published.attacks: lm has settings of ours",
    ),
    ("studies: {credit: {attacks: [dlg]}}", "config key studies.credit.attacks: dlg is not among the attacks"),
    ("studies: {readings: {init: [zeros]}}", "config key studies.readings.init.0: 'zeros' is not one of"),
    ("studies: {contols: {}}", "config key studies.contols: unknown; known here: "),
    ("studies: null", "config key studies: "),
    ("metrics: [psnr]", "config key metrics: the figures show psnr and at least one of lpips, mse and ssim; name these."),
    ("metrics: [ssim, mse]", "config key metrics: the figures show psnr"),
    ("methods: {fedgf: {label: FedSAM}}", "config key report.methods: two entries have the same label; label them apart"),
    ("methods: {fedsam_rho005: {label: FedAvg}}", "config key report.rho.methods: two entries have the same label"),
    ("attacks: {ig: {label: GI}}", "config key report.attacks: two entries have the same label"),
    (
        "attacks: {ig_published: {label: iDLG (Adam)}}",
        "config key studies.credit.attacks: two entries have the same label",
    ),
    ("attacks: {ig_short: {label: IG}}", "config key studies.readings.attacks: two entries have the same label"),
    ("methods: {fedgf: {label: a|b}}", "config key methods.fedgf.label: it has a |"),
    ('attacks: {lm: {label: "a\\nb"}}', "config key attacks.lm.label: it has a | or a line break"),
    ('attacks: {lm: {label: "a\\e"}}', "config key attacks.lm.label: it has a |"),
    ("targets: {client: 10}", "config key targets.client: there is no such client"),
    ("report: {methods: [fedmax]}", "config key report.methods: fedmax is not among the methods; known: fedavg"),
    ("report: {rho: {attack: dlg}}", "config key report.rho.attack: dlg is not among the attacks"),
    ("report: {batch: {methods: [fedmax]}}", "config key report.batch.methods: fedmax"),
    ("report: {pictures: {attacks: [dlg]}}", "config key report.pictures.attacks: dlg"),
    ("report: {pictures: {image: 10}}", "config key report.pictures.image: there is no such target"),
    ("report: {batch: {sizes: [11]}}", "config key report.batch.sizes: a batch larger"),
    ("compute: {compile: graphs}", "config key compute.compile: graphs are those of a GPU"),
    ("model: {network: LeNet5}", "config key model.network: "),
    ("generator: {batch_size: 30}", "config key generator.batch_size: "),
    ("- a", "not a mapping"),
    ("", "not a mapping"),
    ("a: [", "cannot be parsed in line"),
    ("a: 2020-13-45", "cannot be parsed"),
    ("a: \0", "cannot be parsed"),
    ("1: 2", "config key 1: unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), MISTAKES, ids=[text for text, _ in MISTAKES])
def test_a_mistake_is_one_sentence_that_names_the_key(tmp_path, text, words):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(FlatgiaError) as caught:
        config.load(path)
    message = str(caught.value)
    assert words in message and "\n" not in message and message.endswith(".")


@pytest.mark.parametrize("key", list(PAPER))
def test_a_missing_section_is_named(key):
    with pytest.raises(FlatgiaError, match=f"configuration: missing {key};"):
        config.check({name: value for name, value in PAPER.items() if name != key})


def test_an_unreadable_file_is_named(tmp_path):
    (tmp_path / "latin").write_bytes(b"a: \xe4")
    for name, words in (("none.yaml", "No such file"), (".", "Is a directory"), ("latin", "UTF-8")):
        with pytest.raises(FlatgiaError, match=words):
            config.load(tmp_path / name)
    with pytest.raises(FlatgiaError, match="cannot be parsed in line 1"):
        config.load("{'a': 1}")


def test_a_command_ends_with_one_line_and_code_one(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("federation: {client: 3}")
    words = [sys.executable, config.ROOT / "scripts/targets.py", "--config", path, "--data", "x", "--out", "y"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")
    assert done.stderr.startswith("error: config key federation.client: unknown;")


def test_text_without_a_needed_section_is_a_mistake_not_a_bug(data_file, tmp_path):
    import targets

    with pytest.raises(FlatgiaError, match="missing"):
        targets.main(["--config", "{}", "--data", str(data_file), "--out", str(tmp_path / "x")])


COMMANDS = {
    "curvature": ("--checkpoint x --data x", "compute, data, hessian, model"),
    "evaluate": ("--targets x --attack x", "compute, metrics"),
    "generator": ("--data x --seed 0 --picture p", "compute, federation, generator, targets"),
    "train": ("--data x --method fedavg --round 0", "compute, data, federation, methods, model"),
    "attack": ("--attack ig --checkpoint x --targets x", "attacks, compute, data, methods, model"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_names_the_sections_it_needs(tmp_path, name):
    words, missing = COMMANDS[name]
    main = runpy.run_path(str(config.ROOT / f"scripts/{name}.py"))["main"]
    with pytest.raises(FlatgiaError, match=f"^the configuration text: missing {missing};"):
        main(["--config", "{}", "--out", str(tmp_path / "x"), *words.split()])


def places(value, path=()):
    """Every place in a nested value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [place for key, item in inner for place in places(item, (*path, key))]


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(
    ["fedavg", "ig", "idlg", "package.module:Class", 0, 1, 1e308, float("nan"), float("inf")]))  # fmt: skip
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3))


@settings(max_examples=60, deadline=None)
@example(("federation", "alpha"), float("inf"), "replace")
@example(("federation", "alpha"), float("nan"), "replace")
@example(("scale",), {"a": "\n"}, "replace")
@given(st.sampled_from(places(PAPER)), VALUES, st.sampled_from(["replace", "remove", "add"]))
def test_whatever_is_written_it_is_valid_or_one_sentence(place, value, what):
    mutated = copy.deepcopy(PAPER)
    holder = mutated
    for key in place[:-1]:
        holder = holder[key]
    if what == "remove":
        del holder[place[-1]]
    elif what == "add" and isinstance(holder, dict):
        holder["added"] = value
    else:
        holder[place[-1]] = value
    try:
        found = config.check(mutated)
    except FlatgiaError as error:
        assert "\n" not in str(error)
    else:
        json.loads(job_config.prune(found, found))  # the workflow can hand on what is valid


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=40) | VALUES.map(lambda value: yaml.safe_dump(value, allow_unicode=True)))
def test_whatever_the_file_holds_it_is_valid_or_one_sentence(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    try:
        config.load(path)
    except FlatgiaError as error:
        assert "\n" not in str(error)
