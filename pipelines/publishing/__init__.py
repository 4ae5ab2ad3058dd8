"""Publication: the finished work file becomes an edition, then the file analysts open; ``latest`` moves last.

Each step leaves everything whole: a run killed between them is finished by the next one.
"""

from pipelines.publishing import freshness
from pipelines.publishing.edition import Edition, point_latest, write_edition
from warehouse import database, following
from warehouse.home import Home
from warehouse.identity import redirects as published

__all__ = ["Edition", "publish"]


def publish(home: Home) -> Edition:
    """Publish the checked work file; returns the edition that now is the latest."""
    database.finish(home)
    edition = write_edition(home, home.work_file)
    database.put_in_place(home)
    following.ended(home)
    published.record(home)
    point_latest(home, edition)
    freshness.write(home, edition.edition_id)
    return edition
