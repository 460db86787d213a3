"""From samples to an artefact: three banks, the decision, and what cross-validation says of them.

Deterministic: the same samples give the same bytes on the same machine and numpy.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np

from jiesu.model.words import Intent, Urgency
from jiesu.triage import categories
from jiesu.triage import judge as judging
from jiesu.triage.judge import CATEGORY, INTENT, POLICE, TOPIC, URGENCY, WORK
from jiesu.triage.model import read
from jiesu.triage.ngrams import fingerprint
from jiesu.triage.tokens import COUNT, tokens
from ops.errors import OperatorError
from ops.training import banks, deciding
from ops.training.banks import FittedBank, Plan
from ops.training.corpus import Sample, Source
from ops.training.deciding import WORK_CLASSES, Judged
from ops.training.splits import folds, is_frozen, with_titles_beside_their_petitions
from ops.training.svm import Floats
from ops.training.texts import Text, prepare

FOLDS = 5
NEEDED = (Source.PETITIONS, Source.WEIBO, Source.REPOSTS)

_WORK_ROWS, _TOPIC_ROWS, _POLICE_ROWS = 48_000, 40_000, 9_000
_OWN_COST, _COVID_COST = 5.0, 3.0
_WEAK_COST = 0.3
_ELSEWHERE_COST = 0.2

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """An artefact, and what its classes said of samples that they had not seen: texts, margins and true classes by head."""

    artefact: bytes
    learnt: int
    crossed: Mapping[str, "Crossed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossed:
    """Cross-validated margins of one head."""

    classes: tuple[str, ...]
    texts: Sequence[Text]
    margins: Floats
    true: Sequence[str]


def train(samples: Sequence[Sample], *, say: Say) -> Trained:
    """Learn from all samples that are not frozen; `say` is told how far it is.

    Raises `OperatorError` where petitions or either kind of noise are missing.
    """
    present = {sample.source for sample in samples}
    missing = [source for source in NEEDED if source not in present]
    if missing or Source.OWN not in present:
        raise OperatorError(f"to train there must be {', '.join((*NEEDED, 'labelled messages'))}; missing: {', '.join(missing)}")
    learnt = [sample for sample in with_titles_beside_their_petitions(samples) if not is_frozen(sample)]
    say(f"{len(learnt)} samples to learn from; reading them")
    texts = prepare(learnt)

    say("work or not")
    work, judged = _work(texts)
    say("topics of petitions to other offices")
    topic, topic_crossed = _topic(texts)
    say("categories, intents and urgencies")
    police, police_crossed = _police(texts, topic)

    temperatures = {
        head: deciding.sharpness(one.margins, [one.classes.index(name) for name in one.true])
        for head, one in {TOPIC: topic_crossed, **police_crossed}.items()
    }
    artefact = banks.pack([work, topic, police], decision=deciding.fit(judged), temperatures=temperatures)
    return Trained(artefact=artefact, learnt=len(learnt), crossed={TOPIC: topic_crossed, **police_crossed})


def _work(texts: Sequence[Text]) -> tuple[FittedBank, Judged]:
    known = [text for text in texts if text.sample.actionable is not None and text.sample.source is not Source.REPLIES]
    targets = np.array([_ways(text.sample) for text in known])
    costs = np.array([_work_cost(text.sample) for text in known])
    counts = [text.counts for text in known]
    plan = Plan(name=WORK, heads={WORK: WORK_CLASSES}, rows=_WORK_ROWS, passes=8)
    margins = banks.cross_margins(plan, counts, targets, costs, folds([text.sample for text in known], FOLDS))
    judged = Judged(
        margins=margins,
        rules=np.array([float(text.reading.weight) for text in known]),
        emergency=np.array([text.urgency.emergency for text in known]),
        actionable=np.array([bool(text.sample.actionable) for text in known]),
        sources=np.array([text.sample.source.value for text in known]),
        kinds=np.array([text.sample.kind.value for text in known]),
    )
    return banks.fit(plan, counts, targets, costs), judged


def _ways(sample: Sample) -> list[float]:
    """For each of `WORK_CLASSES`: is it that way of being work, is it noise, or work of another way."""
    if not sample.actionable:
        return [-1.0] * len(WORK_CLASSES)
    petition = sample.source in (Source.PETITIONS, Source.TITLES)
    own = sample.source is Source.OWN
    pressing = sample.urgency not in (None, Urgency.ROUTINE) or (sample.category or "").startswith("public_aid.")
    distress = sample.source in (Source.COVID, Source.FLOOD) or (own and pressing)
    return [float(petition), float(own), float(distress), 1.0]


def _work_cost(sample: Sample) -> float:
    if sample.source is Source.OWN and sample.actionable:
        return _OWN_COST
    return _COVID_COST if sample.source is Source.COVID else 1.0


def _topic(texts: Sequence[Text]) -> tuple[FittedBank, Crossed]:
    known = [text for text in texts if text.sample.source in (Source.PETITIONS, Source.TITLES)]
    true = [text.sample.topic or "" for text in known]
    classes = tuple(sorted(set(true)))
    targets = np.where(np.array(true)[:, None] == np.array(classes)[None, :], 1.0, -1.0)
    costs = np.ones(len(known))
    counts = [text.counts for text in known]
    plan = Plan(name=TOPIC, heads={TOPIC: classes}, rows=_TOPIC_ROWS, passes=10)
    margins = banks.cross_margins(plan, counts, targets, costs, folds([text.sample for text in known], FOLDS))
    return banks.fit(plan, counts, targets, costs), Crossed(classes=classes, texts=known, margins=margins, true=true)


def _police(texts: Sequence[Text], topic: FittedBank) -> tuple[FittedBank, dict[str, Crossed]]:
    heads = {
        CATEGORY: tuple(one.code for one in categories.choices() if one.code != categories.NOISE),
        INTENT: tuple(Intent),
        URGENCY: tuple(Urgency),
    }
    lessons = [(text, lesson) for text in texts if (lesson := _lesson(text)) is not None]
    known = [text for text, _ in lessons]
    counts = _with_tokens(known, topic)
    targets = np.array([_police_targets(lesson, heads) for _, lesson in lessons])
    costs = np.array([lesson.cost for _, lesson in lessons])
    plan = Plan(name=POLICE, heads=heads, rows=_POLICE_ROWS)
    margins = banks.cross_margins(plan, counts, targets, costs, folds([text.sample for text in known], FOLDS))
    crossed = {}
    start = 0
    for head, classes in heads.items():
        true = [
            {CATEGORY: text.sample.category, INTENT: text.sample.intent, URGENCY: text.sample.urgency}[head] for text in known
        ]
        chosen = [
            index
            for index, text in enumerate(known)
            if text.sample.source is Source.OWN and text.sample.actionable and true[index] is not None
        ]
        crossed[head] = Crossed(
            classes=classes,
            texts=[known[index] for index in chosen],
            margins=margins[chosen][:, start : start + len(classes)],
            true=[str(true[index]) for index in chosen],
        )
        start += len(classes)
    return banks.fit(plan, counts, targets, costs), crossed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lesson:
    """What a text teaches the bank of police matters, and how much it weighs; None teaches nothing of that head."""

    category: str | None
    also: tuple[str, ...] = ()
    intent: str | None = None
    urgency: str | None = None
    cost: float


def _lesson(text: Text) -> _Lesson | None:
    """Own messages teach all, petitions only what is not for the police, replies by the police what the rules name."""
    sample = text.sample
    if sample.source is Source.OWN and sample.actionable:
        return _Lesson(category=sample.category, also=sample.also, intent=sample.intent, urgency=sample.urgency, cost=1.0)
    if sample.source is Source.TITLES and crc32(sample.text.encode()) % 10 == 0:
        return _Lesson(category=categories.NOT_POLICE, cost=_ELSEWHERE_COST)
    if sample.source is Source.REPLIES and sample.topic == "police" and len(text.reading.category.words) > 1:
        return _Lesson(category=text.reading.category.code, cost=_WEAK_COST)
    return None


def _police_targets(lesson: _Lesson, heads: Mapping[str, tuple[str, ...]]) -> list[float]:
    row: list[float] = []
    for head, classes in heads.items():
        true = {CATEGORY: lesson.category, INTENT: lesson.intent, URGENCY: lesson.urgency}[head]
        for one in classes:
            unknown = true is None or (head == CATEGORY and one in lesson.also)
            row.append(0.0 if unknown else (1.0 if one == true else -1.0))
    return row


def _with_tokens(texts: Sequence[Text], topic: FittedBank) -> list[dict[int, int]]:
    """The n-grams with what the rules saw, as `judge.name` has them."""
    packed = banks.pack([topic], decision=_NO_DECISION, temperatures={})
    model = read(packed)
    counts = []
    for text in texts:
        found = judging.topic_of(text.counts, model)
        more = tokens(text.reading, text.urgency, kind=text.sample.kind, topic=found)
        counts.append({**text.counts, **{fingerprint(token): COUNT for token in more}})
    return counts


_NO_DECISION: dict[str, Any] = {
    "gains": [],
    "offsets": [],
    "rules_weight": 0.0,
    "rules_limit": 0.0,
    "emergency_weight": 0.0,
    "thresholds": {},
}
