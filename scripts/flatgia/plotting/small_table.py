"""A table that fits a column: written as Markdown and LaTeX, with remarks beneath."""

from collections.abc import Sequence

from flatgia.core.artifacts import artifact
from flatgia.plotting.request import Request
from flatgia.plotting.tables import latex, markdown, tabular


def write_small_table(
    request: Request,
    heading: str,
    caption: str,
    header: Sequence[str],
    blocks: Sequence[Sequence[Sequence[str]]],
    remarks: Sequence[str],
    left: int = 1,
) -> None:
    """Writes NAME.md and NAME.tex; a rule stands between blocks of rows in LaTeX; the first `left` columns to the left."""
    rows = [row for block in blocks for row in block]
    text = f"# {heading}\n\n{markdown(header, rows, left)}" + "".join(f"\n{line}\n" for line in remarks)
    columns = "l" * left + "r" * (len(header) - left)
    cells = [[[latex(cell) for cell in row] for row in block] for block in blocks]
    body = tabular(columns, [" & ".join(map(latex, header)) + r" \\"], cells)
    foot = "".join(rf"{latex(line)}\\" + "\n" for line in remarks)
    block = f"\\begin{{flushleft}}\\footnotesize\n{foot}\\end{{flushleft}}\n" if remarks else ""
    code = f"\\begin{{table}}\n\\centering\n\\caption{{{latex(caption)}}}\n{body}{block}\\end{{table}}\n"
    for kind, content in (("md", text), ("tex", code)):
        with artifact(request.out_dir / f"{request.name}.{kind}", request.record) as temporary:
            temporary.write_text(content, encoding="utf-8")
