"""The decisions: many spellings and what they say of each other → one model each, or an abstention with its reason.

The grammar speaks first; a cross-reference may complete what a name leaves out, never overrule what it says; a display
name that says more than its id decides, and one that contradicts it leaves both in doubt; curated aliases settle the
names that neither can. Nothing is guessed: two candidates are an abstention that lists both.
Deterministic and independent of the order of its input. Claims, dates and storage do not belong here.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Final

from warehouse import yaml_files
from warehouse.identity import conventions, labs
from warehouse.identity.model_name import Parse
from warehouse.identity.names import REPOSITORIES, parse

ALIASES: Final = Path(__file__).parents[1] / "reference" / "aliases.yaml"

CURATED: Final = "curated"
"""The source that speaks of models by the ids we publish."""


POINTED: Final = "points"
"""The rule of a name that moves, where its source says what it points to; it holds while the source says so."""


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


_TEXTS: Final = ("name", "canonical_slug", "hugging_face_id", "alias_target", "base_model", "lab", "product_type")


@cache
def curated_aliases() -> Mapping[str, str]:
    """Slug as the grammar writes it → model_id, for names no grammar can know; from ``reference/aliases.yaml``."""
    return {alias: entry["model"] for entry in yaml_files.read(ALIASES) for alias in entry["aliases"]}


def resolve(
    spellings: Iterable[Spelling], aliases: Mapping[str, str] | None = None, past: Iterable[Spelling] = ()
) -> list[Resolution]:
    """One resolution per (source_id, subject), in that order, then one for each of `past` in theirs.

    aliases   the curated ones where None
    past      what moving names stood for before, each with the target it had then; they attest nothing
    """
    merged, before = _merged(spellings), list(past)
    known = Known(lambda: merged, aliases, before)
    return _told_apart([decided(spelling, known) for spelling in (*merged, *before)])


def _merged(spellings: Iterable[Spelling]) -> list[Spelling]:
    """One spelling per (source_id, subject), sorted; where repeats differ, the greatest text."""
    groups: dict[tuple[str, str], list[Spelling]] = defaultdict(list)
    for each in spellings:
        groups[each.source_id, each.subject].append(each)
    return [
        replace(group[0], **{field: max(getattr(each, field) for each in group) for field in ("host", *_TEXTS)})
        for _, group in sorted(groups.items())
    ]


# --- what the batch attests --------------------------------------------------------------------------------------


def _is_repository(spelling: Spelling) -> bool:
    """Whether the subject is itself the path of a repository, not a seller's word for what is in one."""
    return spelling.source_id.startswith("huggingface") and spelling.host in {"", "featherless-ai", "hf-inference"}


def _is_upload(spelling: Spelling) -> bool:
    """Whether the subject is the path of a repository that is no maker's."""
    owner, slash, _ = spelling.subject.removeprefix(f"{spelling.host}/").partition("/")
    return bool(slash) and _is_repository(spelling) and owner.lower().replace("_", "-") not in labs.LAB_OF_ORGANISATION


def _parsed(spelling: Spelling) -> Parse:
    if _is_repository(spelling):
        return parse(spelling.subject.removeprefix(f"{spelling.host}/"), REPOSITORIES)
    return parse(spelling.subject, spelling.host)


def _gateway(source_id: str) -> str:
    """Whose ids a source prints: all of OpenRouter's endpoints speak one language."""
    return source_id.partition("_")[0]


def _seller(host: str) -> str:
    """Who sells, whatever a catalogue calls it: ``bedrock`` of ``amazon-bedrock`` and ``bedrock_converse``."""
    return re.split(r"[-_]", re.sub(r"^(?:amazon|google)[-_]", "", host.lower()))[0]


def _id_at_seller(spelling: Spelling) -> tuple[str, str]:
    """The seller and its own id of the model, less what a catalogue puts before it."""
    return _seller(spelling.host or spelling.source_id), spelling.subject.removeprefix(f"{spelling.host}/").lower()


