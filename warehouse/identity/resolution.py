"""The decisions: many spellings and what they say of each other → one model each, or an abstention with its reason.

The grammar speaks first; a cross-reference may complete what a name leaves out, never overrule what it says; curated
aliases settle the names that neither can. Nothing is guessed: two candidates are an abstention that lists both.
Deterministic and independent of the order of its input. Claims, dates and storage do not belong here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Final

import yaml

from sources.contract import CROSS_REFERENCES, Observation
from warehouse.identity import labs
from warehouse.identity.names import REPOSITORIES, Parse, is_base_if_bare, parse


@dataclass(frozen=True, slots=True)
class Spelling:
    """One name as one source prints it, and what that source says beside it ("" or None where it says nothing)."""

    source_id: str
    subject: str
    host: str = ""
    name: str = ""
    canonical_slug: str = ""
    hugging_face_id: str = ""
    alias_target: str = ""
    base_model: str = ""
    lab: str = ""
    product_type: str = ""
    open_weights: bool | None = None
    context_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """The model a spelling names, or None; `rule` says what decided, `detail` in words why, or why not."""

    source_id: str
    subject: str
    model_id: str | None
    lab_id: str | None
    variant: str
    rule: str
    detail: str = ""
    candidates: tuple[str, ...] = ()


_SAID_BESIDE: Final = frozenset({"name", "lab", "product_type", "open_weights", "context_tokens"})


def spellings(source_id: str, observations: Iterable[Observation]) -> Iterator[Spelling]:
    """The spellings one source's observations hold, one per subject, in order of subject."""
    said: dict[str, dict[str, object]] = defaultdict(dict)
    hosts: dict[str, str] = {}
    for each in observations:
        fields = said[each.subject]
        hosts[each.subject] = hosts.get(each.subject) or each.host
        if each.attribute in CROSS_REFERENCES | _SAID_BESIDE:
            # A field said twice (another condition, a later page) keeps its greatest spelling: order must not matter.
            fields[each.attribute] = max(fields.get(each.attribute, each.value), each.value, key=str)
    for subject in sorted(said):
        fields = said[subject]
        tokens, weights = fields.get("context_tokens"), fields.get("open_weights")
        texts = {key: str(value) for key, value in fields.items() if key not in {"context_tokens", "open_weights"}}
        yield Spelling(
            source_id,
            subject,
            hosts[subject],
            **texts,
            open_weights=weights if isinstance(weights, bool) else None,
            context_tokens=tokens if isinstance(tokens, int) else None,
        )


@cache
def curated_aliases() -> Mapping[str, str]:
    """Slug as the grammar writes it → model_id, for names no grammar can know; from ``reference/aliases.yaml``."""
    text = resources.files("warehouse").joinpath("reference/aliases.yaml").read_text("utf-8")
    return {alias: str(entry["model"]) for entry in yaml.safe_load(text) for alias in entry["aliases"]}


def resolve(spellings: Iterable[Spelling], aliases: Mapping[str, str] | None = None) -> list[Resolution]:
    """One resolution per (source_id, subject), in that order. `aliases` default to the curated ones."""
    merged = _merged(spellings)
    known = _Known(merged, curated_aliases() if aliases is None else aliases)
    decided = [_decide(spelling, known) for spelling in merged]
    return _told_apart(decided)


def _merged(spellings: Iterable[Spelling]) -> list[Spelling]:
    """One spelling per (source_id, subject); what repeats say is combined, the greatest text where they differ."""
    groups: dict[tuple[str, str], list[Spelling]] = defaultdict(list)
    for each in spellings:
        groups[each.source_id, each.subject].append(each)
    merged = []
    for _, group in sorted(groups.items()):
        first = group[0]
        for other in group[1:]:
            first = replace(
                first,
                **{
                    field: max(getattr(first, field), getattr(other, field))
                    for field in ("host", "name", "canonical_slug", "hugging_face_id", "alias_target", "base_model", "lab")
                },
            )
        merged.append(first)
    return merged


def _is_repository(spelling: Spelling) -> bool:
    """Whether the subject is itself the path of a repository, not a seller's word for what is in one."""
    return spelling.source_id.startswith("huggingface") and spelling.host in {"", "featherless-ai", "hf-inference"}


