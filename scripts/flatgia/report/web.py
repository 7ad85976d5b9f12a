"""A table's Markdown as a web page, for the report: headings, tables, paragraphs and bold, which is all that we write."""

import html
import re
from itertools import groupby

STYLE = """body { font: 14px sans-serif; margin: 1.5em; color: #222; max-width: 75em }
h1 { font-size: 1.3em } h2 { font-size: 1.1em } p { color: #444 }
table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; margin: 1em 0 }
th { border-bottom: 1px solid } th, td { padding: 0.15em 0.8em; text-align: right }
th.left, td.left { text-align: left }"""


def page(markdown: str) -> str:
    """The whole page."""
    body, title = [], "Table"
    for kind, lines in groupby(markdown.splitlines(), _kind):
        found = list(lines)
        if kind == "table":
            body.append(_table([[cell.strip() for cell in line.strip().strip("|").split("|")] for line in found]))
        elif kind == "heading":
            title = found[0].lstrip("# ") if not body else title
            body += [f"<h{level}>{_text(line.lstrip('# '))}</h{level}>" for line in found for level in [_level(line)]]
        elif kind == "text":
            body.append(f"<p>{_text(' '.join(found))}</p>")
    head = f'<meta charset="utf-8"><title>{html.escape(title)}</title><style>\n{STYLE}\n</style>'
    return f"<!doctype html>\n<html>\n<head>{head}</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"


def _kind(line: str) -> str:
    return "table" if line.startswith("|") else "heading" if line.startswith("#") else "text" if line.strip() else ""


def _level(line: str) -> int:
    return len(line) - len(line.lstrip("#"))


def _text(line: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(line))


def _table(rows: list[list[str]]) -> str:
    header, rule, *cells = rows
    classes = ["" if mark.endswith(":") else ' class="left"' for mark in rule]

    def line(row: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}{c}>{_text(x)}</{tag}>" for c, x in zip(classes, row, strict=True)) + "</tr>"

    return "\n".join(["<table>", line(header, "th"), *(line(row, "td") for row in cells), "</table>"])
