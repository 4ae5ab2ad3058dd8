"""Write a source's ``expected.csv`` from what its parser gives today: ``python -m tests.expected SOURCE_ID``.

The file is a claim that a person has read the document and agrees; review the diff line by line.
"""

import sys

from sources import registry
from tests.fixture_files import as_csv, folder, read_fixture

if __name__ == "__main__":
    for source_id in sys.argv[1:]:
        source = registry.source(source_id)
        (folder(source) / "expected.csv").write_text(as_csv(read_fixture(source)), encoding="utf-8")
