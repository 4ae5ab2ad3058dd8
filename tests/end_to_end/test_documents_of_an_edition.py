"""The JSON documents of a night over every source: there, whole, as their schemas say, and as the tables say."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipelines.publishing.documents import SCHEMA_VERSION
from pipelines.publishing.documents.schema import json_schema
from tests.end_to_end.nights import answers
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

FOLDERS = {"models": "model", "providers": "provider", "benchmarks": "benchmark", "compare": "pair"}
LISTS = ("catalogue", "labs", "families", "sources", "gaps", "conflicts", "retirements", "methodology")


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def test_every_document_is_as_its_schema_says(two_nights: Home) -> None:
    found = {name: [two_nights.latest / f"{name}.json"] for name in LISTS}
    found |= {name: sorted((two_nights.latest / folder).glob("**/*.json")) for folder, name in FOLDERS.items()}
    index = two_nights.latest / "compare" / "index.json"
    found |= {"pair": [path for path in found["pair"] if path != index], "pairs": [index]}
    assert found["model"] and found["provider"] and found["benchmark"]
    for name, paths in found.items():
        schema = Draft202012Validator(json_schema(name, closed=True))
        wrong = [f"{path.name} {error.json_path}" for path in paths for error in schema.iter_errors(read(path))]
        assert wrong == []


def test_documents_say_what_the_tables_say(two_nights: Home) -> None:
    offers = {
        (model["id"], offer["offer_id"]): (offer["is_confirmed"], len(offer["prices"]))
        for path in (two_nights.latest / "models").iterdir()
        for model in [read(path)]
        for offer in model["offers"]
    }
    counted = """
        select offers.model_id, offers.offer_id, any_value(offers.is_confirmed), count(prices.offer_id)
        from core.offers left join core.prices using (offer_id) group by offers.model_id, offers.offer_id
    """
    assert offers == {(model, offer): (sure, prices) for model, offer, sure, prices in answers(two_nights, counted)}
    costs = {
        (line["id"], workload): Decimal(usd)
        for line in read(two_nights.latest / "catalogue.json")["models"]
        for workload, usd in line["costs"].items()
    }
    held = "select model_id, workload_id, monthly_cost_usd from mart.monthly_costs where monthly_cost_usd is not null"
    assert costs == {(model, workload): usd for model, workload, usd in answers(two_nights, held)}


def test_the_manifest_vouches_for_every_document(two_nights: Home) -> None:
    edition = two_nights.latest
    entry = read(edition / "manifest.json")["documents"]
    paths = sorted(
        path.relative_to(edition)
        for path in edition.rglob("*.json")
        if path.relative_to(edition).as_posix() not in ("manifest.json", "datapackage.json")
    )
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{hashlib.sha256((edition / path).read_bytes()).hexdigest()}  {path.as_posix()}\n".encode())
    assert (entry["files"], entry["sha256"]) == (len(paths), digest.hexdigest())
    assert entry["schema_version"] == SCHEMA_VERSION == read(edition / "catalogue.json")["schema_version"]
