"""What reading documents costs beside merely loading them with the library in use, source by source.

The documents are the newest recorded beside the checkout, and the written fixtures of a source of which none is. What
a reader hands to a library is heard once and loaded by itself: JSON by ``json``, pages by BeautifulSoup with lxml, YAML
by libyaml, CSV by ``csv``, archives by ``tarfile`` and ``zipfile``. Markdown is cut by our own reader: no library loads
it, but for YAML and HTML inside. Each source is measured in a process of its own, in processor seconds, the least of
three.

``python -m bench.parsing [SOURCE …]``
"""

import csv
import io
import json
import resource
import subprocess
import sys
import tarfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any
from unittest import mock

import yaml
from bs4 import BeautifulSoup

from sources import registry
from sources.contract import Document, Refused, Source
from sources.readers import documents
from tests import recorded
from tests.fixture_files import fixture_documents

RUNS = 3

Load = tuple[str, str | bytes]
"""The name of a library, and what it is given."""

_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LOADED_BY: dict[str, Callable[[Any], object]] = {
    "json": json.loads,
    "html": lambda text: BeautifulSoup(text, "lxml"),
    "yaml": lambda text: yaml.load(text, Loader=_YAML),  # noqa: S506  a SafeLoader
    "csv": lambda text: list(csv.reader(io.StringIO(text))),
    "gzip": lambda body: _tar_read(body),
    "zip": lambda body: _zip_read(body),
}


@dataclass(frozen=True)
class Cost:
    """Of the documents of one source: how many and how large, the facts in them, seconds, and the most memory held."""

    source_id: str
    documents: int
    size: int
    facts: int
    read: float
    loaded: float
    libraries: str
    memory: int

    def line(self) -> str:
        """Without a ratio where nothing but our own reader touches the documents."""
        ratio = f"{self.read / self.loaded:.1f}" if self.libraries else "no library"
        loaded = f", loaded {self.loaded * 1000:,.1f} ms by {self.libraries}" if self.libraries else ""
        return (
            f"{self.source_id}: {ratio} ({self.documents} documents of {self.size / 1e6:.2f} MB, {self.facts:,} facts:"
            f" read {self.read * 1000:,.1f} ms{loaded}; at most {self.memory / 2**20:,.0f} MB of memory)"
        )


def cost(source: Source) -> Cost:
    """What the newest documents of a source that can be read cost; the memory is that of this whole process."""
    read = {document.url: facts for document in _newest(source) if (facts := _facts(source, document)) is not None}
    memory = _peak_memory()
    kept = [document for document in _newest(source) if document.url in read]
    reading, loading = 0.0, 0.0
    libraries: Counter[str] = Counter()
    for document in kept:
        loads = _loads(source, document)
        libraries.update(name for name, _ in loads)
        reading += _seconds(lambda document=document: _facts(source, Document(document.url, document.body)))  # type: ignore[misc]
        loading += _seconds(lambda loads=loads: [_LOADED_BY[name](given) for name, given in loads])  # type: ignore[misc]
    return Cost(
        source.id,
        len(kept),
        sum(len(document.body) for document in kept),
        sum(read.values()),
        reading,
        loading,
        ", ".join(sorted(libraries)),
        memory,
    )


def costs() -> Iterator[str]:
    """A line a source, each from a process of its own, and their sums."""
    found: list[Cost] = []
    for source_id in registry.all_sources():
        alone = [sys.executable, "-m", "bench.parsing", "--json", source_id]
        told = subprocess.run(alone, check=True, capture_output=True, text=True)  # noqa: S603  ourselves
        found.append(Cost(**json.loads(told.stdout)))
        if found[-1].documents:
            yield found[-1].line()
    by_library = [each for each in found if each.libraries]
    for name, wanted in {
        "pages": ("html",),
        "JSON": ("json",),
        "all that a library loads": tuple({each.libraries for each in by_library}),
    }.items():
        of_it = [each for each in by_library if each.libraries in wanted]
        read, loaded = sum(each.read for each in of_it), sum(each.loaded for each in of_it)
        facts = sum(each.facts for each in of_it)
        yield (
            f"{name}: {read / loaded:.1f} (read {read:.2f} s, loaded {loaded:.2f} s;"
            f" beyond loading {(read - loaded) / facts * 1e6:.0f} µs each of {facts:,} facts)"
        )
    rest = [each for each in found if not each.libraries]
    yield f"what no library loads: read {sum(each.read for each in rest):.2f} s"
    yield f"at most {max(each.memory for each in found) / 2**20:,.0f} MB of memory, the interpreter's included"


def _newest(source: Source) -> Iterator[Document]:
    if bodies := recorded.of_source(source):
        yield from (each[-1].document for each in bodies.values())
    else:
        yield from fixture_documents(source).values()


def _facts(source: Source, document: Document) -> int | None:
    try:
        return len(source.read(document).observations)
    except Refused:
        return None


def _loads(source: Source, document: Document) -> list[Load]:
    """What reading a document hands to libraries, each text once; an archive's own bytes are one of these."""
    heard: dict[Load, None] = {}

    def listening(name: str, load: Callable[..., Any]) -> Callable[..., Any]:
        def loads(given: Any, *args: Any, **kwargs: Any) -> Any:
            heard[name, given.getvalue() if isinstance(given, io.StringIO) else given] = None
            return load(given, *args, **kwargs)

        return loads

    with ExitStack() as stack:
        for name, owner, attribute in (
            ("json", json, "loads"),
            ("html", documents, "BeautifulSoup"),
            ("yaml", yaml, "load"),
            ("csv", csv, "reader"),
        ):
            stack.enter_context(mock.patch.object(owner, attribute, listening(name, getattr(owner, attribute))))
        _facts(source, document)
    if source.media in ("gzip", "zip"):
        heard[source.media, document.body] = None
    return list(heard)


def _tar_read(body: bytes) -> None:
    with tarfile.open(fileobj=io.BytesIO(body), mode="r:gz") as archive:
        for member in archive:
            if file := archive.extractfile(member):
                file.read()


def _zip_read(body: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            archive.read(name)


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor, the least of the runs: whatever else the machine does only adds."""
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def _peak_memory() -> int:
    """In bytes; Linux counts in kilobytes, macOS in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main(asked: list[str]) -> int:
    if asked[:1] == ["--json"]:
        print(json.dumps(asdict(cost(registry.source(asked[1])))))
    else:
        for line in (cost(registry.source(each)).line() for each in asked) if asked else costs():
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
