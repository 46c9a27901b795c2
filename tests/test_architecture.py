"""The house keeps its shape: rooms, mirror, top level, recipes, and nothing that names where packages come from."""

import ast
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

# Modules without a test of their own, and why.
UNTESTED = {
    "quotedesk/__main__.py": "one call of cli",
    "quotedesk/market/clock.py": "a Protocol: mypy checks it",
    "quotedesk/feed/tap.py": "a Protocol: mypy checks it",
}
# Tests that mirror no module, and why.
WITHOUT_MODULE = {
    "tests/test_architecture.py": "of the house as a whole",
    "tests/test_commands.py": "of packaging/run and packaging/test",
    "tests/test_recipes.py": "of the README",
    "tests/app/test_program.py": "of the whole program, in the tests' own process",
    "tests/app/test_reference_counts.py": "of PySide6",
    "tests/feed/test_churn.py": "of the whole conversation, in many edits",
    "tests/ui/window/test_sizes.py": "of a window of any size",
}
# Folders of tests that look at the whole program from outside, or help.
NO_ROOMS = ("bench", "desktop", "end_to_end", "fakes", "frames")


NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist"}


def files(*patterns: str) -> list[str]:
    """Files of the checkout, as paths from its root; all of them without a pattern. A bare machine has no git."""
    if shutil.which("git") and (ROOT / ".git").exists():
        # The checkout may be another user's.
        git = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "--cached", "--others", "--exclude-standard", "--"]
        listed = subprocess.run([*git, *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
        return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    names = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    ours = (name for name in names if not any(part in NOT_OURS or part.endswith("_cache") for part in name.parts))
    return sorted(str(name) for name in ours if not patterns or any(fnmatch(str(name), each) for each in patterns))


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_the_import_contracts_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("room", "line", "contract"),
    [
        ("market/quote.py", "import time", "No wire, clock or keyring in the pure rooms and ui BROKEN"),
        ("feed/pace.py", "import asyncio", "No wire, clock or keyring in the pure rooms and ui BROKEN"),
        ("quotes/fields.py", "import PySide6.QtCore", "Qt lives in ui and app BROKEN"),
        ("codec/base.py", "import numpy", "No numpy where values are single BROKEN"),
        ("market/errors.py", "import quotedesk.codec", "Imports point down BROKEN"),
        ("market/states.py", "import quotedesk.quotes.fields", "Imports point down BROKEN"),
        ("codec/alltick.py", "import quotedesk.codec.alltick_action", "Feeds know nothing of one another BROKEN"),
        ("util.py", "", "Imports point down BROKEN"),
    ],
)
def test_a_contract_notices_when_it_is_broken(tmp_path: Path, room: str, line: str, contract: str) -> None:
    shutil.copytree(ROOT / "quotedesk", tmp_path / "quotedesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "quotedesk" / room).open("a") as file:
        file.write(f"\n{line}\n")
    result = lint_imports(tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
    assert contract in result.stdout


def says_something(name: str) -> bool:
    """Is there more in it than a docstring?"""
    text = (ROOT / name).read_text()
    return bool(re.sub(r'\A\s*""".*?"""\s*', "", text, flags=re.DOTALL))


def mirror(module: str) -> str:
    """Where the tests of a module are: quotedesk/x/y.py -> tests/x/test_y.py, quotedesk/x/__init__.py -> test_init."""
    path = Path(module)
    name = path.stem.strip("_")
    return str(Path("tests", *path.parts[1:-1], f"test_{name}.py"))


def test_every_module_has_its_test() -> None:
    modules = [name for name in files("quotedesk/*.py") if name not in UNTESTED]
    rooms = [name for name in modules if not name.endswith("__init__.py")]
    inits = [name for name in modules if name.count("/") > 1 and name.endswith("__init__.py") and says_something(name)]
    missing = [f"{name} wants {mirror(name)}" for name in rooms + inits if not (ROOT / mirror(name)).is_file()]
    assert not missing, "\n".join(missing)


def test_every_test_has_its_module() -> None:
    mirrors = {mirror(name) for name in files("quotedesk/*.py")}
    tests = [name for name in files("tests/*.py") if Path(name).name.startswith("test_")]
    lost = [
        name
        for name in tests
        if name not in mirrors and name not in WITHOUT_MODULE and Path(name).parts[1] not in NO_ROOMS
    ]
    assert not lost, f"no module of this name: {lost}"


# Two classes of one name, and why.
TWINS = {
    "_File": "of each file that config keeps, seen nowhere else",
    "_First": "of each file that config keeps, its format 1",
}


def test_one_word_names_one_class() -> None:
    homes: dict[str, list[str]] = defaultdict(list)
    for name in files("quotedesk/*.py"):
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(name)
    twins = {name: where for name, where in homes.items() if len(where) > 1}
    assert twins.keys() - TWINS.keys() == set(), twins
    assert TWINS.keys() - twins.keys() == set(), "an exemption that nothing needs"


# Words of the first house that say by a picture what the field has a word for.
OLD_WORDS = re.compile(r"\b(door|doorbell|rhythm|keeper|supply|understood|understanding|feed_in_use)\b", re.I)


def test_the_package_speaks_the_fields_words() -> None:
    said = []
    for name in files("quotedesk/*.py"):
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            said += [f"{name}:{number}: {found}" for found in OLD_WORDS.findall(line)]
    assert said == []


# A sentence of a docstring that is no more than a pronoun, or ends in "of it": who reads it alone learns nothing.
BARE = re.compile(r"\AOf (one|a|an) |(^|: |\. )(It|Of it|All of it|One of them|They)\.?$|: (it|of it)\.$", re.M)


def test_a_docstring_has_a_subject() -> None:
    bare = []
    for name in files("quotedesk/*.py"):
        tree = ast.parse((ROOT / name).read_text())
        for node in ast.walk(tree):
            is_told = isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            if is_told and BARE.search(said := ast.get_docstring(node) or ""):
                bare.append(f"{name}: {said}")
    assert bare == []


def test_the_exemptions_exist() -> None:
    assert [name for name in [*UNTESTED, *WITHOUT_MODULE] if not (ROOT / name).is_file()] == []
    assert [name for name in UNTESTED if (ROOT / mirror(name)).is_file()] == []


def test_the_top_level_holds_the_agreed_and_nothing_else() -> None:
    top = {name.split("/")[0] for name in files()}
    agreed = {"pyproject.toml", "README.md", "LICENSE", "docs", "quotedesk", "resources", "tests", "packaging"}
    assert {name for name in top if not name.startswith(".")} <= agreed


def test_our_folder_packaging_does_not_hide_the_library() -> None:
    assert files("packaging/*") != []
    assert files("packaging/*__init__.py") == []


def test_no_file_says_where_packages_come_from() -> None:
    # Put together here so that this file does not say it either.
    hosts = [r"py" + r"pi\.org", "python" + r"hosted\.org", "registry." + "npmjs", "deb." + r"debian\.org"]
    settings = ["--(extra-)?index" + "-url", "--find" + "-links", "registry" + " *= *.?http", '"resolved"' + ": *.http"]
    pattern = re.compile("|".join(hosts + settings))
    said = []
    for name in files():
        try:
            text = (ROOT / name).read_text()
        except UnicodeDecodeError:
            continue  # a picture
        said += [f"{name}: {found.group()}" for found in pattern.finditer(text)]
    assert said == []


def test_no_lock_file_that_records_hosts_is_kept() -> None:
    lock = re.compile(r"(^|/)(uv\.lock|poetry\.lock|Pipfile\.lock|pylock.*\.toml|package-lock\.json)$")
    assert [name for name in files() if lock.search(name)] == []


def test_the_pages_lead_to_files_that_there_are() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert len(pages) > 5
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text())]
    assert [(page.name, link) for page, link in links if not (page.parent / link).is_file()] == []
    assert {page.name for page in pages[1:]} <= {Path(link).name for page, link in links if page is pages[0]}


def recipes() -> str:
    """The text of the README's section "Recipes"."""
    found = re.search(r"^(#+) Recipes\b.*?\n(.*?)(?=^#{1,6} |\Z)", (ROOT / "README.md").read_text(), re.M | re.S)
    assert found, "README.md has no section “Recipes”"
    return found.group(2)


def test_the_recipes_name_files_that_exist() -> None:
    # A path is a word in backticks with a slash; `<x>` and `...` in it stand for what is to be made.
    paths = [
        span for span in re.findall(r"`([^`\s]+)`", recipes()) if "/" in span and "<" not in span and "..." not in span
    ]
    assert len(paths) >= 5
    candidates = {
        path: [base / end for base in (ROOT, ROOT / "quotedesk") for end in (path, path + ".py")] for path in paths
    }
    assert [path for path, places in candidates.items() if not any(place.exists() for place in places)] == []
