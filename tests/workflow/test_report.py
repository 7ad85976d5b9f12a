"""The report: of a figure that came with a clone; of a finished run in a browser, with all captions and labels and no error."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flatgia.studies.catalogue import catalogue

from .conftest import environment, run

FILES = [Path(file) for one in catalogue().values() for file in one.files]
FIGURES = {"generator", *(file.stem for file in FILES if file.suffix == ".png")}
TABLES = {file.stem for file in FILES if file.suffix == ".md"}


def test_a_figure_that_came_without_its_results(clone: Path) -> None:
    folder = clone / "paper_figures/tiny"
    folder.mkdir(parents=True)
    for ending in ("png", "pdf", "csv"):
        (folder / f"fig07.{ending}").write_bytes(b"as it came")
    done = run(clone, "--report", "report.zip", "--", "fig7")
    assert done.returncode == 0, done.stderr
    assert any(name.endswith("fig07.png") for name in zipfile.ZipFile(clone / "report.zip").namelist())


@pytest.mark.slow
def test_every_output_is_shown(clone: Path) -> None:
    browser = pytest.importorskip("playwright.sync_api", reason="needs pip install -e '.[browser]'")
    chromium = shutil.which("chromium") or pytest.skip("needs chromium")
    assert run(clone, "all").returncode == 0
    command = [sys.executable, "-m", "snakemake", "--configfile", "tiny.yaml", "--report", "report.zip", "--", "all"]
    subprocess.run(command, cwd=clone, env=environment(), check=True)
    zipfile.ZipFile(clone / "report.zip").extractall(clone)
    wrong: list[str] = []
    with browser.sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(request.url))
        for category, names in (("Figures", FIGURES), ("Tables", TABLES)):
            assert shown(page, clone / "report" / "report.html", category) == names
    assert not wrong


def shown(page, index: Path, category: str) -> set[str]:
    """Opens each entry of a category; the names of those that can be seen and have a description."""
    found = set()
    rows = page.locator("tr:has(a[iconname=eye])")
    open_category(page, index, category)
    for place in range(rows.count()):
        name, shows = rows.nth(place).locator("td").all_inner_texts()[:2]
        rows.nth(place).locator("a[iconname=eye]").click()
        page.wait_for_timeout(500)
        seen = page.frames[-1].locator("tr").count() > 2 if category == "Tables" else widest(page) > 300
        rows.nth(place).locator("a[iconname=information-circle]").click()
        page.get_by_text("DESCRIPTION").wait_for()
        described = name[:3].lower() in page.inner_text("body").split("DESCRIPTION")[1].lower()
        if seen and shows and described:
            found.add(name)
        open_category(page, index, category)
    return found


def open_category(page, index: Path, category: str) -> None:
    """The list of a category's entries."""
    page.goto(index.as_uri())
    page.get_by_text(category, exact=True).first.click()
    page.locator("tr:has(a[iconname=eye])").first.wait_for()


def widest(page) -> int:
    """Pixels of the widest picture that is loaded."""
    return max(page.locator("img").evaluate_all("found => found.map(image => image.naturalWidth)"), default=0)
