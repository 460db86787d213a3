"""What the local deployment builds: nothing twice, equal bytes from equal contents, a clear word when it fails."""

import zipfile
from pathlib import Path

import pytest

from local.deploy import BuildError, build, layer_path

TEMPLATE = """
Resources:
  SayHelloFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/say_hello/, Role: !GetAtt SayHelloRole.Arn}
  WordsLayer:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: makefile}
    Properties: {ContentUri: layers/words/}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: machine.asl.json}
"""
MAKEFILE = "build-WordsLayer:\n\tmkdir -p $(ARTIFACTS_DIR)/python && cp words.py words.pyc $(ARTIFACTS_DIR)/python\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one function, one layer and one state machine."""
    files = {
        "template.yaml": TEMPLATE,
        "machine.asl.json": "{}",
        "functions/say_hello/app.py": "def handler(event, context): ...\n",
        "functions/say_hello/__pycache__/app.cpython-313.pyc": "of this machine",
        "layers/words/words.py": "HELLO = 'hello'\n",
        "layers/words/words.pyc": "compiled",
        "layers/words/Makefile": MAKEFILE,
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def built(project: Path) -> tuple[dict[str, Path], list[str]]:
    """The artifacts, and what was said on the way."""
    said: list[str] = []
    return build(root=project, build_dir=project / ".build", progress=said.append), said


def test_a_function_is_packed_as_it_is_without_this_machines_bytecode(project: Path) -> None:
    artifacts, _ = built(project)
    assert zipfile.ZipFile(artifacts["SayHelloFunction"]).namelist() == ["app.py"]


def test_a_layer_is_packed_as_its_makefile_builds_it_bytecode_included(project: Path) -> None:
    artifacts, _ = built(project)
    assert zipfile.ZipFile(artifacts["WordsLayer"]).namelist() == ["python/words.py", "python/words.pyc"]
    assert (layer_path("WordsLayer", project / ".build") / "words.py").exists()


def test_a_state_machine_is_taken_as_it_is(project: Path) -> None:
    artifacts, _ = built(project)
    assert artifacts["Machine"] == project / "machine.asl.json"


def test_what_has_not_changed_is_not_built_again(project: Path) -> None:
    first, said_first = built(project)
    second, said_second = built(project)
    assert (first, said_first) == (second, ["building SayHelloFunction", "building WordsLayer"])
    assert said_second == []


def test_only_what_has_changed_is_built_again(project: Path) -> None:
    before, _ = built(project)
    (project / "layers/words/words.py").write_text("HELLO = 'good day'\n", encoding="utf-8")
    after, said = built(project)
    assert said == ["building WordsLayer"]
    assert before["WordsLayer"] != after["WordsLayer"]
    assert not before["WordsLayer"].exists()
    assert before["SayHelloFunction"] == after["SayHelloFunction"]


def test_equal_contents_make_equal_bytes(project: Path) -> None:
    first = built(project)[0]["SayHelloFunction"].read_bytes()
    source = project / "functions/say_hello/app.py"
    source.touch()
    again = build(root=project, build_dir=project / ".another")["SayHelloFunction"].read_bytes()
    assert first == again


def test_a_makefile_that_fails_says_what_it_said_and_leaves_nothing_to_deploy(project: Path) -> None:
    (project / "layers/words/Makefile").write_text("build-WordsLayer:\n\t@echo no words >&2; exit 1\n", encoding="utf-8")
    with pytest.raises(BuildError, match=r"building WordsLayer failed:\n.*no words"):
        built(project)
    with pytest.raises(BuildError):
        built(project)
