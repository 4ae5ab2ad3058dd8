"""A parser's version changes with what its code does, and with nothing else."""

import pytest

from sources import registry
from sources.meaning import meaning

CODE = """
'''What it reads.'''
PATTERN = r"[a-z]+"


def parse(document):
    '''Read it.'''
    return [each for each in document if each != ""]
"""


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("'''What it reads.'''", "'''What else it reads.'''"),
        ("    '''Read it.'''\n", ""),
        ('if each != ""]', 'if each != ""]  # nothing is no word'),
        ("PATTERN = r", "\n\nPATTERN = r"),
    ],
)
def test_a_word_about_the_code_changes_no_version(here: str, there: str) -> None:
    assert CODE.count(here) == 1
    assert meaning(CODE.replace(here, there)) == meaning(CODE)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("[a-z]+", "[a-z]*"),
        ("!=", "=="),
        ('""]', "None]"),
        ("[each for each in document if", "[document for each in document if"),
        ("def parse", "async def parse"),
        ("return ", "yield "),
    ],
)
def test_what_the_code_does_changes_its_version(here: str, there: str) -> None:
    assert CODE.count(here) == 1
    assert meaning(CODE.replace(here, there)) != meaning(CODE)


def test_parsers_of_different_modules_have_different_versions() -> None:
    versions = {source_id: registry.parser_version(source_id) for source_id in registry.all_sources()}
    modules = {each.parse.__module__ for each in registry.all_sources().values()}
    assert all(len(version) == 12 for version in versions.values())
    assert len(set(versions.values())) >= len(modules)
