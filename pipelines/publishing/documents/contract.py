"""What readers of the documents may rely on: every path with its kind, as promised under a major version.

``python -m pipelines.publishing.documents.contract`` writes the promise anew, and refuses what needs another version.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from pipelines.publishing.documents.schema import field_paths
from pipelines.publishing.documents.shapes import SCHEMA_VERSION

PROMISED = Path(__file__).with_name("promised_paths.txt")


def promise(version: str, paths: Mapping[str, str]) -> str:
    """A promise as a file: its version, then a path and its kind on every line."""
    return "".join([f"version {version}\n", *(f"{path}  {kind}\n" for path, kind in sorted(paths.items()))])


def promised(text: str) -> tuple[str, dict[str, str]]:
    """The version and the paths of a promise."""
    first, *lines = text.splitlines()
    return first.removeprefix("version "), dict(line.split("  ", 1) for line in lines)


def broken(old: str, version: str, paths: Mapping[str, str]) -> list[str]:
    """Why these paths may not be published under this version after an older promise; nothing where they may."""
    old_version, old_paths = promised(old)
    was, now = (tuple(map(int, each.split("."))) for each in (old_version, version))
    if now < was:
        return [f"version {version} is older than {old_version}"]
    gone = [f"{path} is gone" for path in old_paths if path not in paths]
    retyped = [
        f"{path} was {kind} and is {paths[path]}" for path, kind in old_paths.items() if paths.get(path, kind) != kind
    ]
    if now[0] == was[0] and (gone or retyped):
        return [f"{each}: that needs version {was[0] + 1}.0.0" for each in gone + retyped]
    new = [path for path in paths if path not in old_paths]
    if new and now[:2] == was[:2]:
        return [f"{path} is new: that needs version {was[0]}.{was[1] + 1}.0" for path in new]
    return []


def main() -> int:
    paths = field_paths()
    found = broken(PROMISED.read_text(encoding="utf-8"), SCHEMA_VERSION, paths) if PROMISED.exists() else []
    if found:
        print(*found, sep="\n", file=sys.stderr)
        return 1
    PROMISED.write_text(promise(SCHEMA_VERSION, paths), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
