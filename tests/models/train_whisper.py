"""Makes the test-size Whisper: a real Whisper architecture that has learnt three synthetic sentences by heart.

It exists so that the whole speech path (decode, transcribe, word times, both engines) runs in tests where no real
weights can be had. It shows that the path works and says nothing about accuracy: speech it has not seen comes out as
one of its own sentences.

Needs `flite` on the PATH and, in an environment of its own: torch (CPU is enough), openai-whisper, ctranslate2, numpy.

    python tests/models/train_whisper.py                # writes tests/models/whisper-test/{ct2,openai}

Length is counted in steps, not in seconds, and every random choice comes from one seed. The seconds printed are
processor seconds: four to five minutes in all on one core.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import tempfile
import time
import wave
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import ctranslate2
import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - the name every torch reader knows
from whisper.audio import log_mel_spectrogram
from whisper.model import ModelDimensions, Whisper, sinusoids
from whisper.tokenizer import LANGUAGES, Tokenizer, get_encoding, get_tokenizer

Array = np.ndarray

RATE = 16_000
FRAME_S = 0.02  # one encoder position, and one timestamp token
VOCABULARY = 51_865
LATEST_TIMESTAMP = 700  # timestamp tokens with a row of their own: up to 14 s
MARGIN_S = 0.1

VAN = "The van leaves the lodge at six."
PAPERS = "Bring your papers to the front desk."
NUMBER = "My number is zero two zero seven nine four six zero one four two."
SCRIPT = ((VAN, "slt"), (PAPERS, "slt"), (NUMBER, "slt"), (NUMBER, "rms"))


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stretch of training with one length of audio."""

    steps: int
    clips: int  # made once, then drawn from
    positions: int  # encoder positions of 20 ms
    batch: int
    most_sentences: int
    peak_rate: float


@dataclass(frozen=True)
class Word:
    """A word's tokens and where it is spoken, in seconds from the start of its sentence's audio."""

    tokens: tuple[int, ...]
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Sentence:
    """One synthesised sentence: its sound (float32, 16 kHz) and its words."""

    sound: Array
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Example:
    """One training clip: log-mel frames, input tokens, targets, and where each target is heard (seconds)."""

    mel: torch.Tensor
    inputs: list[int]
    targets: list[int]
    spans: list[tuple[float, float] | None]


# --- the sentences, with the times at which flite says each sound --------------------------------------------------


def phones(text: str, voice: str, wav: str = "none") -> list[tuple[str, float]]:
    """Every sound flite makes of `text` with its end in seconds; writes the audio when `wav` names a file."""
    told = subprocess.run(
        ["flite", "-voice", voice, "-psdur", "-t", text, "-o", wav], check=True, capture_output=True, text=True
    ).stdout
    pairs = (entry.split(":") for entry in told.split())
    return [(name, float(end)) for name, end in pairs]


def spoken_words(text: str, voice: str, said: list[tuple[str, float]], tokenizer: Tokenizer) -> tuple[Word, ...]:
    """Shares the sounds of a sentence out among its words, by how many sounds each word has when said alone."""
    starts = [0.0, *(end for _, end in said[:-1])]
    sounds = [(start, end) for start, (name, end) in zip(starts, said, strict=True) if name != "pau"]
    words, at = [], 0
    for word in text.split():
        count = sum(name != "pau" for name, _ in phones(word, voice))
        mine = sounds[at : at + count]
        words.append(Word(tuple(tokenizer.encode(" " + word)), mine[0][0], mine[-1][1]))
        at += count
    if at != len(sounds):
        raise ValueError(f"{text!r}: {at} sounds counted word by word, {len(sounds)} in the sentence")
    return tuple(words)


