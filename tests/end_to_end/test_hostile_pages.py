"""Whatever a page contains, it stays words: in the tables, in the files, in the addresses asked, on the terminal."""

import copy
import re
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest

from pipelines.cli import main
from sources.registry import all_sources, source
from tests.end_to_end.nights import SECOND, answers, copied, night, small_world
from tests.end_to_end.world_changes import MODELS_DEV, OPENROUTER, edited
from tests.loopback import page, redirect
from warehouse.home import Home

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")

HOSTILE = (
    "../../../../etc/passwd",
    "..\\..\\windows\\system32",
    "/absolute/path",
    "'; drop table core.models; --",
    '"); delete from evidence.claims; --',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\x1b[2J\x1b]0;owned\x07red",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} ${7*7} %s %n",
    "right\u202eto left \u200bunseen",
    "line\nbreak\tand tab",
    "null\x00byte",
)
PRINTED = {words for words in HOSTILE if words.isprintable()}
"""Those a page can print; the others hold what nobody can see, and are no id."""
LONG = "Long " + "a-1 (" * 200_000
"""A megabyte, of the kind that brings a careless pattern to its knees."""

AN_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
AN_OFFER = re.compile(r"[a-z0-9][\w.:;=@/-]*")
A_FILE = re.compile(r"\.?\w[\w.-]*")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u202e]")


HOSTS = ("openrouter_models", "models_dev", "openai_models", "xai_language_models")
"""The sources whose pages are hostile; those that find their pages by what others say are asked beside them."""

KEY = "sk-0123456789-hostile"
"""A key that hosts repeat wherever they can."""


@dataclass(frozen=True)
class Attacked:
    """What a night of hostile pages left behind, and the addresses it asked."""

    home: Home
    asked: list[str]

    def column(self, query: str) -> set[str]:
        return {value for (value,) in answers(self.home, query)}


@pytest.fixture(scope="module")
def attacked(one_night: Home, tmp_path_factory: pytest.TempPathFactory) -> Attacked:
    """A night in which one catalogue lists models by hostile ids and names, another sellers by hostile names under a
    hostile name for a file, and hosts repeat the keys they were asked with."""
    home = copied(one_night, tmp_path_factory.mktemp("attacked") / "home")
    with small_world() as world, pytest.MonkeyPatch.context() as patch:
        world.says(OPENROUTER, edited(world.pages[OPENROUTER].body, with_hostile_models))
        body = edited(world.pages[MODELS_DEV].body, with_hostile_sellers)
        world.answers(MODELS_DEV, page(body, Content_Disposition='attachment; filename="../../escaped"'))
        for each in (source("openai_models"), source("xai_language_models")):
            patch.setenv(each.key_variable, KEY)
        (moved,), (repeating,) = source("openai_models").urls, source("xai_language_models").urls
        world.answers(moved, redirect(f"{moved}?key={KEY}"))
        world.answers(f"{moved}?key={KEY}", page(KEY.encode(), f"text/{KEY}", 401, WWW_Authenticate=KEY, ETag=KEY))
        world.answers(repeating, page(world.pages[repeating].body.rstrip(b"} \n") + b', "key": "%s"}' % KEY.encode()))
        # of the others nothing is asked: they say what they said
        asked = [each.id for each in all_sources().values() if each.id in HOSTS or each.discovers]
        assert night(home, SECOND, sources=asked).errors == []
        return Attacked(home, world.mirror.urls)


def with_hostile_models(listed: dict[str, Any]) -> None:
    plain = listed["data"][0] | {"canonical_slug": "acme/zebra-9b", "hugging_face_id": ""}
    twins: list[dict[str, str]] = [{"id": LONG}, {"id": "acme/zebra-99b", "name": LONG}]
    for number, words in enumerate(HOSTILE):
        named = {"name": words, "canonical_slug": words, "hugging_face_id": words}
        twins += [{"id": words}, {"id": f"{words}/zebra-9b"}, {"id": f"acme/zebra-{number}b"} | named]
    listed["data"] += [copy.deepcopy(plain) | each for each in twins]


def with_hostile_sellers(listed: dict[str, Any]) -> None:
    plain = listed["openai"]
    for words in HOSTILE:
        listed[words] = copy.deepcopy(plain) | {"id": words, "name": words}


def test_hostile_words_stay_words(attacked: Attacked) -> None:
    assert {*PRINTED, LONG} <= attacked.column("select subject from evidence.claims")
    assert {*HOSTILE, LONG} <= attacked.column("select value from evidence.claims where attribute = 'name'")
    assert set(HOSTILE) <= attacked.column("select host from evidence.claims")
    assert attacked.column("select model_id from core.models where model_id = 'gpt-5.5'")
    exported = duckdb.sql(f"select subject from '{attacked.home.latest}/core.model_aliases.parquet'").fetchall()
    assert {*PRINTED, LONG} <= {subject for (subject,) in exported}


def test_an_id_nobody_can_see_is_in_doubt(attacked: Attacked) -> None:
    unseen = set(HOSTILE) - PRINTED
    assert not attacked.column("select subject from evidence.claims") & unseen
    ((doubts,),) = answers(attacked.home, "select count(*) from quality.doubts where source_id = 'openrouter_models'")
    assert doubts >= len(unseen)


def test_nothing_is_named_after_hostile_words(attacked: Attacked) -> None:
    models = attacked.column("select model_id from core.models")
    sellers = attacked.column("select provider_id from core.providers")
    offers = attacked.column("select offer_id from core.offers")
    assert [each for each in models | sellers if not AN_ID.fullmatch(each)] == []
    assert [each for each in offers if not AN_OFFER.fullmatch(each)] == []
    assert max(map(len, models | sellers)) < 200
    written = {part for path in attacked.home.root.rglob("*") for part in path.relative_to(attacked.home.root).parts}
    assert [name for name in written if not A_FILE.fullmatch(name)] == []
    assert [url for url in attacked.asked if ".." in url or not url.isascii() or len(url) > 200] == []


def test_a_key_that_hosts_repeat_is_nowhere(attacked: Attacked) -> None:
    assert [url for url in attacked.asked if KEY in url]
    told = answers(
        attacked.home,
        "select outcome, final_url like '%?key=[key]', fetches::varchar like '%hostile%' from raw.fetches as fetches"
        " where source_id in ('openai_models', 'xai_language_models') and outcome != 'not_configured' order by all",
    )
    assert told == [("http_error", True, False), ("wrong_type", False, False)]
    files = [path for path in attacked.home.root.rglob("*") if path.is_file() and not path.is_symlink()]
    assert attacked.home.dagster in {parent for path in files for parent in path.parents}
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def test_a_name_a_host_gives_a_file_is_no_name(attacked: Attacked) -> None:
    assert not list(attacked.home.root.parent.rglob("*escaped*"))
    assert answers(attacked.home, "select 1 from raw.fetches where source_id = 'models_dev' and outcome = 'ok'")


def test_hostile_words_do_nothing_to_a_terminal(
    attacked: Attacked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALMANAC_HOME", str(attacked.home.root))
    shown = ""
    for words in (["gaps", "--kind", "unresolved_name"], ["changes"], ["sources"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert not ended.value.code
        shown += capsys.readouterr().out
    assert "etc/passwd" in shown
    assert UNSEEN.search(shown) is None
