"""The conventions of this checkout that a machine can keep: who imports whom, one name in five places, nothing private inside."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from warehouse import database
from warehouse.schemas import SCHEMAS, all_tables

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("sources", "warehouse", "pipelines")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEXTS = sorted(
    path
    for pattern in (
        "*",
        ".ci/**/*",
        "docs/**/*",
        "scripts/**/*",
        *(f"{package}/**/*" for package in (*PACKAGES, "tests")),
    )
    for path in ROOT.glob(pattern)
    if path.is_file() and path.suffix != ".pyc"
)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Every module a file imports, wherever in the file; ``from a import b`` counts as a.b too, as b may be a module."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}:{node.lineno} imports relatively"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in (
            "__import__",
            "import_module",
            "importlib.import_module",
        ):
            yield from (
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def in_package(package: str) -> list[Path]:
    return [path for path in MODULES if path.relative_to(ROOT).parts[0] == package]


# --- who imports whom ------------------------------------------------------------------------------------------------


def importing(pattern: str, paths: list[Path]) -> dict[str, list[str]]:
    """Those of these files that import modules whose names begin like that → the names."""
    found = {place(path): [name for name in imported(path) if re.match(pattern, name)] for path in paths}
    return {path: names for path, names in found.items() if names}


def test_sources_import_neither_other_package() -> None:
    assert importing(r"(warehouse|pipelines)(\.|$)", in_package("sources")) == {}


def test_the_warehouse_imports_only_the_contract_of_sources() -> None:
    assert importing(r"pipelines(\.|$)|sources(\.|$)(?!contract(\.|$))", in_package("warehouse")) == {}


def test_only_pipelines_import_dagster() -> None:
    assert importing("dagster", [*in_package("sources"), *in_package("warehouse")]) == {}


def test_nothing_that_ships_imports_the_tests() -> None:
    assert importing(r"(tests|pytest|hypothesis)(\.|$)", MODULES) == {}


def test_the_import_rule_sees_every_way_to_import(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "import warehouse.home as h\nfrom sources.transport import fetch\n"
        "def late():\n    from pipelines.night.night import Night\n    import importlib; importlib.import_module('dagster')\n"
    )
    assert set(imported(module)) >= {"warehouse.home", "sources.transport.fetch", "pipelines.night.night", "dagster"}


# --- modules ---------------------------------------------------------------------------------------------------------


def test_every_module_says_what_it_is() -> None:
    unsaid = [
        place(path)
        for path in (*MODULES, *TESTS)
        if path.stat().st_size and len((ast.get_docstring(parsed(path)) or "").split()) <= 2
    ]
    assert unsaid == []


def test_only_packages_of_tests_are_empty() -> None:
    empty = [path for path in (*MODULES, *TESTS) if not path.stat().st_size]
    assert [place(path) for path in empty if path.name != "__init__.py" or path not in TESTS] == []


def test_no_module_is_named_for_nothing() -> None:
    nothing = {"common", "helper", "helpers", "misc", "util", "utilities", "utils"}
    paths = [path.relative_to(ROOT).with_suffix("") for path in (*MODULES, *TESTS)]
    assert [path.as_posix() for path in paths if nothing & set(path.parts)] == []


# --- one name, five places -------------------------------------------------------------------------------------------


def sql_files() -> dict[str, Path]:
    return {
        f"{path.parent.name}.{path.stem}": path for path in database.SQL.glob("*/*.sql") if path.parent.name != "checks"
    }


def test_every_sql_file_is_a_declared_table_and_every_table_made_by_sql_has_its_file() -> None:
    declared = {each.name for each in all_tables().values() if each.made_by == "sql"}
    assert sorted(sql_files()) == sorted(declared)


def test_only_shared_macros_lie_beside_the_folders_of_tables() -> None:
    assert {path.name for path in database.SQL.iterdir()} == {*SCHEMAS, "checks", "reviews"} - {"raw"} | {
        "macros.sql",
        "wording.sql",
        "questions.sql",
    }


# --- nothing private -------------------------------------------------------------------------------------------------

NOT_OURS_TO_NAME = {
    "a package registry": r"\bpypi\b|pythonhosted|npmjs|artifactory|\bjfrog\b|--(?:extra-)?index-url|\bnexus\.",
    "a private host": r"https?://[\w.-]+\.(?:internal|corp|lan|local|intranet)\b",
    "a folder of one machine": r"(?<![\w/.:-])/(?:work|home|root|Users)/\w",
    "a secret": r"\b(?:sk-(?:ant-|proj-|or-)?[A-Za-z0-9]{20,}|ghp_\w{20,}|hf_[A-Za-z]{30,}|AKIA[A-Z0-9]{16})\b",
}


@pytest.mark.parametrize("what", NOT_OURS_TO_NAME)
def test_nothing_private_is_named(what: str) -> None:
    pattern = re.compile(NOT_OURS_TO_NAME[what], re.IGNORECASE if what != "a secret" else 0)
    found = [
        f"{place(path)}:{number}: {line.strip()[:100]}"
        for path in TEXTS
        if path != Path(__file__).resolve()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []
