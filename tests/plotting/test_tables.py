from flatgia.plotting.tables import best, latex, markdown, tabular


def test_best_marks_what_prints_alike():
    values = {"a": 1.001, "b": 1.004, "c": 2.0}
    text = {name: f"{value:.2f}" for name, value in values.items()}
    assert best(values, text, higher=False) == {"a", "b"}
    assert best(values, text, higher=True) == {"c"}


def test_markdown():
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |\n"


def test_latex_leaves_no_character_that_pdflatex_refuses():
    assert latex("FedSAI† 50 % of a_b ↑").isascii()


def test_tabular_rules_off_its_blocks():
    lines = tabular("lr", ["a & b"], [[["1", "2"]], [["3", "4"]]]).splitlines()
    assert lines[4:7] == [r"1 & 2 \\", r"\midrule", r"3 & 4 \\"]
