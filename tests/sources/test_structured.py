"""Entries of structured documents: an odd one, or an odd field of one, is held back alone."""

from collections.abc import Iterator

import pytest

from sources.contract import Doubt
from sources.readers.structured import Entry, each_entry, exact_yaml, json_with_oddities, keyed, listed


def read(entry: Entry) -> Iterator[object]:
    yield from entry.field("price", lambda printed, place: [(place, int(printed))])
    yield from entry.field("limit", lambda printed, place: [(place, int(printed))])


def told(text: str, path: str = "") -> tuple[list[object], list[Doubt]]:
    node = json_with_oddities(text)
    found = listed(node, path) if path else keyed(node)
    said = list(each_entry(found, read, siblings=f"{path}["))
    return [each for each in said if not isinstance(each, Doubt)], [each for each in said if isinstance(each, Doubt)]


def test_an_odd_field_is_in_doubt_and_its_entry_is_read() -> None:
    said, doubts = told('{"a": {"price": "soon", "limit": 5}, "b": {"price": 2, "limit": null}}')
    assert said == [("$['a'].limit", 5), ("$['b'].price", 2)]
    assert [(each.part, each.place, each.words, each.within) for each in doubts] == [
        ("cell", "$['a'].price", "soon", ("$['a'].price",))
    ]


@pytest.mark.parametrize("odd", ["null", "[]", '"text"', '{"price": NaN}', '{"price": 1, "price": 2}'])
def test_an_entry_that_is_none_is_in_doubt_and_the_others_are_read(odd: str) -> None:
    said, doubts = told(f'{{"a": {odd}, "b": {{"price": 2}}}}')
    assert said == [("$['b'].price", 2)]
    assert [(each.part, each.place, each.within) for each in doubts] == [("entry", "$['a']", ("$['a']",))]


def test_a_key_said_twice_is_an_entry_in_doubt() -> None:
    said, doubts = told('{"a": {"price": 1}, "a": {"price": 2}, "b": {"price": 3}}')
    assert said == [("$['b'].price", 3)]
    assert doubts[0].reason == "'a' is said 2 times"


def test_on_an_entry_without_its_name_hangs_whatever_is_gone_from_the_list() -> None:
    said, doubts = told('[{"id": "a", "price": 1}, {"price": 2, "limit": "soon"}, 7]', "data")
    assert said == [("data[id=a].price", 1), ("data[1].price", 2)]
    assert [(each.place, each.within) for each in doubts] == [
        ("data[1].limit", ("data[1].limit",)),
        ("data[2]", ("data[",)),
    ]


def test_yaml_that_multiplies_itself_is_refused() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20))
    with pytest.raises(ValueError, match="aliases"):
        exact_yaml(bomb)
    assert exact_yaml("a: &x 1\nb: *x") == {"a": "1", "b": "1"}


def test_a_value_that_cannot_be_exact_is_quoted_by_the_reason() -> None:
    odd = json_with_oddities('{"price": NaN, "twice": {"a": 1, "a": 2}}')
    assert f"{odd['price']} {odd['twice']}" == "<NaN is not a number> {'a': <'a' is said 2 times>}"
