"""Where everything is kept on disk, and how a file is put there whole. Nothing here knows what the files mean."""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Home:
    """One data folder: ``ALMANAC_HOME``, else ``data/`` in the checkout."""

    root: Path

    @classmethod
    def from_environment(cls) -> "Home":
        configured = os.environ.get("ALMANAC_HOME", "").strip()
        return cls(Path(configured).expanduser().resolve() if configured else PROJECT / "data")

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger"

    @property
    def published(self) -> Path:
        """The model ids that were ever published, each with names it stood for."""
        return self.root / "published" / "models.jsonl"

    @property
    def observations(self) -> Path:
        return self.root / "observations"

    @property
    def warehouse(self) -> Path:
        """The file analysts open. Never written in place: see `work_file`."""
        return self.root / "warehouse" / "almanac.duckdb"

    @property
    def work_file(self) -> Path:
        """The file the night builds, moved over `warehouse` when every check has passed."""
        return self.root / "warehouse" / "building" / "almanac.duckdb"

    @property
    def editions(self) -> Path:
        return self.root / "editions"

    @property
    def latest(self) -> Path:
        """A link to the newest complete edition, moved last."""
        return self.root / "latest"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def lock(self) -> Path:
        """Held by the one refresh that may write."""
        return self.root / "refresh.lock"


def put(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, even across a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with open(beside, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(beside, path)
