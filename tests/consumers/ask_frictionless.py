"""Runs in the consumers' environment: what the frictionless validator says of a data package."""

import json
import sys

from frictionless import validate

report = validate(json.load(sys.stdin))
errors = [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors] + [
    error.message for error in report.errors
]
print(json.dumps({"valid": report.valid, "resources": len(report.tasks), "errors": errors[:20]}))