def _ids_within(subject: str) -> Iterator[str]:
    """What may be the gateway's id in an endpoint's ``host/region/id``, the longest first."""
    parts = subject.split("/")
    return ("/".join(parts[at:]) for at in range(1, len(parts)))


def _lists_asked_by(spelling: Spelling) -> Iterator[tuple[str, str]]:
    """The gateway's own lines that may speak for a name."""
    gateway = _gateway(spelling.source_id)
    if spelling.alias_target:
        yield gateway, spelling.alias_target
    if spelling.source_id.endswith("_endpoints"):
        for subject in (spelling.subject, spelling.alias_target, _told_by(spelling.name)):
            yield from ((gateway, each) for each in _ids_within(subject))


_AN_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,119}")
"""How ids are written, whatever words a page may print; a name that gives another one names no model."""


class Known:
    """What all spellings together attest: the slugs makers' names have, and who carries which canonical slug.

    What anybody uploads under his own name attests nothing, and of it only the lines that others ask for are held: this
    grows with makers' and sellers' names, however many uploads there are.
    """

    def __init__(
        self,
        read: Callable[[], Iterable[Spelling]],
        aliases: Mapping[str, str] | None = None,
        past: Iterable[Spelling] = (),
    ) -> None:
        """`read` gives every spelling, and is called twice; the others are those of `resolve`."""
        self.aliases = curated_aliases() if aliases is None else aliases
        self.slugs: set[str] = set()
        self.repositories: set[str] = set()
        self.repository_dates: dict[str, set[str]] = defaultdict(set)
        self.mixtures: dict[tuple[str, ...], dict[str, Parse]] = defaultdict(dict)
        self.owners: dict[tuple[str, str], list[Spelling]] = defaultdict(list)
        self.listings: dict[tuple[str, str], Spelling] = {}
        self.words: dict[str, set[str]] = defaultdict(set)
        self.ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.display_names: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._curated = self.aliases.keys() | set(self.aliases.values())
        asked = {listed for each in chain(read(), past) for listed in _lists_asked_by(each)}
        for each in read():
            listed = _gateway(each.source_id), each.subject
            if not each.host and listed in asked:
                self.listings[listed] = each
            if each.name:
                self.display_names[_id_at_seller(each)].add(each.name)
            if each.canonical_slug and each.canonical_slug != each.subject:
                self.owners[_gateway(each.source_id), each.canonical_slug].append(each)
            if each.hugging_face_id or not _is_upload(each):
                self._hear(each)
        self.all_words = frozenset[str]().union(*self.words.values())

    def _hear(self, spelling: Spelling) -> None:
        name, repository = _parsed(spelling), parse(spelling.hugging_face_id, REPOSITORIES)
        self.ids[spelling.source_id, spelling.host].add("" if name.refusal else name.slug)
        self._attest(name)
        self._attest(repository)
        if _is_makers_own(spelling, name):
            self.words[name.lab].update(name.words)
        self.words[repository.lab].update(() if repository.uploader else repository.words)
        for own in (repository, *((name,) if _is_repository(spelling) else ())):
            self.repositories.add(own.slug)
            if not own.uploader:
                self.repository_dates[own.slug].add(own.date)

    def _attest(self, name: Parse) -> None:
        if name.family and not (name.refusal or name.uploader):
            self.slugs.add(name.slug)
            if name.active and "base" not in name.roles:
                self.mixtures[_less_active(name)][name.slug] = name

    def listing(self, spelling: Spelling) -> Spelling | None:
        """The gateway's own line about the id that its endpoint serves."""
        if not spelling.source_id.endswith("_endpoints"):
            return None
        gateway = _gateway(spelling.source_id)
        return next((said for id in _ids_within(spelling.subject) if (said := self.listings.get((gateway, id)))), None)

    def dates_the_only_release(self, name: Parse) -> bool:
        """Whether the date is that of the one repository the weights have: part of their name, no snapshot of them."""
        return bool(name.date) and self.repository_dates.get(name.slug) == {name.date}

    def display_name(self, spelling: Spelling) -> str:
        """The words printed beside an id; where its source prints none, those that others print of the same id."""
        elsewhere = self.display_names.get(_id_at_seller(spelling), set()) if not spelling.name else set()
        agree = len({_named(each).slug for each in elsewhere}) == 1
        return spelling.name or (min(elsewhere) if agree else "")

    def attests(self, name: Parse) -> bool:
        """Whether the name is a maker's and somebody's id or repository, or curated: no marketing word."""
        return not (name.refusal or name.uploader) and (name.slug in self._curated or name.slug in self.slugs)

    def sells_apart(self, spelling: Spelling, name: Parse) -> bool:
        """Whether the same list sells `name` under an id that says so: then this id is no other name of it."""
        return name.slug in self.ids.get((spelling.source_id, spelling.host), ())

    def target(self, spelling: Spelling) -> Spelling | None:
        """What a name that moves points to, as its source lists it, or as a name alone; None where nothing says.

        A seller's own list says it in the display name too; a catalogue's says what somebody once wrote down.
        """
        if not spelling.alias_target:
            said = spelling.name if not spelling.host else ""
            return Spelling(spelling.source_id, _told_by(said)) if self.attests(_named(said)) else None
        listed = self.listings.get((_gateway(spelling.source_id), spelling.alias_target))
        target = listed or Spelling(spelling.source_id, spelling.alias_target, spelling.host)
        return None if _parsed(target).refusal == conventions.MOVES else target

    def model(self, name: Parse) -> str:
        """The model a name stands for, "" where it stands for none."""
        return self.aliases.get(name.slug, "" if name.refusal or not _AN_ID.fullmatch(name.slug) else name.slug)