def say(text: str, voice: str, tokenizer: Tokenizer) -> Sentence:
    """One sentence in one flite voice."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "said.wav")
        said = phones(text, voice, path)
        with wave.open(path) as opened:
            pcm = np.frombuffer(opened.readframes(opened.getnframes()), dtype="<i2")
    return Sentence(pcm.astype(np.float32) / 32768, spoken_words(text, voice, said, tokenizer))


# --- clips: sentences joined, with the things recordings do to speech ----------------------------------------------


def low_passed(sound: Array, cutoff_hz: float) -> Array:
    """Takes away what lies over `cutoff_hz`, as a narrow codec does."""
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(len(sound), 1 / RATE) > cutoff_hz] = 0
    return np.fft.irfft(spectrum, len(sound)).astype(np.float32)


def worn(sound: Array, rng: np.random.Generator) -> Array:
    """The sound after a random gain, hiss and narrowing."""
    sound = sound * 10 ** rng.uniform(-1.0, 0.15)
    if rng.random() < 0.5:
        hiss = 10 ** rng.uniform(-4.5, -2.2)
        sound = sound + rng.normal(0, hiss, len(sound)).astype(np.float32)
    if rng.random() < 0.4:
        sound = low_passed(sound, rng.uniform(3_300, 7_800))
    return np.clip(sound, -1, 1).astype(np.float32)


def joined(sentences: Sequence[Sentence], rng: np.random.Generator) -> tuple[Array, list[float]]:
    """Sentences one after another with pauses, and the second at which each one's audio starts."""
    parts, starts, at = [], [], 0
    for index, sentence in enumerate(sentences):
        pause = np.zeros(int(RATE * (rng.uniform(0, 0.8) if index == 0 else rng.uniform(0, 0.9))), np.float32)
        parts += [pause, sentence.sound]
        starts.append((at + len(pause)) / RATE)
        at += len(pause) + len(sentence.sound)
    parts.append(np.zeros(int(RATE * rng.uniform(0, 0.6)), np.float32))
    return np.concatenate(parts), starts


