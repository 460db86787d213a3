"""All that rules and model say of one text, as numbers and codes; `screen` puts it in words.

The rules decide alone where a life may be in danger; everywhere else they are one voice beside the model's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jiesu.model.words import Intent, MessageKind, Urgency
from jiesu.triage import categories, signals
from jiesu.triage.figures import literal
from jiesu.triage.model import Model, ModelFormatError
from jiesu.triage.ngrams import fingerprint, fingerprints, ngrams
from jiesu.triage.signals import Reading
from jiesu.triage.tokens import COUNT, tokens
from jiesu.triage.urgency import UrgencyMatch, assess

WORK, TOPIC, POLICE = "work", "topic", "police"
"""The banks of the artefact."""

CATEGORY, INTENT, URGENCY = "category", "intent", "urgency"
"""The heads of the bank `POLICE`."""

PLEA_WEIGHT = 4
"""Weight of evidence from which on a request in private is heard whatever the model thinks of it."""

ALSO_LIKELY = 0.2
"""The share of likelihood from which on a second category is named: many messages hold several matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Whether a text is work: how likely, from which probability on it is, and by which class of the head `WORK`.

    `counts` has the text's n-grams by their fingerprints, `spelled` their characters. `is_plea` says that somebody
    asked us in private, in so many words, to do something.
    """

    reading: Reading
    urgency: UrgencyMatch
    counts: Mapping[int, int]
    spelled: Mapping[int, str]
    probability: float
    threshold: float
    way: str
    is_plea: bool

    @property
    def actionable(self) -> bool:
        return self.urgency.emergency or self.is_plea or self.probability >= self.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What kind of work a text is. `likelihoods` has every category with its share of one, the likeliest first.

    It `is_baseless` to send a citizen to another office where neither a word nor a topic speaks for it.
    """

    likelihoods: tuple[tuple[str, float], ...]
    topic: str | None
    intent: Intent
    urgency: Urgency
    is_baseless: bool

    @property
    def category(self) -> str:
        return categories.UNCLEAR if self.is_baseless else self.likelihoods[0][0]

    @property
    def also(self) -> tuple[str, ...]:
        """Other categories that are likely too."""
        return tuple([code for code, share in self.likelihoods[1:] if share >= ALSO_LIKELY])


def weigh(words: str, *, kind: MessageKind, model: Model) -> Work:
    """Whether `words`, which `clean` has made comparable, are work for the office."""
    meant = literal(words)
    reading = signals.read(meant)
    urgency = assess(meant, reading)
    grams = ngrams(words)
    keys = fingerprints(grams)
    counts = dict(zip(keys, grams.values(), strict=True))
    bank = model.banks[WORK]
    scores = bank.scores(bank.project(counts), WORK)
    decision = model.decision
    return Work(
        reading=reading,
        urgency=urgency,
        counts=counts,
        spelled=dict(zip(keys, grams, strict=True)),
        probability=decision.probability(scores, rules=reading.weight, emergency=urgency.emergency),
        threshold=min(decision.thresholds.values()) if _is_plain(reading, urgency) else decision.thresholds[kind],
        way=bank.heads[WORK][decision.speaker(scores)],
        is_plea=kind is MessageKind.PRIVATE and "request" in reading.codes and reading.weight >= PLEA_WEIGHT,
    )


def _is_plain(reading: Reading, urgency: UrgencyMatch) -> bool:
    """Whether the rules see so much that a message need not have been sent in private to be heard.

    A matter of the police with more evidence beside it, or harm that goes on: the model may then
    silence only what it is sure of.
    """
    matter = max([one.weight for one in reading.evidence if one.code == "police_matter"], default=0)
    suffered = bool(reading.codes & {"harm", "help"})
    return (matter >= 3 and reading.weight >= 5) or (urgency.urgency is Urgency.URGENT and suffered)


def name(work: Work, *, kind: MessageKind, model: Model) -> Matter:
    """What kind of work it is: category, intent and urgency, by the rules' findings and the n-grams together."""
    topic = topic_of(work.counts, model)
    found = work.reading.category
    seen = tokens(work.reading, work.urgency, kind=kind, topic=topic)
    counts = {**work.counts, **{fingerprint(token): COUNT for token in seen}}
    bank = model.banks[POLICE]
    projection = bank.project(counts)
    shares = model.likelihoods(CATEGORY, bank.scores(projection, CATEGORY))
    likelihoods = sorted(zip(bank.heads[CATEGORY], shares, strict=True), key=lambda one: -one[1])
    intents, urgencies = bank.scores(projection, INTENT), bank.scores(projection, URGENCY)
    learnt = Urgency(bank.heads[URGENCY][urgencies.index(max(urgencies))])
    return Matter(
        likelihoods=tuple([one for one in likelihoods if categories.is_known(one[0])]),
        topic=topic,
        intent=_said_outright(work) or Intent(bank.heads[INTENT][intents.index(max(intents))]),
        urgency=_faster(work.urgency.urgency, learnt),
        is_baseless=likelihoods[0][0] == categories.NOT_POLICE and topic is None and not (found.words or found.hints),
    )


def topic_of(counts: Mapping[int, int], model: Model) -> str | None:
    """Which kind of petition to other offices a text is most like; None where it is like none."""
    bank = model.banks[TOPIC]
    scores = bank.scores(bank.project(counts), TOPIC)
    highest = max(scores)
    return bank.heads[TOPIC][scores.index(highest)] if highest > 0 else None


def _said_outright(work: Work) -> Intent | None:
    """The intent where rules leave no doubt: who is in danger needs help, who says 举报 reports, who saw it tells."""
    if work.urgency.emergency:
        return Intent.HELP
    accusations = [word for one in work.reading.evidence if one.code == "accusation" for word in one.found]
    if any(word in ("举报", "揭发", "检举", "控告") for word in accusations):
        return Intent.REPORT
    return Intent.LEAD if "witness" in work.reading.codes and work.urgency.urgency is Urgency.ROUTINE else None


def _faster(by_rules: Urgency, learnt: Urgency) -> Urgency:
    """The model may make a matter urgent, never slower than the rules have it, and never critical by itself."""
    if learnt is not Urgency.ROUTINE and by_rules is Urgency.ROUTINE:
        return Urgency.URGENT
    return by_rules


def check(model: Model) -> Model:
    """`model`, once it has thought of something. Raises `ModelFormatError` where it lacks what thinking needs.

    An artefact can be whole and still be of another making: without a bank, with other heads.
    """
    try:
        for kind in MessageKind:
            name(weigh(_PROBE, kind=kind, model=model), kind=kind, model=model)
    except (KeyError, IndexError, ValueError, ArithmeticError) as error:
        raise ModelFormatError(f"an artefact that cannot think: {type(error).__name__}") from error
    return model


_PROBE = "昨晚有人在小区门口打人请查处"
