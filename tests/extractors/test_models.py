"""Weights on this machine: registered with a digest, refused when changed, never fetched silently."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from evidence.digest import sha256_file
from evidence.errors import EngineMissing, IntegrityError, NotFound, UsageError
from evidence.locator import TimePlace
from extractors import models
from extractors.faster_whisper import FasterWhisper
from extractors.models import PINNED, PinnedModel, RegisteredModel
from extractors.protocols import ReadContext

ROOT = Path(__file__).parents[2]
CT2 = ROOT / "tests" / "models" / "whisper-test" / "ct2"
OPENAI = ROOT / "tests" / "models" / "whisper-test" / "openai"
VOICE_NOTE = ROOT / "sample_data" / "exhibits" / "phone-hotline" / "voice-note.ogg"


def test_adding_a_folder_registers_it_with_a_digest_of_all_its_files(tmp_path: Path) -> None:
    model = models.add(CT2, name="test", root=tmp_path)
    assert model.engine == "faster-whisper"
    assert re.fullmatch("[0-9a-f]{64}", model.digest)
    assert [file.name for file in model.files] == sorted(path.name for path in CT2.iterdir())
    assert models.registered(tmp_path) == (model,)
    assert models.find("test", root=tmp_path) == model
    assert models.for_engine("openai-whisper", root=tmp_path) == ()


def test_the_digest_depends_on_the_files_and_not_on_where_they_lie_or_what_they_are_called(tmp_path: Path) -> None:
    moved = shutil.copytree(CT2, tmp_path / "elsewhere")
    first = models.add(CT2, name="one", root=tmp_path / "a")
    assert models.add(moved, name="two", root=tmp_path / "b").digest == first.digest
    config = moved / "config.json"
    config.write_text(config.read_text() + " ")
    assert models.add(moved, name="three", root=tmp_path / "b").digest != first.digest


def test_an_openai_checkpoint_is_told_apart(tmp_path: Path) -> None:
    by_folder = models.add(OPENAI, name="folder", root=tmp_path)
    by_file = models.add(next(OPENAI.glob("*.pt")), name="file", root=tmp_path)
    assert by_folder.engine == by_file.engine == "openai-whisper"
    assert by_folder.digest == by_file.digest
    assert by_file.weights.is_file()


def test_adding_again_changes_nothing_and_another_model_under_the_name_is_refused(tmp_path: Path) -> None:
    first = models.add(CT2, name="test", root=tmp_path)
    assert models.add(CT2, name="test", root=tmp_path) == first
    with pytest.raises(UsageError, match="another model"):
        models.add(OPENAI, name="test", root=tmp_path)


def test_no_path_is_stored(tmp_path: Path) -> None:
    model = models.add(CT2, root=tmp_path)
    assert model.name == "ct2"
    assert str(ROOT) not in (tmp_path / "ct2" / "model.json").read_text()


@pytest.mark.parametrize("missing", ["tokenizer.json", "config.json", "vocabulary.json"])
def test_a_folder_that_would_send_the_engine_to_the_network_is_refused(missing: str, tmp_path: Path) -> None:
    broken = shutil.copytree(CT2, tmp_path / "broken")
    (broken / missing).unlink()
    with pytest.raises(UsageError, match=re.escape(missing)):
        models.add(broken, root=tmp_path / "models")
    assert models.registered(tmp_path / "models") == ()


@pytest.mark.parametrize("name", ["../up", "", "UPPER", "a/b", ".hidden"])
def test_a_name_cannot_lead_out_of_the_models_folder(name: str, tmp_path: Path) -> None:
    if name:
        with pytest.raises(UsageError):
            models.add(CT2, name=name, root=tmp_path / "models")
    (tmp_path / "nothing here").mkdir()
    with pytest.raises(UsageError):
        models.add(tmp_path / "nothing here", root=tmp_path / "models")


def test_changed_weights_are_found_and_never_used(tmp_path: Path) -> None:
    model = models.add(CT2, name="test", root=tmp_path)
    models.check(model)
    with (model.folder / "config.json").open("a") as file:
        file.write(" ")
    with pytest.raises(IntegrityError, match=r"config\.json"):
        models.check(model)
    with pytest.raises(IntegrityError):
        FasterWhisper(model=model).transcribe(VOICE_NOTE, context=ReadContext(languages=("en",)))


def test_a_half_copied_model_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / ".adding-x").mkdir()
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "model.json").write_text('{"name": "ha')
    assert models.registered(tmp_path) == ()
    with pytest.raises(NotFound, match="none"):
        models.find("half", root=tmp_path)


def test_the_models_folder_can_be_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEGRAPH_MODELS", str(tmp_path / "here"))
    assert models.add(CT2).folder.parent == tmp_path / "here"
    monkeypatch.delenv("CASEGRAPH_MODELS")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert models.default_root() == tmp_path / ".local/share/casegraph/models"


# --- pulling -------------------------------------------------------------------------------------------------------


def hub(repository: str, revision: str, file: str, folder: Path) -> None:
    """A hub on this disk that serves the test model under every name."""
    shutil.copyfile(CT2 / file, folder / file)


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> PinnedModel:
    files = {path.name: sha256_file(path) for path in CT2.iterdir()}
    pin = PinnedModel(repository="example/test", revision="0" * 40, files=dict(files), size_mb=5)
    monkeypatch.setitem(PINNED, "test", pin)
    return pin


def test_pulling_checks_every_file_and_registers_the_revision(pinned: PinnedModel, tmp_path: Path) -> None:
    model = models.pull("test", root=tmp_path, fetch=hub)
    assert model.source == f"example/test@{'0' * 40}"
    assert model.digest == models.add(CT2, name="other", root=tmp_path).digest
    assert [path.name for path in tmp_path.glob(".pulling*")] == []


def test_other_bytes_than_the_pinned_ones_are_not_kept(
    pinned: PinnedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = msgspec.structs.replace(pinned, files=pinned.files | {"model.bin": "f" * 64})
    monkeypatch.setitem(PINNED, "test", wrong)
    with pytest.raises(IntegrityError, match=r"model\.bin"):
        models.pull("test", root=tmp_path, fetch=hub)
    assert models.registered(tmp_path) == ()


def test_an_unknown_name_or_a_revision_that_is_not_pinned_is_refused(pinned: PinnedModel, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="large-v3"):
        models.pull("gigantic", root=tmp_path, fetch=hub)
    for revision in ("main", "1" * 40):
        with pytest.raises(UsageError):
            models.pull("test", revision=revision, root=tmp_path, fetch=hub)


def test_without_a_network_pulling_says_so_and_what_to_do(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from extractors import models; from evidence.errors import EngineMissing\n"
        f"try: models.pull('tiny', root=Path({str(tmp_path)!r}))\n"
        "except EngineMissing as error: print(error.what, '|', error.next_step)\n"
    )
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "no network" in told.stdout
    assert "models add FOLDER" in told.stdout
    assert models.registered(tmp_path) == ()


@pytest.mark.parametrize("name", PINNED)
def test_every_pinned_model_has_a_commit_and_a_digest_for_every_file(name: str) -> None:
    pin = PINNED[name]
    assert re.fullmatch("[0-9a-f]{40}", pin.revision)
    assert {"model.bin", "config.json", "tokenizer.json"} <= pin.files.keys()
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in pin.files.values())


def test_engines_never_reach_for_the_network(tmp_path: Path) -> None:
    """The whole path runs with sockets forbidden."""
    code = (
        "import socket, sys\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from extractors import models\n"
        "from extractors.faster_whisper import FasterWhisper\n"
        "from extractors.protocols import ReadContext\n"
        f"model = models.add(Path({str(CT2)!r}), name='test', root=Path({str(tmp_path)!r}))\n"
        f"units = FasterWhisper(model=model).transcribe(Path({str(VOICE_NOTE)!r}), context=ReadContext(languages=()))\n"
        "print(' '.join(s.text for u in units for s in u.segments))\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment |= {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "The van leaves the lodge at six." in told.stdout


def test_a_worker_gets_the_same_answer_from_a_model_sent_to_it(tmp_path: Path) -> None:
    """The engine is a value: it crosses a process boundary as bytes and loads its weights there."""
    import pickle

    model: RegisteredModel = models.add(CT2, name="test", root=tmp_path)
    engine = FasterWhisper(model=model)
    context = ReadContext(languages=("en",), speech_language="en")
    here = engine.transcribe(VOICE_NOTE, context=context)
    there = pickle.loads(pickle.dumps(engine)).transcribe(VOICE_NOTE, context=context)
    assert here == there
    assert isinstance(here[0].segments[0].place, TimePlace)


def test_a_missing_package_is_one_clear_error(tmp_path: Path) -> None:
    model = models.add(CT2, name="test", root=tmp_path)
    code = (
        "import sys; sys.modules['faster_whisper'] = None\n"
        "from pathlib import Path\n"
        "from extractors import models\n"
        "from extractors.faster_whisper import FasterWhisper\n"
        "from extractors.protocols import ReadContext\n"
        "from evidence.errors import EngineMissing\n"
        f"model = models.find('test', root=Path({str(tmp_path)!r}))\n"
        f"try: FasterWhisper(model=model).transcribe(Path({str(VOICE_NOTE)!r}), context=ReadContext(languages=()))\n"
        "except EngineMissing as error: print(error.what, error.next_step)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "faster-whisper is not installed make setup"
    assert EngineMissing.exit_code == 9
    assert model.digest