def _parsed(spelling: Spelling) -> Parse:
    subject = spelling.subject.removeprefix(f"{spelling.host}/") if spelling.host else spelling.subject
    return parse(subject, REPOSITORIES) if _is_repository(spelling) else parse(spelling.subject, spelling.host)


class _Known:
    """What the whole batch attests: the slugs of makers' names, and who carries which canonical slug."""

    def __init__(self, spellings: list[Spelling], aliases: Mapping[str, str]) -> None:
        self.aliases = aliases
        self.owners: dict[tuple[str, str], list[Spelling]] = defaultdict(list)
        self.slugs: set[str] = set()
        self.repositories: set[str] = set()
        self.fuller: dict[frozenset[str], dict[str, Parse]] = defaultdict(dict)
        for each in spellings:
            name, repository = _parsed(each), parse(each.hugging_face_id, REPOSITORIES)
            self._attest(name)
            self._attest(repository)
            self.repositories.add(repository.slug)
            if _is_repository(each):
                self.repositories.add(name.slug)
            if each.canonical_slug and each.canonical_slug != each.subject:
                self.owners[each.source_id, each.canonical_slug].append(each)

    def _attest(self, name: Parse) -> None:
        if name.family and not name.refusal and not name.uploader:
            self.slugs.add(name.slug)
            if name.active:
                self.fuller[name.parts - {name.active}][name.slug] = name

    def model(self, name: Parse) -> str:
        slug = name.slug
        return self.aliases.get(slug, slug)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A name as far as it could be read, and what read it; a refusal stays in the name."""

    name: Parse
    rule: str = "grammar"
    detail: str = ""
    candidates: tuple[str, ...] = ()


_TELLING: Final = ("alias_target", "hugging_face_id", "name", "base_model")
"""Fields that may complete a name, the most exact first."""


def _decide(spelling: Spelling, known: _Known) -> Resolution:
    name = _parsed(spelling)
    read = _as_owners_do(spelling, name, known) or _read(spelling, name, known)
    found = known.model(read.name) if not read.name.refusal else known.aliases.get(read.name.slug, "")
    return Resolution(
        source_id=spelling.source_id,
        subject=spelling.subject,
        model_id=found or None,
        lab_id=read.name.lab or None,
        variant=";".join(dict.fromkeys(name.variant)),
        rule=("alias" if read.name.slug in known.aliases else read.rule) if found else "abstained",
        detail=read.detail if found else (read.detail or read.name.refusal or "no words to go by"),
        candidates=() if found else read.candidates,
    )


def _read(spelling: Spelling, name: Parse, known: _Known) -> _Reading:
    read = _Reading(name)
    for field in _TELLING:
        said = _said(spelling, field)
        if said and _completes(said, name, field) and said.slug in known.slugs:
            read = _Reading(said, field, f"{field} says {said.slug}")
            break
    if read.name is name and is_base_if_bare(name) and not _is_base(spelling, name):
        return _tuned(spelling, name)
    if own := _own_release(read.name, known):
        return _Reading(own, "release", f"{name.date} is the release {own.slug}")
    if rivals := _either(read.name, known):
        return _Reading(replace(read.name, refusal="instruct or thinking: the name does not say"), candidates=rivals)
    return _completed(read, known)


def _is_base(spelling: Spelling, name: Parse) -> bool:
    return _is_repository(spelling) or parse(spelling.hugging_face_id, REPOSITORIES).slug == name.slug


def _tuned(spelling: Spelling, name: Parse) -> _Reading:
    """The bare name of base weights in a seller's mouth: its instruct model where the seller has no base, else unclear."""
    role = "it" if name.family == "gemma" else "chat" if (name.family, name.version) == ("llama", "2") else "instruct"
    tuned = replace(name, roles=(role,))
    if {spelling.source_id, spelling.host, *spelling.subject.split("/")[:-1]} & labs.SELLS_NO_BASE:
        return _Reading(tuned, "sells_no_base", f"the host sells {tuned.slug} under the bare name")
    refused = replace(name, refusal="base or instruct: the name does not say")
    return _Reading(refused, candidates=(name.slug, tuned.slug))


