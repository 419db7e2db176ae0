"""The layout holds: small folders, small modules, small functions, and a quick start."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("bot", "watchers", "rules", "stories", "store", "bench", "tests")
MAX_MODULES, MAX_LINES, MAX_FUNCTION = 16, 350, 60
# A migration is history: what it did once must not change.
HISTORY = ROOT / "store" / "migrations" / "versions"
HEAVY = (
    "sqlalchemy",
    "lxml",
    "matplotlib",
    "httpx",
    "aiohttp",
    "telegram",
    "feedparser",
    "apscheduler",
    "trafilatura",
    "starlette",
)


def modules() -> Iterator[Path]:
    for name in OURS:
        yield from sorted((ROOT / name).rglob("*.py"))


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_no_folder_has_many_modules() -> None:
    counts: dict[Path, int] = {}
    for file in modules():
        counts[file.parent] = counts.get(file.parent, 0) + 1
    assert not {str(k.relative_to(ROOT)): n for k, n in counts.items() if n > MAX_MODULES}


def test_no_module_is_long() -> None:
    lengths = {file: len(file.read_text("utf-8").splitlines()) for file in modules()}
    assert not {str(k.relative_to(ROOT)): n for k, n in lengths.items() if n > MAX_LINES}


def test_no_function_is_long() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {one.name}"
        for file in modules()
        if HISTORY not in file.parents
        for one in functions(file)
        if (one.end_lineno or one.lineno) - one.lineno + 1 > MAX_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom bot.__main__ import main\n"
        f"sys.argv = ['backchannel', *{arguments!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    imported = {name.partition(".")[0] for name in done.stderr.split()}
    assert "typer" in imported
    assert not imported & {*HEAVY, "watchers", "rules", "stories", "store"}
