"""A table as a web page."""

import html.parser
import re

import pytest

import pages
from flatgia.core.errors import FlatgiaError
from flatgia.plotting.web import page

TABLE = """# Table <1>

## Round 0

| Method | PSNR ↓ |
| --- | ---: |
| FedAvg† | **7.76** |
|  | 1 & 2 |

Two
lines.
"""


def test_a_table_is_whole():
    text = page(TABLE)
    assert "<title>Table &lt;1&gt;</title>" in text and "<h1>Table &lt;1&gt;</h1>\n<h2>Round 0</h2>" in text
    assert '<th>Method</th>\n<th style="text-align:right">PSNR ↓</th>' in text
    assert '<td>FedAvg†</td>\n<td style="text-align:right"><strong>7.76</strong></td>' in text
    assert '<td></td>\n<td style="text-align:right">1 &amp; 2</td>' in text
    assert "<p>Two\nlines.</p>" in text


def test_every_tag_is_closed():
    opened = []

    class Parser(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            opened.append(tag)

        def handle_endtag(self, tag):
            while opened[-1] == "meta":
                opened.pop()
            assert opened.pop() == tag

    Parser().feed(page(TABLE))
    assert not opened and re.search('charset="utf-8"', page(TABLE))


def test_a_page_for_each_table(tmp_path):
    (tmp_path / "a.md").write_text(TABLE, encoding="utf-8")
    pages.main(["--tables", str(tmp_path / "a.md"), "--out", str(tmp_path / "a.html")])
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == page(TABLE)
    assert (tmp_path / "a.html.provenance.json").is_file()
    with pytest.raises(FlatgiaError, match="2 names for 1 tables"):
        pages.main(["--tables", str(tmp_path / "a.md"), "--out", "b", "c"])