def _is_makers_own(spelling: Spelling, name: Parse) -> bool:
    """Whether the maker itself, or someone who names it, prints these words behind its family's name."""
    if name.uploader or not name.lab:
        return False
    prefix = re.search(r"(?:^|[./])([a-z0-9-]+)\.(?=[a-z])", spelling.subject.lower())
    printed = {name.organisation, prefix[1] if prefix else "", _gateway(spelling.source_id)}
    makers = {*(labs.LAB_OF_ORGANISATION.get(each) for each in printed), labs.lab_of_host(spelling.host)}
    return name.lab in makers or spelling.source_id == CURATED


def _less_active(name: Parse) -> tuple[str, ...]:
    return (name.family, name.version, name.size, *name.words)


# --- one decision ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Finding:
    """A name as far as it could be read and what read it; a refusal stays in the name."""

    name: Parse
    rule: str = "grammar"
    detail: str = ""
    candidates: tuple[str, ...] = ()


def _refused(name: Parse, reason: str, candidates: Iterable[str]) -> _Finding:
    return _Finding(replace(name, refusal=reason), candidates=tuple(sorted(candidates)))


Decision = tuple[Resolution, str]
"""A resolution and the maker as printed, known lab or not: what tells two models of one name apart."""


def decided(spelling: Spelling, known: Known) -> Decision:
    """The model of one spelling by what is known of all, before those of several makers are told apart."""
    if listing := known.listing(spelling):
        listed, maker = decided(listing, known)
        detail = ": ".join(filter(None, ("as its gateway lists it", listed.detail)))
        return replace(listed, source_id=spelling.source_id, subject=spelling.subject, detail=detail), maker
    name = _parsed(spelling)
    if name.refusal == conventions.MOVES and (target := known.target(spelling)):
        pointed, maker = decided(target, known)
        detail = f"it points to {spelling.alias_target or spelling.name}"
        variant = ";".join(dict.fromkeys((*name.variant, *filter(None, pointed.variant.split(";")))))
        rule = POINTED if pointed.model_id else "abstained"
        moved = replace(pointed, subject=spelling.subject, variant=variant, rule=rule, detail=detail)
        return replace(moved, source_id=spelling.source_id), maker
    found = _as_its_owners(spelling, name, known) or _found(spelling, name, known)
    model = known.model(found.name)
    if not model:
        wordless = "characters or a length that no id has" if found.name.slug else "no words to go by"
        rule, detail = "abstained", found.name.refusal or wordless
    else:
        rule, detail = "alias" if found.name.slug in known.aliases else found.rule, found.detail
    is_dated = rule != "release" and not (
        known.dates_the_only_release(found.name) or _is_of(name.date, found.name.release)
    )
    settings = dict.fromkeys(part for part in name.variant if is_dated or not part.startswith("dated:"))
    variant = ";".join(settings)
    lab = "" if model and _is_a_tune(spelling, found.name, known) else found.name.lab
    candidates = () if model else found.candidates
    resolution = Resolution(
        spelling.source_id, spelling.subject, model or None, lab or None, variant, rule, detail, candidates
    )
    maker = "" if _is_taken_for_its_word(spelling, found.name) else lab or found.name.organisation
    return resolution, maker if _AN_ID.fullmatch(maker) else ""


