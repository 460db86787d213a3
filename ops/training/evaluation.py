"""An artefact measured: every figure that a folder's files allow, by the code that runs in Lambda.

Of a file that the artefact has learnt from, only the frozen part is measured; of any other file, all of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from jiesu.model.words import MessageKind, Urgency
from jiesu.triage import judge
from jiesu.triage.judge import Matter, Work
from jiesu.triage.model import Model
from jiesu.triage.text import clean
from ops.training import deciding, metrics
from ops.training.corpus import Corpus, Sample, Source
from ops.training.deciding import PREVALENCE
from ops.training.metrics import Bin, ClassFigures
from ops.training.splits import is_frozen, with_titles_beside_their_petitions
from ops.training.svm import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, what is to be reached (with `at_most`, less is better), and on how many texts of which part."""

    name: str
    what: str
    value: float
    target: float | None = None
    at_most: bool = False
    count: int
    part: str

    @property
    def is_met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.at_most else self.value >= self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A text and what was thought of it: for the terminal, never for a file."""

    head: str
    true: str
    said: str
    certainty: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All figures of one artefact on one folder. `mistakes` hold citizens' texts and leave with nothing that is saved."""

    model_version: str
    rows: tuple[Row, ...]
    classes: Mapping[str, list[ClassFigures]]
    confusions: Mapping[str, list[tuple[str, str, int]]]
    calibration: tuple[Bin, ...]
    mistakes: tuple[Mistake, ...] = field(repr=False)

    def value(self, name: str) -> float | None:
        return next((row.value for row in self.rows if row.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """All of it but the texts."""
        return {
            "model_version": self.model_version,
            "prevalence": PREVALENCE,
            "rows": [{**asdict(row), "value": round(row.value, 4), "is_met": row.is_met} for row in self.rows],
            "classes": {head: [_short(asdict(one)) for one in figures] for head, figures in self.classes.items()},
            "confusions": {head: [list(one) for one in pairs] for head, pairs in self.confusions.items()},
            "calibration": [_short(asdict(one)) for one in self.calibration],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A sample and what the running code says of it; its matter only where it is work in truth."""

    sample: Sample
    work: Work
    matter: Matter | None

    @property
    def certainty(self) -> float:
        """Its place in the ranking: an emergency stands before all, because it opens a case whatever its probability."""
        return self.work.probability + self.work.urgency.emergency

    def is_work_as(self, kind: MessageKind, model: Model) -> bool:
        return self.work.urgency.emergency or self.work.probability >= min(self.work.threshold, model.decision.thresholds[kind])


@dataclass(frozen=True, slots=True)
class _Found:
    """Figures as they come in."""

    rows: list[Row] = field(default_factory=list)
    classes: dict[str, list[ClassFigures]] = field(default_factory=dict)
    confusions: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def evaluate(corpus: Corpus, own: Sequence[Sample], model: Model, *, learnt_files: Mapping[str, str]) -> Evaluation:
    """Measure `model` on a folder and on the own messages that it never learnt from.

    `learnt_files` names the files that it learnt from with their SHA-256, as its provenance has them.
    """
    part = measured(corpus, learnt_files)
    judged = {source: [_judged(sample, model) for sample in samples] for source, samples in part.items()}
    judged[Source.OWN] = [_judged(sample, model) for sample in own if is_frozen(sample)]
    whole = {source for source in part if not _was_learnt(corpus, source, learnt_files)}
    parts = {source: "all" if source in whole else "frozen" for source in judged}
    found = _Found()
    rows = found.rows
    _topics(judged, parts, model, found)
    _work_rows(judged, parts, rows)
    _threshold_rows(judged, parts, model, rows)
    _own_rows(judged[Source.OWN], found)
    error, bins = _calibration(judged)
    if bins:
        count = sum(len(one) for one in judged.values())
        rows.append(
            Row(
                name="calibration.ece",
                what="expected calibration error of the probability",
                value=error,
                count=count,
                part="as above",
            )
        )
    return Evaluation(
        model_version=model.version,
        rows=tuple(rows),
        classes=found.classes,
        confusions=found.confusions,
        calibration=tuple(bins),
        mistakes=tuple(found.mistakes),
    )


def measured(corpus: Corpus, learnt_files: Mapping[str, str]) -> dict[Source, list[Sample]]:
    """The samples of each file that may measure an artefact that learnt from `learnt_files`."""
    part: dict[Source, list[Sample]] = {}
    for sample in with_titles_beside_their_petitions(corpus.samples):
        if sample.source is not Source.REPLIES and (not _was_learnt(corpus, sample.source, learnt_files) or is_frozen(sample)):
            part.setdefault(sample.source, []).append(sample)
    return part


def _was_learnt(corpus: Corpus, source: Source, learnt_files: Mapping[str, str]) -> bool:
    learnt = set(learnt_files.values())
    return any(name.startswith(source.value) and digest in learnt for name, digest in corpus.files.items())


def _judged(sample: Sample, model: Model) -> Judgement:
    work = judge.weigh(clean(sample.text), kind=sample.kind, model=model)
    matter = judge.name(work, kind=sample.kind, model=model) if sample.actionable and sample.source is Source.OWN else None
    return Judgement(sample=sample, work=work, matter=matter)


def _topics(
    judged: Mapping[Source, list[Judgement]],
    parts: Mapping[Source, str],
    model: Model,
    found: "_Found",
) -> None:
    rows, classes, confusions, mistakes = found.rows, found.classes, found.confusions, found.mistakes
    bank = model.banks[judge.TOPIC]
    names = bank.heads[judge.TOPIC]
    for source, name, what, target in (
        (Source.PETITIONS, "topic.full_text.macro_f1", "petition class, full text: macro-F1", 0.89),
        (Source.TITLES, "topic.titles.macro_f1", "petition class, titles: macro-F1", 0.875),
    ):
        known = judged.get(source, [])
        if not known:
            continue
        said, margins = [], []
        for one in known:
            scores = bank.scores(bank.project(one.work.counts), judge.TOPIC)
            said.append(names[scores.index(max(scores))])
            margins.append(max(scores))
        true = [one.sample.topic or "" for one in known]
        rows.append(
            Row(name=name, what=what, value=metrics.macro_f1(true, said), target=target, count=len(known), part=parts[source])
        )
        head = name.removesuffix(".macro_f1")
        classes[head] = metrics.by_class(true, said)
        confusions[head] = metrics.confusions(true, said)[:12]
        mistakes += [
            Mistake(head=head, true=one, said=other, certainty=margin, text=judgement.sample.text)
            for one, other, margin, judgement in zip(true, said, margins, known, strict=True)
            if one != other
        ]


def _work_rows(judged: Mapping[Source, list[Judgement]], parts: Mapping[Source, str], rows: list[Row]) -> None:
    noise = _ranks([*judged.get(Source.WEIBO, []), *judged.get(Source.REPOSTS, [])])
    if not len(noise):
        return
    for source, name, what, precision, target in (
        (Source.PETITIONS, "work.petitions.recall_at_precision_90", "petitions found at precision .9", 0.9, 0.985),
        (Source.TITLES, "work.titles.recall_at_precision_90", "petition titles found at precision .9", 0.9, None),
        (Source.COVID, "work.help_covid.recall_at_precision_80", "COVID calls for help found at precision .8", 0.8, 0.90),
        (Source.FLOOD, "work.help_flood.recall_at_precision_80", "flood calls for help found at precision .8", 0.8, 0.80),
        (Source.OWN, "work.own.recall_at_precision_80", "own messages found at precision .8", 0.8, None),
    ):
        work = _ranks([one for one in judged.get(source, []) if one.sample.actionable])
        if len(work):
            value = metrics.recall_at_precision(work, noise, precision=precision, prevalence=PREVALENCE)
            rows.append(Row(name=name, what=what, value=value, target=target, count=len(work), part=parts[source]))


def _threshold_rows(judged: Mapping[Source, list[Judgement]], parts: Mapping[Source, str], model: Model, rows: list[Row]) -> None:
    for source, name, kind, target in (
        (Source.WEIBO, "false_alarms.weibo_noise", MessageKind.MENTION, 0.01),
        (Source.REPOSTS, "false_alarms.repost_comments", MessageKind.COMMENT, 0.004),
        (Source.WEIBO, "false_alarms.weibo_noise_as_private", MessageKind.PRIVATE, None),
        (Source.REPOSTS, "false_alarms.repost_comments_as_private", MessageKind.PRIVATE, None),
    ):
        known = judged.get(source, [])
        if known:
            what = f"{source.value} taken for work, as {kind.value} messages"
            value = metrics.share([one.is_work_as(kind, model) for one in known])
            rows.append(Row(name=name, what=what, value=value, target=target, at_most=True, count=len(known), part=parts[source]))
    for source in (Source.WEIBO, Source.REPOSTS):
        known = judged.get(source, [])
        if known:
            value = metrics.share([one.work.urgency.emergency for one in known])
            name = f"false_emergencies.{source.value}"
            rows.append(
                Row(name=name, what=f"{source.value} taken for emergencies", value=value, count=len(known), part=parts[source])
            )
    for source in (Source.PETITIONS, Source.TITLES, Source.COVID, Source.FLOOD):
        known = [one for one in judged.get(source, []) if one.sample.actionable]
        if known:
            kind = known[0].sample.kind
            value = metrics.share([one.is_work_as(kind, model) for one in known])
            what = f"{source.value} found as {kind.value} messages, at the threshold in use"
            rows.append(Row(name=f"found.{source.value}", what=what, value=value, count=len(known), part=parts[source]))


def _own_rows(own: Sequence[Judgement], found: "_Found") -> None:
    rows, classes, confusions, mistakes = found.rows, found.classes, found.confusions, found.mistakes

    def add(name: str, what: str, value: float, count: int) -> None:
        rows.append(Row(name=name, what=what, value=value, count=count, part="frozen"))

    work = [one for one in own if one.sample.actionable]
    for kinds, name in (((MessageKind.PRIVATE,), "private"), ((MessageKind.MENTION, MessageKind.COMMENT), "public")):
        heard = [one.work.actionable for one in work if one.sample.kind in kinds]
        alarms = [one.work.actionable for one in own if not one.sample.actionable and one.sample.kind in kinds]
        add(f"own.{name}.found", f"own {name} messages that are work and found", metrics.share(heard), len(heard))
        add(
            f"own.{name}.false_alarms",
            f"own {name} messages that are noise and taken for work",
            metrics.share(alarms),
            len(alarms),
        )
    pressing = [one for one in work if one.sample.urgency is Urgency.CRITICAL]
    add(
        "own.critical.found",
        "own critical messages marked as emergencies",
        metrics.share([one.work.urgency.emergency for one in pressing]),
        len(pressing),
    )
    for head, field_name in ((judge.CATEGORY, "category"), (judge.INTENT, "intent"), (judge.URGENCY, "urgency")):
        known = [one for one in work if getattr(one.sample, field_name) is not None and one.matter is not None]
        true = [str(getattr(one.sample, field_name)) for one in known]
        guess = [str(getattr(one.matter, field_name)) for one in known]
        add(f"own.{head}.macro_f1", f"own messages, {head}: macro-F1", metrics.macro_f1(true, guess), len(known))
        add(
            f"own.{head}.accuracy",
            f"own messages, {head}: share right",
            metrics.share([a == b for a, b in zip(true, guess, strict=True)]),
            len(known),
        )
        classes[f"own.{head}"] = metrics.by_class(true, guess)
        confusions[f"own.{head}"] = metrics.confusions(true, guess)[:12]
        mistakes += [
            Mistake(head=f"own.{head}", true=a, said=b, certainty=one.matter.likelihoods[0][1], text=one.sample.text)
            for a, b, one in zip(true, guess, known, strict=True)
            if a != b and one.matter is not None
        ]
    named = [one for one in work if one.matter is not None]
    groups = [_group(one.sample.category or "") == _group(one.matter.category) for one in named if one.matter is not None]
    add(
        "own.category_group.accuracy",
        "own messages, upper level of the category: share right",
        metrics.share(groups),
        len(groups),
    )
    three = [one.sample.category in [code for code, _ in one.matter.likelihoods[:3]] for one in named if one.matter is not None]
    add("own.category.among_three", "own messages, category among the three likeliest", metrics.share(three), len(three))
    missed = sorted((one for one in work if not one.work.actionable), key=lambda one: one.work.probability)
    mistakes += [_work_mistake(one, "work", "noise") for one in missed]
    alarms_heard = sorted(
        (one for one in own if not one.sample.actionable and one.work.actionable), key=lambda one: -one.work.probability
    )
    mistakes += [_work_mistake(one, "noise", "work") for one in alarms_heard]


def _work_mistake(one: Judgement, true: str, said: str) -> Mistake:
    certainty = one.work.probability if said == "work" else 1 - one.work.probability
    return Mistake(head="own.work", true=true, said=said, certainty=certainty, text=one.sample.text)


def _calibration(judged: Mapping[Source, list[Judgement]]) -> tuple[float, list[Bin]]:
    known = [one for group in judged.values() for one in group if one.sample.actionable is not None]
    if not known or all(one.sample.actionable for one in known):
        return 0.0, []
    actionable = np.array([bool(one.sample.actionable) for one in known])
    facts = deciding.Judged(
        margins=np.zeros((len(known), 1)),
        rules=np.zeros(len(known)),
        emergency=np.zeros(len(known), dtype=bool),
        actionable=actionable,
        sources=np.array([one.sample.source.value for one in known]),
        kinds=np.array([one.sample.kind.value for one in known]),
    )
    probability = np.array([one.work.probability for one in known])
    return metrics.calibration(probability, actionable, deciding.weights(facts))


def _ranks(judged: Iterable[Judgement]) -> Floats:
    return np.array([one.certainty for one in judged])


def _group(code: str) -> str:
    return code.split(".", maxsplit=1)[0]


def _short(figures: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}
