"""The petition classes by three classifiers on the same texts in one run: scikit-learn's TF-IDF + LinearSVC, fastText, and ours.

python -m bench.triage_compare --data DIR [--json FILE]

`make bench-compare DATA=DIR` runs it in an environment of its own, which has scikit-learn and fastText
(`requirements/compare.txt`); the system needs neither. All three learn from the texts that the shipped model
learnt from and are asked about the frozen tenth. Each class of a text is asked for singly, as messages come.
"""

import argparse
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import fasttext
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from bench.report import columns
from jiesu.triage import judge, model
from jiesu.triage.ngrams import fingerprints, ngrams
from jiesu.triage.text import clean
from ops.errors import OperatorError
from ops.training import corpus, metrics
from ops.training.artefacts import SHIPPED, learnt_files
from ops.training.corpus import Sample, Source
from ops.training.splits import is_frozen, with_titles_beside_their_petitions

ROUNDS = 5
SEED = 20260901
Classify = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one classifier reached. `import_ms` is the median of fresh interpreters; `bytes` is what would have to ship."""

    name: str
    full_text_macro_f1: float
    titles_macro_f1: float
    microseconds: float
    bytes: int
    import_ms: float


def sklearn_classifier(learnt: Sequence[Sample], folder: Path) -> tuple[Classify, int]:
    """Characters 1–3 with sublinear counts into a linear support-vector machine."""
    pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        LinearSVC(class_weight="balanced", random_state=SEED),
    )
    pipeline.fit([clean(one.text) for one in learnt], [one.topic for one in learnt])
    path = folder / "sklearn.pickle"
    path.write_bytes(pickle.dumps(pipeline))
    return lambda text: str(pipeline.predict([clean(text)])[0]), path.stat().st_size


def fasttext_classifier(learnt: Sequence[Sample], folder: Path) -> tuple[Classify, int]:
    """fastText on characters with their bigrams and trigrams, 200,000 buckets; one thread: it learns the same every time."""
    topics = sorted({one.topic or "" for one in learnt})
    lines = folder / "fasttext.txt"
    lines.write_text(
        "".join(f"__label__{topics.index(one.topic or '')} {_spaced(one.text)}\n" for one in learnt), encoding="utf-8"
    )
    trained = fasttext.train_supervised(
        str(lines), wordNgrams=3, epoch=25, lr=0.5, dim=50, bucket=200_000, thread=1, seed=SEED, verbose=0
    )
    path = folder / "fasttext.bin"
    trained.save_model(str(path))

    def classify(text: str) -> str:
        # The binding itself: the wrapper's `predict` does not work with numpy 2.
        ((_, label),) = trained.f.predict(f"{_spaced(text)}\n", 1, 0.0, "strict")
        return topics[int(label.removeprefix("__label__"))]

    return classify, path.stat().st_size


def own_classifier() -> tuple[Classify, int]:
    """The topic bank of the shipped model. Its bytes are those of the whole artefact, two more banks among them."""
    bank = model.load().banks[judge.TOPIC]
    names = bank.heads[judge.TOPIC]

    def classify(text: str) -> str:
        grams = ngrams(clean(text))
        counts = dict(zip(fingerprints(grams), grams.values(), strict=True))
        scores = bank.scores(bank.project(counts), judge.TOPIC)
        return names[scores.index(max(scores))]

    return classify, SHIPPED.stat().st_size


def _spaced(text: str) -> str:
    return " ".join(character for character in clean(text) if not character.isspace())


def _measured(name: str, classify: Classify, size: int, imported: str, asked: dict[Source, list[Sample]]) -> Line:
    reached = {
        source: metrics.macro_f1([one.topic or "" for one in known], [classify(one.text) for one in known])
        for source, known in asked.items()
    }
    joined = "".join(one.text for one in asked[Source.PETITIONS])
    pieces = [joined[start : start + 140] for start in range(0, min(len(joined), 140 * 300) - 139, 140)]
    taken = [min(_microseconds(classify, piece) for _ in range(ROUNDS)) for piece in pieces]
    return Line(
        name=name,
        full_text_macro_f1=round(reached[Source.PETITIONS], 4),
        titles_macro_f1=round(reached[Source.TITLES], 4),
        microseconds=round(statistics.median(taken), 1),
        bytes=size,
        import_ms=round(_import_milliseconds(imported), 1),
    )


def _microseconds(classify: Classify, text: str) -> float:
    before = time.process_time_ns()
    classify(text)
    return (time.process_time_ns() - before) / 1_000


def _import_milliseconds(statement: str) -> float:
    """The median over fresh interpreters of the time that `statement` takes."""
    code = f"import time; before = time.perf_counter_ns(); {statement}; print((time.perf_counter_ns() - before) / 1e6)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(ROUNDS)]
    return statistics.median(float(run.stdout) for run in runs)


def run(folder: Path) -> list[Line]:
    """Train, ask and measure all three. Raises `OperatorError` where the folder is not what the shipped model learnt from."""
    read = corpus.read(folder)
    strangers = sorted(name for name, digest in learnt_files(SHIPPED).items() if read.files.get(name) != digest)
    if strangers:
        raise OperatorError(f"the shipped model learnt from other files: {', '.join(strangers)}; train it on these first")
    samples = [one for one in with_titles_beside_their_petitions(read.samples) if one.source in (Source.PETITIONS, Source.TITLES)]
    learnt = [one for one in samples if not is_frozen(one)]
    asked = {
        source: [one for one in samples if one.source is source and is_frozen(one)]
        for source in (Source.PETITIONS, Source.TITLES)
    }
    with tempfile.TemporaryDirectory() as kept:
        lines = []
        for name, made, imported in (
            ("scikit-learn TF-IDF + LinearSVC", sklearn_classifier(learnt, Path(kept)), _SKLEARN),
            ("fastText", fasttext_classifier(learnt, Path(kept)), "import fasttext"),
            ("ours", own_classifier(), "from jiesu.triage import judge, model; model.load()"),
        ):
            print(f"measuring {name}", file=sys.stderr, flush=True)
            lines.append(_measured(name, *made, imported, asked))
    return lines


_SKLEARN = "import sklearn.svm, sklearn.pipeline, sklearn.feature_extraction.text"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.triage_compare", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="the folder that the shipped model was trained on"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    arguments = parser.parse_args()
    try:
        lines = run(arguments.data)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return 2
    print(columns([("classifier", "full text F1", "titles F1", "µs CPU a text", "bytes", "import ms"), *map(_row, lines)]))
    if arguments.json:
        arguments.json.write_text(
            json.dumps([asdict(one) for one in lines], ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    return 0


def _row(line: Line) -> tuple[Any, ...]:
    return (
        line.name,
        f"{line.full_text_macro_f1:.3f}",
        f"{line.titles_macro_f1:.3f}",
        f"{line.microseconds:,.0f}",
        f"{line.bytes:,}",
        f"{line.import_ms:,.0f}",
    )


if __name__ == "__main__":
    sys.exit(main())
