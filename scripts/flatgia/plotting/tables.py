"""Tables as Markdown and LaTeX."""

from collections.abc import Mapping, Sequence

LATEX = {"†": r"\textsuperscript{\textdagger}", "‡": r"\textsuperscript{\textdaggerdbl}", "↓": r"$\downarrow$",
         "↑": r"$\uparrow$", "×": r"$\times$", "10²": "$10^2$", "±": r"$\pm$", "α": r"$\alpha$", "η": r"$\eta$",
         "λ": r"$\lambda$", "ρ": r"$\rho$", "%": r"\%", "_": r"\_", "&": r"\&", "#": r"\#"}  # fmt: skip


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A Markdown table: the first `left` columns to the left, the others to the right."""
    rule = ["---" if place < left else "---:" for place in range(len(header))]
    return "".join(f"| {' | '.join(line)} |\n" for line in [header, rule, *rows])


def latex(text: str) -> str:
    """Plain text as LaTeX."""
    for plain, code in LATEX.items():
        text = text.replace(plain, code)
    return text


def tabular(columns: str, heads: Sequence[str], blocks: Sequence[Sequence[Sequence[str]]]) -> str:
    """A booktabs tabular; cells are LaTeX already; a rule stands between blocks of rows."""
    lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule", *heads, r"\midrule"]
    for place, block in enumerate(blocks):
        lines += [r"\midrule"] * (place > 0)
        lines += [" & ".join(row) + r" \\" for row in block]
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", ""])


def best(values: Mapping[str, float], text: Mapping[str, str], higher: bool) -> set[str]:
    """The names whose printed value equals the best one's: what prints alike is marked alike."""
    winner = (max if higher else min)(values, key=lambda name: values[name])
    return {name for name in values if text[name] == text[winner]}