def _is_of(date: str, release: str) -> bool:
    """Whether a printed date is the release itself: 2026-07-31 of the 0731, and 07-25 of the 2507."""
    digits = date.replace("-", "")
    return bool(release) and release in (digits[-4:], digits[2:6], digits[2:4] + digits[:2])


def _is_taken_for_its_word(spelling: Spelling, name: Parse) -> bool:
    """Whether only a common word says whose this is: ``nova-3`` at a host that is neither Amazon nor Deepgram."""
    return not name.organisation and name.family in labs.COMMON_WORDS and labs.lab_of_host(spelling.host) != name.lab


def _is_a_tune(spelling: Spelling, name: Parse, known: Known) -> bool:
    """Whether a reseller puts words behind a maker's family that the maker never does: somebody's own tune of it."""
    if not name.family or name.uploader or _is_makers_own(spelling, name):
        return False
    makers = known.words[name.lab] if name.size else known.all_words
    words = {word for word in name.words if word.isalpha() or name.size}
    return bool(words - makers - labs.TUNED_ON)


def _found(spelling: Spelling, name: Parse, known: Known) -> _Finding:
    found = _as_told(spelling, name, known)
    if found.name is name:
        found = _as_displayed(spelling, name, known) or found
    if found.candidates:
        return found
    if found.name is name and conventions.is_base_if_bare(name) and not _is_base(spelling, name):
        return _bare(spelling, name)
    if own := _own_release(found.name, known):
        return _Finding(own, "release", f"{name.date} is the release {own.slug}")
    if either := _either(found.name, known):
        return _refused(found.name, "instruct or thinking: the name does not say", either)
    return _with_active(found, known)


_TELLING: Final = ("alias_target", "hugging_face_id", "name", "base_model")
"""Fields that may complete a name, the most exact first."""

_TOLD_BY_DISPLAY_NAMES: Final = frozenset({"exp", "instruct", "it", "vision"})
"""Roles a display name may add; what it says of a preview, of thinking or of base weights may be said of a switch."""


def _as_told(spelling: Spelling, name: Parse, known: Known) -> _Finding:
    moves = "latest-alias" in name.variant
    for field in _TELLING:
        if moves and field == "name":
            continue  # a display name says what the alias meant when someone wrote it down
        if field == "name":
            said = _named(known.display_name(spelling))
            if not name.refusal and known.sells_apart(spelling, said):
                continue
        else:
            said = _said(spelling, field)
        if known.attests(said) and _completes(said, name, field):
            return _Finding(said, field, f"{field} says {said.slug}")
    return _Finding(name)


def _said(spelling: Spelling, field: str) -> Parse:
    return parse(getattr(spelling, field), REPOSITORIES if field == "hugging_face_id" else "")


@lru_cache(maxsize=65536)
def _named(text: str) -> Parse:
    """What a display name says: its maker before a colon or not at all, its model at times in parentheses."""
    return parse(_told_by(text))