def _either(name: Parse, known: _Known) -> tuple[str, ...]:
    """The two siblings a bare name could mean, where no repository of the maker's bears the bare name itself."""
    if name.roles or name.refusal or name.uploader or not name.size or name.slug in known.repositories | known.aliases.keys():
        return ()
    siblings = {replace(name, roles=(role,)).slug for role in ("instruct", "thinking")}
    return tuple(sorted(siblings)) if siblings <= known.slugs else ()


def _completed(read: _Reading, known: _Known) -> _Reading:
    """The active size of a mixture filled in where only one model of that name and size is attested."""
    name = read.name
    if not name.size or name.active or name.uploader or name.refusal or name.slug in known.aliases:
        return read
    fuller = known.fuller.get(name.parts, {})
    if len(fuller) == 1:
        ((slug, full),) = fuller.items()
        return _Reading(full, "completed", f"the only one of its size is {slug}")
    if fuller:
        refused = replace(name, refusal="several models fit")
        return _Reading(refused, candidates=tuple(sorted(fuller)))
    return read


def _as_owners_do(spelling: Spelling, name: Parse, known: _Known) -> _Reading | None:
    """A canonical slug is whatever the ids that carry it are, where they are one model."""
    owners = known.owners.get((spelling.source_id, spelling.subject), [])
    read = [_read(owner, _parsed(owner), known).name for owner in owners]
    models = {known.model(each): each for each in read if not each.refusal}
    if len(models) == 1:
        ((slug, model),) = models.items()
        return _Reading(model, "canonical_slug", f"the canonical slug of {slug}")
    if models and known.model(name) not in models:
        return _Reading(replace(name, refusal="a canonical slug that several models share"), candidates=tuple(sorted(models)))
    return None


def _said(spelling: Spelling, field: str) -> Parse | None:
    text = getattr(spelling, field)
    if not text:
        return None
    if field != "name":
        return parse(text, REPOSITORIES if field == "hugging_face_id" else "")
    maker, colon, rest = text.partition(": ")
    said = parse(rest if colon else text)
    return said if said.family or not colon else parse(f"{maker} {rest}")


_TOLD_ROLES: Final = frozenset({"instruct", "it"})
"""Roles a display name may add; it may not turn a model into its base, its preview or its thinking sibling."""


def _completes(said: Parse, name: Parse, field: str) -> bool:
    """Whether `said` is the same name with more of its typed details, and denies nothing of it."""
    if said.refusal or said.uploader or name.uploader or not said.family:
        return False
    if (said.lab, said.family, said.words) != (name.lab, name.family, name.words) or not name.parts < said.parts:
        return False
    if not name.refusal and said.version != name.version:
        return False
    added = set(said.roles) - set(name.roles)
    return "base" not in added and (field != "name" or added <= _TOLD_ROLES)


def _own_release(name: Parse, known: _Known) -> Parse | None:
    """A full date whose month and day are a release with weights of its own: 250528 of deepseek-r1."""
    digits = name.date.replace("-", "")
    if len(digits) not in (4, 6, 8) or not name.family:
        return None
    # 07-25 is a day in July or July 2025; only the release that is attested can be meant.
    release = digits[-4:] if len(digits) > 4 else digits[2:] + digits[:2]
    for own in (replace(name, release=release, date=""), replace(name, release=release, date="", roles=("instruct",))):
        if own.slug in known.slugs:
            return own
    return None


def _told_apart(decided: list[Resolution]) -> list[Resolution]:
    """Where two makers share a slug each keeps it behind the maker's id; a spelling that names neither maker abstains."""
    makers: dict[str, set[str]] = defaultdict(set)
    for each in decided:
        if each.model_id and each.lab_id:
            makers[each.model_id].add(each.lab_id)
    result = []
    for each in decided:
        shared = makers.get(each.model_id or "", set())
        if len(shared) > 1:
            rivals = tuple(f"{lab}-{each.model_id}" for lab in sorted(shared))
            if each.lab_id:
                each = replace(each, model_id=f"{each.lab_id}-{each.model_id}")
            else:
                detail = "two makers use this name"
                each = replace(each, model_id=None, rule="abstained", detail=detail, candidates=rivals)
        result.append(each)
    return result
