"""`jiesu frequencies`: the first table of how common n-grams are, counted on a folder of petitions."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from jiesu.matters import frequencies
from jiesu.matters.likeness import Frequencies
from jiesu.triage.ngrams import fingerprints, ngrams
from jiesu.triage.text import clean
from ops.errors import OperatorError
from ops.training import corpus
from ops.training.corpus import Source

app = typer.Typer()

SHIPPED = Path(__file__).resolve().parents[1] / "layers/jiesu/python/jiesu/matters/data" / frequencies.SHIPPED

LEAST_COUNT = 30
"""Petitions that an n-gram must be in: rarer ones say less of the language than of who wrote to that city that year."""
WEIGHT = 0.3
"""What a petition to another city counts for beside a message of one's own."""


@app.command("frequencies")
def build_frequencies(
    data: Annotated[Path, typer.Option("--data", exists=True, file_okay=False, help="Folder that holds petitions_*.jsonl.")],
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="Where to write; the shipped table's place.")] = SHIPPED,
) -> None:
    """Count the n-grams of petitions into the table that a new installation begins with. The same files give the same bytes."""
    read = corpus.read(data)
    texts = [one.text for one in read.of(Source.PETITIONS)]
    if not texts:
        raise OperatorError(f"{data} has no petitions_*.jsonl")
    table = of_texts(texts)
    out.write_bytes(frequencies.packed(table))
    learnt = {
        name: digest
        for name, digest in read.files.items()
        if name.startswith(Source.PETITIONS) and not name.startswith(Source.REPLIES)
    }
    paper = {"files": learnt, "texts": len(texts), "ngrams": len(table.counts), "weight": WEIGHT, "least_count": LEAST_COUNT}
    out.with_name(f"{out.stem}-provenance.json").write_text(
        json.dumps(paper, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    typer.echo(f"{out.name}: {len(table.counts)} n-grams of {len(texts)} petitions, {out.stat().st_size} bytes")


def of_texts(texts: list[str]) -> Frequencies:
    """The table of `texts`, by their weight; only n-grams of `LEAST_COUNT` of them."""
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(fingerprints(ngrams(clean(text))))
    weighed = Counter({key: round(count * WEIGHT) for key, count in counts.items() if count >= LEAST_COUNT})
    return frequencies.bounded(round(len(texts) * WEIGHT), weighed)
