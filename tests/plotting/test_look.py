from flatgia.plotting.look import attack_style, method_label, method_style, round_style
from flatgia.settings.config import PAPER, load


def test_methods_and_attacks_of_the_paper_differ_in_colour_marker_and_dash():
    config = load(PAPER)
    for names, style in ((config["report"]["methods"], method_style), (config["report"]["attacks"], attack_style)):
        styles = [style(config, name) for name in names]
        for part in ("color", "marker", "linestyle"):
            assert len({style[part] for style in styles}) == len(names)


def test_twenty_entries_stay_distinct_even_without_their_dash():
    names = [f"m{place:02d}" for place in range(20)]
    config = {key: dict.fromkeys(names) for key in ("methods", "attacks")} | {"report": {"methods": [], "attacks": []}}
    styles = [[style(config, name) for name in names] for style in (method_style, attack_style)]
    for group in (*styles, [round_style(place) for place in range(20)]):
        for part in ("marker", "linestyle"):
            assert len({(style["color"], style[part]) for style in group}) == 20


def test_style_does_not_depend_on_the_order_of_a_mapping():
    config = load(PAPER)
    turned = config | {"methods": dict(reversed(config["methods"].items()))}
    assert all(method_style(config, name) == method_style(turned, name) for name in config["methods"])


def test_label_carries_the_mark_of_its_note():
    config = load(PAPER)
    assert method_label(config, {"marks": {"fedsai": "†"}}, "fedsai") == "FedSAI†"
    assert method_label(config, {"marks": {}}, "fedsai") == "FedSAI"
