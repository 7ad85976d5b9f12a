"""A table's Markdown as a web page, for the report."""

from html import escape

from markdown_it import MarkdownIt

STYLE = """body { font: 14px sans-serif; margin: 1.5em; color: #222; max-width: 75em }
h1 { font-size: 1.3em } h2 { font-size: 1.1em } p { color: #444 }
table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; margin: 1em 0 }
th { border-bottom: 1px solid } th, td { padding: 0.15em 0.8em; text-align: left }"""


def page(markdown: str) -> str:
    """The whole page; its title is the first heading."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown)
    heading = next((i for i, token in enumerate(tokens) if token.type == "heading_open"), None)
    title = "Table" if heading is None else tokens[heading + 1].content
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>\n{STYLE}\n</style>'
    body = reader.renderer.render(tokens, reader.options, {})
    return f"<!doctype html>\n<html>\n<head>{head}</head>\n<body>\n{body}</body>\n</html>\n"