def _told_by(text: str) -> str:
    maker, colon, rest = text.partition(": ")
    told = rest if colon and parse(rest).family else f"{maker} {rest}" if colon else text
    inner = re.search(r"\(([^()]+)\)", told)
    # Agentic Chat (Claude Opus 4.5) and Chat Latest (GPT-5.5 Instant): the name is in the parentheses
    return inner[1] if inner and parse(inner[1]).version and not parse(told[: inner.start()]).version else told


def _completes(said: Parse, name: Parse, field: str) -> bool:
    """Whether `said` is the same name with more of its typed details, and denies nothing of it."""
    if said.refusal or said.uploader or name.uploader or not said.family:
        return False
    # A name that moves says little: the chat of deepseek-chat is no detail that its target must repeat, and the
    # reasoner of deepseek-reasoner is what another calls the thinking mode.
    silent = {"chat", "reasoner"} if "thinking" in said.variant else {"chat"}
    printed = name.parts - silent if name.refusal else name.parts
    if not printed < said.parts:
        return False
    words = tuple(word for word in name.words if word in printed)
    if (said.lab, said.family, said.words) != (name.lab, name.family, words):
        return False
    if not name.refusal and said.version != name.version:
        return False
    added = set(said.roles) - set(name.roles) - set(name.variant)
    return "base" not in added and (field != "name" or added <= _TOLD_BY_DISPLAY_NAMES)


def _as_displayed(spelling: Spelling, name: Parse, known: Known) -> _Finding | None:
    """What a display name makes of an id that it neither repeats nor shortens: it says more, or they contradict.

    A display name that is a model's decides where it says all the id says and more (V3.1 of an id that ends in v3).
    Where it says otherwise nobody can tell which of the two was written carelessly.
    """
    printed = known.display_name(spelling)
    said = _with_active(_Finding(_named(printed)), known).name
    if name.refusal or name.uploader or not known.attests(said) or known.sells_apart(spelling, said):
        return None
    if known.model(said) == known.model(name) or parse(spelling.hugging_face_id, REPOSITORIES).slug == name.slug:
        return None
    told = _Finding(said, "name", f"name says {said.slug}")
    if not name.family:
        lab = name.lab or labs.lab_of_host(spelling.host)
        repeats = set(name.words) <= set(re.findall(r"[\w.]+", printed.lower()))
        return told if repeats and lab in {"", said.lab} else None
    if not _details_beyond(said, name):
        return None
    is_less = said.lab != name.lab or _details_beyond(name, said) or bool(name.date and not said.date)
    if not is_less and set(said.roles) - set(name.roles) <= _TOLD_BY_DISPLAY_NAMES:
        return told
    if not spelling.name:
        return None
    either = tuple(sorted((known.model(said), known.model(name))))
    return _Finding(Parse(lab=name.lab, refusal="the id says one model, its display name another"), candidates=either)


_SAYS_NO_MODEL: Final = re.compile(r"^(?:alpha|beta|free|latest)$")
"""Words of a status or of terms, which may stand in a display name without being in the name."""


def _details_beyond(one: Parse, other: Parse) -> bool:
    """Whether `one` says a detail that `other` does not: one it leaves out, or another one in its place."""
    for field in ("version", "size", "active", "experts", "revision", "release"):
        mine, others = (getattr(each, field).lstrip("evkm") for each in (one, other))
        if field == "version" and not others and conventions.is_sold_without_number(other):
            continue  # whatever numbers the product went through
        if mine and mine != others and not others.startswith(f"{mine}."):
            return True
    words = _words(one) - _words(other) - set(other.variant)
    return any(
        not (_SAYS_NO_MODEL.match(word) or (re.fullmatch(r"\d+k", word) and not conventions.is_named_by_context(one)))
        for word in words
    )


def _words(name: Parse) -> set[str]:
    return {*name.family.split("-"), *name.words, *name.roles}


