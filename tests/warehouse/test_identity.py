"""Which model a spelling names: the grammar, the decisions, and the promise that nothing is merged by guessing."""

import random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests import score_identity
from warehouse.home import reference_file  # noqa: F401
from warehouse.identity import Resolution, Spelling, curated_aliases, labs, parse, resolve
