"""Audio whose every sample G.711 (A-law) gives back as it was, and the proof that it came through: what was heard is
what was said, frame by frame and in order. One lost, altered or foreign frame shows."""
import audioop
import random
import wave

RATE = 8000
_FRAME = RATE // 50  # samples of 20 ms
_EXACT_MIN, _FRAMES_MIN = 0.99, 50  # at the edges of a call a frame may be a part of one, with silence behind


def write_noise(path, seconds, seed):
    """Never the same for two seeds, nor twice in one file."""
    samples = audioop.mul(random.Random(seed).randbytes(2 * RATE * seconds), 2, 0.25)
    with wave.open(path, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(audioop.alaw2lin(audioop.lin2alaw(samples, 2), 2))


def _frames_of(path):
    with wave.open(path, "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE), path
        return file.readframes(file.getnframes())


def problems_of(said, heard):
    """What is wrong with `heard`, a recording of someone to whom `said` was said; None where nothing is."""
    source, size, place = _frames_of(said), 2 * _FRAME, 0
    got = _frames_of(heard)
    frames = [got[at:at + size] for at in range(0, len(got) - size + 1, size)]
    frames = [frame for frame in frames if frame.strip(b"\0")]
    exact = 0
    for frame in frames:
        at = source.find(frame, place)
        if at >= 0:
            exact, place = exact + 1, at + size
    if len(frames) < _FRAMES_MIN or exact < _EXACT_MIN * len(frames):
        return f"{exact} of {len(frames)} frames of {heard} are of {said}, in its order"
    return None