def _as_its_owners(spelling: Spelling, name: Parse, known: Known) -> _Finding | None:
    """A canonical slug is whatever the ids that carry it are, where they are one model."""
    subject = spelling.subject.removeprefix(f"{spelling.host}/") if spelling.host else spelling.subject
    owners = [
        owner
        for gateway in sorted({_gateway(spelling.source_id), spelling.host})
        for owner in known.owners.get((gateway, subject), [])
    ]
    found = [_found(owner, _parsed(owner), known).name for owner in owners]
    models = {known.model(each): each for each in found if known.model(each)}
    if len(models) == 1:
        ((slug, model),) = models.items()
        return _Finding(model, "canonical_slug", f"the canonical slug of {slug}")
    if models and known.model(name) not in models:
        return _refused(name, "a canonical slug that several models share", models)
    return None


def _is_base(spelling: Spelling, name: Parse) -> bool:
    """Whether the spelling is a repository's path, or what stands beside it says that it means the base weights."""
    if _is_repository(spelling) or "base" in _named(spelling.name).roles:
        return True
    return parse(spelling.hugging_face_id, REPOSITORIES).slug == name.slug


def _bare(spelling: Spelling, name: Parse) -> _Finding:
    """The bare name of base weights in a seller's mouth: instruct where the seller has no base, else unclear."""
    tuned = parse(f"{name.slug}-{conventions.instruct_role(name)}")
    if {spelling.source_id, spelling.host, *spelling.subject.split("/")[:-1]} & labs.SELLS_NO_BASE:
        return _Finding(tuned, "sells_no_base", f"the host sells {tuned.slug} under the bare name")
    return _refused(name, "base or instruct: the name does not say", (name.slug, tuned.slug))


def _own_release(name: Parse, known: Known) -> Parse | None:
    """A date that is, in full, a release with weights of its own: 250528 of deepseek-r1."""
    digits = name.date.replace("-", "")
    if not name.family or len(digits) not in (4, 6, 8):
        return None
    # 07-25 is a day in July or July 2025; only a release that is attested can be meant.
    release = digits[-4:] if len(digits) > 4 else digits[2:] + digits[:2]
    dated = replace(name, release=release, date="")
    return next((own for own in (dated, replace(dated, roles=("instruct",))) if own.slug in known.slugs), None)


def _either(name: Parse, known: Known) -> tuple[str, ...]:
    """The two siblings a bare name could mean, where no repository of the maker's bears the bare name itself."""
    if name.roles or name.refusal or name.uploader or not name.size:
        return ()
    siblings = {replace(name, roles=(role,)).slug for role in ("instruct", "thinking")}
    return (
        tuple(siblings)
        if siblings <= known.slugs and name.slug not in known.repositories | known.aliases.keys()
        else ()
    )


def _with_active(found: _Finding, known: Known) -> _Finding:
    """The active size of a mixture filled in, where only one model of that name and size is attested."""
    name = found.name
    if not name.size or name.active or name.uploader or name.refusal or name.slug in known.aliases:
        return found
    fuller = {
        slug: full
        for slug, full in known.mixtures.get(_less_active(name), {}).items()
        if set(name.roles) <= set(full.roles) and name.release in {"", full.release}
    }
    if len(fuller) == 1:
        ((slug, full),) = fuller.items()
        return _Finding(full, "completed", f"the only one of its size is {slug}")
    return _refused(name, "several models fit", fuller) if fuller else found


def _told_apart(decisions: list[Decision]) -> list[Resolution]:
    makers: dict[str | None, set[str]] = defaultdict(set)
    for resolution, maker in decisions:
        if maker:
            makers[resolution.model_id].add(maker)
    return [told_apart(resolution, maker, makers[resolution.model_id]) for resolution, maker in decisions]


def told_apart(resolution: Resolution, maker: str, makers: Collection[str]) -> Resolution:
    """Where two makers share a slug each keeps it behind its own name; a spelling that names neither maker abstains."""
    if not resolution.model_id or len(makers) < 2:
        return resolution
    if maker:
        return replace(resolution, model_id=f"{maker}-{resolution.model_id}")
    rivals = tuple(f"{each}-{resolution.model_id}" for each in sorted(makers))
    detail = "two makers use this name"
    return replace(resolution, model_id=None, rule="abstained", detail=detail, candidates=rivals)
