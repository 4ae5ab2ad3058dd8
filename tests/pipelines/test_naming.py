"""Addresses that documents name are found again only where a document, or the code that reads it, is another."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.night.naming import Bodies, named_by
from sources.contract import Observation
from sources.registry import all_sources

SOURCE = all_sources()["vercel_endpoints"]
BODIES = {(SOURCE.discovers_from[0], "https://ai-gateway.vercel.sh/v1/models"): ["a", "b"]}


class Catalogue:
    """What the named documents say, and how often somebody asked."""

    def __init__(self, *models: str) -> None:
        self.models, self.asked = models, 0

    def __call__(self) -> Iterable[Observation]:
        self.asked += 1
        return self.said()

    def said(self) -> Iterator[Observation]:
        for model in self.models:
            yield Observation(model, "name", model, model, "data[0].name")


def found(folder: Path, catalogue: Catalogue, bodies: Bodies = BODIES, version: str = "1") -> list[str]:
    return named_by(SOURCE, bodies, lambda _: version, catalogue, folder)


def test_the_same_documents_are_not_read_again(tmp_path: Path) -> None:
    catalogue = Catalogue("openai/gpt-5", "xai/grok-4")
    first = found(tmp_path, catalogue)
    assert len(first) == 2
    assert found(tmp_path, catalogue) == first
    assert catalogue.asked == 1


def test_another_body_or_another_parser_is_read(tmp_path: Path) -> None:
    found(tmp_path, Catalogue("openai/gpt-5"))
    more = Catalogue("openai/gpt-5", "xai/grok-4")
    assert len(found(tmp_path, more, {key: ["c", *held] for key, held in BODIES.items()})) == 2
    assert len(found(tmp_path, more, version="2")) == 2
    assert more.asked == 2


def test_a_memory_that_is_damaged_is_made_again(tmp_path: Path) -> None:
    first = found(tmp_path, Catalogue("openai/gpt-5"))
    (kept,) = tmp_path.iterdir()
    for damaged in ("", "[]", '{"found_in": 1}'):
        kept.write_text(damaged, encoding="utf-8")
        assert found(tmp_path, Catalogue("openai/gpt-5")) == first
