"""Every source, found by looking: each module under ``sources/`` that holds ``SOURCE`` or ``SOURCES`` is one.

Adding a source is adding its file; there is no list to edit. Also gives each parser its version: a digest of the code
that reads.
"""

import hashlib
import importlib
import inspect
import pkgutil
from functools import cache
from types import ModuleType

import sources
from sources import contract, doubts
from sources.contract import Source
from sources.meaning import meaning
from sources.readers import documents, spelling, structured, values


@cache
def all_sources() -> dict[str, Source]:
    """Source id → declaration, in order of id. Raises ValueError when two modules claim one id."""
    found: dict[str, Source] = {}
    for module in _modules():
        declared = getattr(module, "SOURCES", None) or ((module.SOURCE,) if hasattr(module, "SOURCE") else ())
        for source in declared:
            if source.id in found:
                raise ValueError(f"two sources are called {source.id}")
            found[source.id] = source
    return dict(sorted(found.items()))


def source(source_id: str) -> Source:
    """One declaration. Raises KeyError naming the id when there is none."""
    try:
        return all_sources()[source_id]
    except KeyError:
        raise KeyError(f"there is no source {source_id!r}; there are {', '.join(all_sources())}") from None


def _modules() -> list[ModuleType]:
    names = [
        info.name
        for package in pkgutil.iter_modules(sources.__path__, "sources.")
        if package.ispkg
        for info in pkgutil.iter_modules(importlib.import_module(package.name).__path__, package.name + ".")
    ]
    return [importlib.import_module(name) for name in sorted(names)]


@cache
def parser_version(source_id: str) -> str:
    """Twelve hex digits that change when the code behind a source's readings changes, not for a comment or docstring.

    Covers the parser's module, the modules of ``sources`` it imports, and the shared readers.
    """
    module = inspect.getmodule(inspect.unwrap(source(source_id).parse))
    assert module is not None
    seen: dict[str, ModuleType] = {
        each.__name__: each for each in (contract, documents, doubts, spelling, structured, values)
    }
    queue = [module]
    while queue:
        current = queue.pop()
        if current.__name__ not in seen:
            seen[current.__name__] = current
            queue.extend(
                inspect.getmodule(each) or current
                for each in vars(current).values()
                if (inspect.isfunction(each) or inspect.isclass(each)) and each.__module__.startswith("sources.")
            )
    digest = hashlib.sha256()
    for name in sorted(seen):
        digest.update(name.encode())
        digest.update(_meaning(seen[name]))
    return digest.hexdigest()[:12]


@cache
def _meaning(module: ModuleType) -> bytes:
    return meaning(inspect.getsource(module))
