"""The README leads to every page, its two commands work, and its figures are those of the pages."""

from __future__ import annotations

import re
import shlex

import pytest

from ossign_fast.cli import main
from support.pages import PAGES, README, Page, table
from support.paths import IN_TREE, ROOT

PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_the_readme_is_short() -> None:
    assert README.text.count("\n") < 300


def test_the_readme_leads_to_every_page() -> None:
    linked = {path for path, _ in README.links}
    assert len(PAGES) > 1
    assert {ROOT / page.name for page in PAGES[1:]} <= linked


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Page) -> None:
    pages = {ROOT / page.name: page for page in PAGES}
    for path, anchor in page.links:
        if path in pages:
            assert not anchor or anchor in pages[path].anchors, f"{path}#{anchor}"
        elif IN_TREE:
            assert path.exists(), path


def test_install_command(capsys: pytest.CaptureFixture[str]) -> None:
    first = re.search(r"^```bash\n(.*?)\n```$", README.text, re.MULTILINE | re.DOTALL)
    assert first is not None
    *install, run = first[1].split(" && ")
    assert install == ["cd ossign_fast", "pip install ."]
    program, *words = shlex.split(run)
    assert f'\n[project.scripts]\n{program} = "ossign_fast.cli:main"\n' in PYPROJECT
    assert main([*words, "--count", "1"]) == 0
    assert "all as it should be" in capsys.readouterr().out


def test_test_command() -> None:
    marked = re.findall(r"^<!-- test-command -->\n```bash\n(.*?)\n```$", README.text, re.M | re.S)
    assert marked == ["pip install '.[test]' && pytest"]
    extras = PYPROJECT.partition("\n[project.optional-dependencies]\n")[2].partition("\n[")[0]
    assert re.search(r'^test = \[\n(    ".*",\n)*    "pytest>=', extras, re.MULTILINE)


def test_home() -> None:
    """The README clones from where the package says that it lives."""
    home = re.search(r'^Homepage = "(https://\S+)"$', PYPROJECT, re.MULTILINE)
    assert home is not None
    assert re.findall(r"git clone (\S+)\.git", README.text) == [home[1]]


def test_the_figures_of_the_readme_are_those_of_the_speed_page() -> None:
    claim = re.search(
        r"\*\*A URL costs (\S+) µs in a batch of a million keys from an Arrow array and "
        r"(\S+) µs in a call of its own: (\d+) and (\d+) times as fast as `(\S+)`",
        " ".join(README.text.split()),
    )
    assert claim is not None
    rows = {
        name: [float(cell.replace(",", "")) for cell in cells if cell]
        for name, _, *cells in table("library")
    }
    one = rows["ossign_fast, list to list"][0]
    million = rows["ossign_fast, Arrow to `UrlBatch`"][1]
    ((one_sdk, _, million_sdk, _),) = (
        figures for name, figures in rows.items() if name.startswith(claim[5])
    )
    assert claim.groups()[:4] == (
        f"{million / 1000:.2f}",
        f"{one / 1000:.1f}",
        f"{million_sdk / million:.0f}",
        f"{one_sdk / one:.0f}",
    )


@pytest.mark.skipif(not IN_TREE, reason="the change log stays with the sources")
def test_every_release_is_dated() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased, *releases = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert unreleased == "[Unreleased]"
    dated = re.compile(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d")
    assert releases
    assert [title for title in releases if not dated.fullmatch(title)] == []


@pytest.mark.skipif(not IN_TREE, reason="the change log stays with the sources")
def test_the_change_log_says_nothing_twice() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    subjects = re.findall(r"^- (.{30})", text, re.MULTILINE)
    assert len(subjects) == len(set(subjects))