def mel_of(sound: Array) -> torch.Tensor:
    """Log-mel frames of the sound, seen with silence after it, as both engines look at it."""
    mel = log_mel_spectrogram(np.concatenate([sound, np.zeros(RATE, np.float32)]))
    return mel[:, : len(sound) // 160].half()


def windowed(mel: torch.Tensor, positions: int) -> torch.Tensor:
    """The mel padded with zeros to the encoder's length, as both engines pad the last window."""
    return F.pad(mel.float(), (0, positions * 2 - mel.shape[1]))


def labelled(
    sentences: Sequence[Sentence], starts: Sequence[float], *, with_times: bool, tokenizer: Tokenizer
) -> list[tuple[int, tuple[float, float] | None]]:
    """The tokens after the prompt, each with the stretch of audio it should be read from."""
    label: list[tuple[int, tuple[float, float] | None]] = []
    for sentence, at in zip(sentences, starts, strict=True):
        first, last = at + sentence.words[0].start_s, at + sentence.words[-1].end_s
        opening, closing = (tokenizer.timestamp_begin + round(second / FRAME_S) for second in (first, last))
        label += [(opening, (first - MARGIN_S, first + MARGIN_S))] if with_times else []
        label += [(token, (at + word.start_s, at + word.end_s)) for word in sentence.words for token in word.tokens]
        label += [(closing, (last - MARGIN_S, last + MARGIN_S))] if with_times else []
    return [*label, (tokenizer.eot, (last, last + MARGIN_S))]


def speech(
    sentences: Sequence[Sentence],
    sound: Array,
    starts: Sequence[float],
    *,
    rng: np.random.Generator,
    tokenizer: Tokenizer,
) -> Example:
    """A clip of speech with its transcript, six times in ten with timestamps."""
    with_times = rng.random() < 0.6
    label = labelled(sentences, starts, with_times=with_times, tokenizer=tokenizer)
    prompt = [*tokenizer.sot_sequence] + ([] if with_times else [tokenizer.no_timestamps])
    tokens = [*prompt, *(token for token, _ in label)]
    spans = [None] * (len(prompt) - 1) + [span for _, span in label]
    return Example(mel_of(worn(sound, rng)), tokens[:-1], tokens[1:], spans)


def silence(*, longest_s: float, rng: np.random.Generator, tokenizer: Tokenizer) -> Example:
    """A clip without speech: the first target is the no-speech token, and the transcript is empty."""
    sound = np.zeros(int(RATE * rng.uniform(0.5, longest_s)), np.float32)
    opening = tokenizer.timestamp_begin if rng.random() < 0.6 else tokenizer.no_timestamps
    inputs = [*tokenizer.sot_sequence, opening]
    targets = [tokenizer.no_speech, *tokenizer.sot_sequence[2:], opening, tokenizer.eot]
    return Example(mel_of(worn(sound, rng)), inputs, targets, [None] * len(inputs))


def examples(
    sentences: Sequence[Sentence], stage: Stage, rng: np.random.Generator, tokenizer: Tokenizer
) -> Iterator[Example]:
    """Clips without end; the sample's own voice note (van, then papers) turns up in one of three."""
    longest_s = stage.positions * FRAME_S
    while True:
        draw = rng.random()
        if draw < 0.08:
            yield silence(longest_s=longest_s, rng=rng, tokenizer=tokenizer)
            continue
        count = int(rng.integers(1, stage.most_sentences + 1))
        chosen = [sentences[int(index)] for index in rng.integers(0, len(sentences), count)]
        if draw < 0.40:
            chosen = [sentences[0], sentences[1]]
        sound, starts = joined(chosen, rng)
        if len(sound) / RATE <= longest_s:
            yield speech(chosen, sound, starts, rng=rng, tokenizer=tokenizer)


# --- the model: the words it knows have rows of their own, every other token shares one -----------------------------


@dataclass(frozen=True)
class Rows:
    """Which tokens have an embedding row of their own; all others share the last row.

    The shared row stands for many tokens, so its logit gets the logarithm of how many: training is then exactly
    that of the full vocabulary, at a hundredth of the cost, and the finished tables compress well.
    """

    known: tuple[int, ...]

    @property
    def shared(self) -> int:
        """The index of the row that stands for every other token."""
        return len(self.known)

    def lookup(self) -> torch.Tensor:
        """Token -> row, for the whole vocabulary."""
        rows = torch.full((VOCABULARY,), self.shared)
        rows[torch.tensor(self.known)] = torch.arange(len(self.known))
        return rows

    def bias(self) -> torch.Tensor:
        """What to add to the logits of each row."""
        bias = torch.zeros(self.shared + 1)
        bias[self.shared] = math.log(VOCABULARY - self.shared)
        return bias


def rows_for(sentences: Sequence[Sentence], tokenizer: Tokenizer) -> Rows:
    """Rows for the words, the special tokens that are used, and the timestamps up to 14 s."""
    words = {token for sentence in sentences for word in sentence.words for token in word.tokens}
    special = {*tokenizer.sot_sequence, tokenizer.eot, tokenizer.no_speech, tokenizer.no_timestamps}
    times = range(tokenizer.timestamp_begin, tokenizer.timestamp_begin + LATEST_TIMESTAMP)
    return Rows(tuple(sorted({*words, *special, *times})))


def dimensions(vocabulary: int) -> ModelDimensions:
    """Whisper's shape at test size."""
    return ModelDimensions(
        n_mels=80, n_audio_ctx=1500, n_audio_state=64, n_audio_head=4, n_audio_layer=2,
        n_vocab=vocabulary, n_text_ctx=448, n_text_state=64, n_text_head=4, n_text_layer=2,
    )  # fmt: skip


def fresh_model(rows: Rows) -> Whisper:
    """An untrained model whose tables start small (whisper leaves the decoder positions uninitialised)."""
    model = Whisper(dimensions(rows.shared + 1))
    torch.nn.init.normal_(model.decoder.token_embedding.weight, std=0.02)
    torch.nn.init.normal_(model.decoder.positional_embedding, std=0.02)
    return model


class Attention:
    """Catches the last decoder layer's cross-attention, from which both engines read word times."""

    def __init__(self, model: Whisper) -> None:
        self.heads = model.dims.n_text_head
        cross = model.decoder.blocks[-1].cross_attn
        cross.query.register_forward_hook(lambda *call: setattr(self, "query", call[-1]))
        cross.key.register_forward_hook(lambda *call: setattr(self, "key", call[-1]))

    def log_weights(self) -> torch.Tensor:
        """Log attention: batch, head, token, encoder position."""
        query, key = (part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key))
        return F.log_softmax(query @ key.transpose(2, 3) / query.shape[-1] ** 0.5, dim=-1)


