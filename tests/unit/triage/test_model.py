"""The artefact and what reads it."""

import subprocess
import sys
from importlib.resources import files

import pytest

from jiesu.model.words import MessageKind
from jiesu.triage import judge
from jiesu.triage.lexicon import Lexicon
from jiesu.triage.model import ARTEFACT, MAGIC, ModelFormatError, load, read
from jiesu.triage.ngrams import ngrams

BYTES = (files("jiesu.triage") / "data" / ARTEFACT).read_bytes()


def test_the_artefact_is_no_larger_than_may_ship() -> None:
    assert len(BYTES) <= 1_000_000


@pytest.mark.parametrize("damaged", [b"", b"JSTM", MAGIC, BYTES[:-9], b"X" + BYTES[1:], BYTES[:200]])
def test_a_damaged_artefact_is_refused(damaged: bytes) -> None:
    with pytest.raises(ModelFormatError):
        read(damaged)


def test_nothing_of_the_training_is_imported_at_run_time() -> None:
    code = "import sys; from jiesu.triage.screen import triage; print({'numpy', 'sklearn', 'ops'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


def test_a_text_of_which_nothing_is_known_gets_the_biases() -> None:
    bank = load().banks[judge.WORK]
    assert bank.scores(bank.project({}), judge.WORK) == bank.biases


def test_no_score_silences_an_emergency() -> None:
    work = judge.weigh("有人要跳楼", kind=MessageKind.COMMENT, model=load())
    assert work.urgency.emergency
    assert work.actionable


def test_a_number_is_as_good_as_another() -> None:
    assert ngrams("3号楼") == ngrams("17号楼")


def test_no_ngram_reaches_over_punctuation() -> None:
    assert "丢车" not in ngrams("手机丢,车也丢")


def test_overlapping_words_are_all_found() -> None:
    assert list(Lexicon(["身份", "身份证", "份证"]).find("身份证")) == [(0, "身份"), (0, "身份证"), (1, "份证")]


def test_a_word_of_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="two characters"):
        Lexicon(["赌"])
