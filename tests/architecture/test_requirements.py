"""The pinned packages: the same ones in tests and in Lambda, each with its hashes, from no particular host."""

import re

import pytest

from tests.architecture.house import ROOT

LAYERS = ("layers/dependencies/requirements.txt", "layers/dependencies/pictures.txt", "layers/dependencies/documents.txt")
LOCKS = (*LAYERS, "requirements/dev.txt", "requirements/aws.txt", "requirements/compare.txt", "requirements/api.txt")


def pins(lock: str) -> dict[str, str]:
    """Version by package name."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ \\;]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes_and_no_line_names_a_place(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock)) > 0
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"://|index-url|find-links|file:", text)


@pytest.mark.parametrize("layer", LAYERS)
def test_tests_run_on_the_layers_packages(layer: str) -> None:
    tested = pins("requirements/dev.txt")
    assert {name: tested.get(name) for name in pins(layer)} == pins(layer)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_leaves_boto3_to_the_runtime(layer: str) -> None:
    assert not {"boto3", "botocore", "urllib3"} & set(pins(layer))