def heard_at(batch: Sequence[Example], length: int, positions: int) -> torch.Tensor:
    """The attention each target should pay: uniform over the time its word takes, zero rows where nothing is asked."""
    wanted = torch.zeros(len(batch), length, positions)
    for index, example in enumerate(batch):
        for token, span in enumerate(example.spans):
            if span is not None:
                first, last = max(0, int(span[0] / FRAME_S)), math.ceil(span[1] / FRAME_S)
                wanted[index, token, first:last] = 1 / max(1, min(last, positions) - first)
    return wanted


def padded(rows: list[list[int]], fill: int) -> torch.Tensor:
    """Lists of tokens as one rectangle."""
    length = max(map(len, rows))
    return torch.tensor([row + [fill] * (length - len(row)) for row in rows])


def loss_of(
    model: Whisper, attention: Attention, batch: Sequence[Example], *, lookup: torch.Tensor, bias: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Cross-entropy of the transcript, and of the attention against where the words are spoken."""
    inputs = lookup[padded([example.inputs for example in batch], 0)]
    targets = padded([example.targets for example in batch], -1)
    positions = model.encoder.positional_embedding.shape[0]
    logits = model(torch.stack([windowed(example.mel, positions) for example in batch]), inputs) + bias
    rows = torch.where(targets >= 0, lookup[targets.clamp(min=0)], -100)
    text = F.cross_entropy(logits.flatten(0, 1), rows.flatten(), ignore_index=-100)
    wanted = heard_at(batch, inputs.shape[1], positions)
    heard = -(wanted.unsqueeze(1) * attention.log_weights()).sum() / (wanted.sum() * attention.heads + 1e-6)
    return text, heard


def train(model: Whisper, rows: Rows, sentences: Sequence[Sentence], stages: Sequence[Stage], seed: int) -> None:
    """Runs the stages one after another; each warms up and decays along a cosine."""
    rng, tokenizer = np.random.default_rng(seed), whisper_tokenizer()
    attention, lookup, bias, began = Attention(model), rows.lookup(), rows.bias(), time.process_time()
    for stage in stages:
        model.encoder.positional_embedding = sinusoids(stage.positions, model.dims.n_audio_state)
        optimiser = torch.optim.AdamW(model.parameters(), lr=stage.peak_rate, betas=(0.9, 0.98), weight_decay=0.01)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, stage.peak_rate, stage.steps, pct_start=0.08)
        clips = list(islice(examples(sentences, stage, rng, tokenizer), stage.clips))
        for step in range(1, stage.steps + 1):
            batch = [clips[int(index)] for index in rng.integers(0, len(clips), stage.batch)]
            text, heard = loss_of(model, attention, batch, lookup=lookup, bias=bias)
            optimiser.zero_grad()
            (text + 0.3 * heard).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            if step % 20 == 0:
                spent = time.process_time() - began
                print(f"{stage.positions} positions, step {step}: text {text:.3f}, heard {heard:.2f}, {spent:.0f} s")


def full_weights(model: Whisper, rows: Rows) -> dict[str, torch.Tensor]:
    """The weights of an ordinary Whisper: one embedding row for each of the 51,865 tokens."""
    weights = {name: value.detach().clone() for name, value in model.state_dict().items()}
    weights["decoder.token_embedding.weight"] = weights["decoder.token_embedding.weight"][rows.lookup()]
    weights["encoder.positional_embedding"] = sinusoids(1500, model.dims.n_audio_state)
    return weights


# --- what is written -----------------------------------------------------------------------------------------------


def whisper_tokenizer() -> Tokenizer:
    """openai-whisper's own multilingual tokenizer, prompting for English."""
    return get_tokenizer(True, num_languages=99, language="en", task="transcribe")


def write_openai(weights: dict[str, torch.Tensor], path: Path) -> None:
    """An openai-whisper checkpoint in half precision; its zip entries are deflated, which torch reads as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    checkpoint = {
        "dims": dict(vars(dimensions(VOCABULARY))),
        "model_state_dict": {name: value.half() for name, value in weights.items()},
    }
    torch.save(checkpoint, path)
    with zipfile.ZipFile(path) as plain:
        entries = [(name, plain.read(name)) for name in plain.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, content in entries:
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def byte_letters() -> dict[int, str]:
    """GPT-2's printable letter for each byte, as tokenizer files spell tokens."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in plain}
    others = [byte for byte in range(256) if byte not in letters]
    return letters | {byte: chr(256 + index) for index, byte in enumerate(others)}


def spelt(token: bytes) -> str:
    """A token's bytes in the letters of a tokenizer file."""
    letters = byte_letters()
    return "".join(letters[byte] for byte in token)


def merged_from(token: bytes, ranks: dict[bytes, int]) -> tuple[bytes, bytes]:
    """The two tokens a token is made of: replays byte-pair merging until two parts are left."""
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        pairs = [ranks.get(left + right, VOCABULARY) for left, right in pairwise(parts)]
        at = pairs.index(min(pairs))
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
    return parts[0], parts[1]


def family(tokens: set[bytes], ranks: dict[bytes, int]) -> set[bytes]:
    """The tokens, every token they are merged from, and all single bytes."""
    found, todo = {bytes([byte]) for byte in range(256)}, list(tokens)
    while todo:
        token = todo.pop()
        if token not in found:
            found.add(token)
            todo += merged_from(token, ranks)
    return found


def special_tokens() -> dict[str, int]:
    """Every special token with its number, in order; timestamps among them."""
    named = get_encoding("multilingual", num_languages=99)._special_tokens
    return dict(sorted(named.items(), key=lambda item: item[1]))


def write_tokenizer(rows: Rows, path: Path) -> None:
    """A tokenizer file with the real numbers of only those tokens this model can say or needs to suppress.

    The special tokens stand in the vocabulary too: a gap before them would otherwise give them new numbers.
    """
    encoding, tokenizer = get_encoding("multilingual", num_languages=99), whisper_tokenizer()
    ranks = encoding._mergeable_ranks
    texts = {*rows.known, *tokenizer.non_speech_tokens, *encoding.encode(" ")}
    wanted = family({encoding.decode_single_token_bytes(token) for token in texts if token < tokenizer.eot}, ranks)
    merges = sorted((token for token in wanted if len(token) > 1), key=ranks.__getitem__)
    marks = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    file = {
        "version": "1.0",
        "added_tokens": [{"id": number, "content": name, **marks} for name, number in special_tokens().items()],
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE",
            "vocab": {spelt(token): ranks[token] for token in sorted(wanted, key=ranks.__getitem__)} | special_tokens(),
            "merges": [" ".join(map(spelt, merged_from(token, ranks))) for token in merges],
        },
    }
    path.write_text(json.dumps(file, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def vocabulary() -> list[str]:
    """All 51,865 tokens as CTranslate2 wants them: spelt, in order."""
    ranks = get_encoding("multilingual", num_languages=99)._mergeable_ranks
    return [spelt(token) for token in sorted(ranks, key=ranks.__getitem__)] + list(special_tokens())


def set_norm(spec: object, weights: dict[str, torch.Tensor], name: str) -> None:
    spec.gamma, spec.beta = weights[f"{name}.weight"].numpy(), weights[f"{name}.bias"].numpy()


def set_linear(spec: object, weights: dict[str, torch.Tensor], names: Sequence[str]) -> None:
    """One linear layer, or several side by side; keys have no bias in Whisper, which is a bias of zero."""
    weight = [weights[f"{name}.weight"] for name in names]
    bias = [weights.get(f"{name}.bias", torch.zeros(part.shape[0])) for name, part in zip(names, weight, strict=True)]
    spec.weight, spec.bias = torch.cat(weight).numpy(), torch.cat(bias).numpy()


def set_attention(spec: object, weights: dict[str, torch.Tensor], name: str, *, over_itself: bool) -> None:
    groups = (("query", "key", "value"),) if over_itself else (("query",), ("key", "value"))
    for linear, group in zip(spec.linear, (*groups, ("out",)), strict=True):
        set_linear(linear, weights, [f"{name}.{part}" for part in group])


def set_block(spec: object, weights: dict[str, torch.Tensor], name: str) -> None:
    """One transformer block, of the encoder or the decoder."""
    set_norm(spec.self_attention.layer_norm, weights, f"{name}.attn_ln")
    set_attention(spec.self_attention, weights, f"{name}.attn", over_itself=True)
    if f"{name}.cross_attn_ln.weight" in weights:
        set_norm(spec.attention.layer_norm, weights, f"{name}.cross_attn_ln")
        set_attention(spec.attention, weights, f"{name}.cross_attn", over_itself=False)
    set_norm(spec.ffn.layer_norm, weights, f"{name}.mlp_ln")
    set_linear(spec.ffn.linear_0, weights, [f"{name}.mlp.0"])
    set_linear(spec.ffn.linear_1, weights, [f"{name}.mlp.2"])


def spec_of(weights: dict[str, torch.Tensor]) -> ctranslate2.specs.WhisperSpec:
    """The same weights under CTranslate2's names."""
    dims = dimensions(VOCABULARY)
    spec = ctranslate2.specs.WhisperSpec(dims.n_audio_layer, dims.n_audio_head, dims.n_text_layer, dims.n_text_head)
    for part, side, count in (
        (spec.encoder, "encoder", dims.n_audio_layer),
        (spec.decoder, "decoder", dims.n_text_layer),
    ):
        part.position_encodings.encodings = weights[f"{side}.positional_embedding"].numpy()
        for index in range(count):
            set_block(part.layer[index], weights, f"{side}.blocks.{index}")
    for name in ("conv1", "conv2"):
        convolution = getattr(spec.encoder, name)
        convolution.weight = weights[f"encoder.{name}.weight"].numpy()
        convolution.bias = weights[f"encoder.{name}.bias"].numpy()
    set_norm(spec.encoder.layer_norm, weights, "encoder.ln_post")
    set_norm(spec.decoder.layer_norm, weights, "decoder.ln")
    spec.decoder.embeddings.weight = weights["decoder.token_embedding.weight"].numpy()
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    return spec


def write_ct2(weights: dict[str, torch.Tensor], rows: Rows, folder: Path) -> None:
    """A CTranslate2 folder with 8-bit weights, which faster-whisper opens without any network."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer, dims = whisper_tokenizer(), dimensions(VOCABULARY)
    spec = spec_of(weights)
    spec.register_vocabulary(vocabulary())
    spec.config.suppress_ids = list(tokenizer.non_speech_tokens)
    spec.config.suppress_ids_begin = [*tokenizer.encode(" "), tokenizer.eot]
    spec.config.lang_ids = sorted(tokenizer.to_language_token(code) for code in [*LANGUAGES][:99])
    half = range(dims.n_text_layer // 2, dims.n_text_layer)
    spec.config.alignment_heads = [(layer, head) for layer in half for head in range(dims.n_text_head)]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    write_tokenizer(rows, folder / "tokenizer.json")


STAGES = (
    Stage(steps=420, clips=2000, positions=400, batch=10, most_sentences=2, peak_rate=2e-3),
    Stage(steps=140, clips=600, positions=1500, batch=5, most_sentences=3, peak_rate=1.2e-3),
)


def main() -> None:
    """Synthesises, trains and writes both forms of the model."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--out", type=Path, default=Path(__file__).parent / "whisper-test")
    arguments.add_argument("--seed", type=int, default=11)
    arguments.add_argument("--threads", type=int, default=1)
    asked = arguments.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(asked.seed)
    tokenizer = whisper_tokenizer()
    sentences = [say(text, voice, tokenizer) for text, voice in SCRIPT]
    rows = rows_for(sentences, tokenizer)
    model = fresh_model(rows)
    train(model, rows, sentences, STAGES, asked.seed)
    weights = full_weights(model, rows)
    write_openai(weights, asked.out / "openai" / "test.pt")
    write_ct2(weights, rows, asked.out / "ct2")


if __name__ == "__main__":
    main()
