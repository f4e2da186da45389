"""Small clips with every property that a real file may have."""

from fractions import Fraction

import av
import cv2
import numpy as np

from lowlight_core.video import synthetic

WIDTH, HEIGHT = 160, 96


def scene(width=WIDTH, height=HEIGHT, stops=4.5, name="garage"):
    """A dark picture without noise."""
    return cv2.resize(synthetic.dark_scene(name, stops), (width, height), interpolation=cv2.INTER_AREA)


def colored(index, width=WIDTH, height=HEIGHT):
    """A dark frame, red on the left and blue on the right, with a white bar that moves with ``index``."""
    frame = np.zeros((height, width, 3), np.uint8)
    frame[:, : width // 2] = (60, 8, 8)
    frame[:, width // 2 :] = (8, 8, 60)
    frame[: height // 8, 4 * index : 4 * index + 8] = 90
    return frame


def write(path, frames, *, fps=25, pix_fmt="yuv420p", times=None, matrix=None, audio=None, aspect=None, rate=44100,
          seconds=1.0, transfer=None):  # fmt: skip
    """Write a clip; ``times`` are milliseconds of each frame, ``audio`` a codec for ``seconds`` of ``rate`` samples,
    ``transfer`` the number of transfer characteristics.
    """
    frames = list(frames)
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=Fraction(fps))
        video.height, video.width = frames[0].shape[:2]
        video.pix_fmt = pix_fmt
        video.codec_context.time_base = Fraction(1, 1000) if times else Fraction(1, fps)
        if aspect:
            video.codec_context.sample_aspect_ratio = aspect
        if transfer:
            video.codec_context.color_trc = transfer
        if matrix:
            video.set_display_matrix(matrix)
        sound = container.add_stream(audio, rate=rate, layout="stereo") if audio else None
        for index, pixels in enumerate(frames):
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=pix_fmt)
            picture.pts = times[index] if times else index
            picture.time_base = video.codec_context.time_base
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        if sound:
            _tone(container, sound, seconds)
    return path


def damage(path, packets):
    """Overwrite those packets of the picture, by number, so that they cannot be decoded."""
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    for start, size in (places[number] for number in packets):
        data[start : start + size] = b"\xff" * size
    path.write_bytes(data)
    return path


def _tone(container, sound, seconds=1.0):
    rate = sound.codec_context.sample_rate
    samples = int(rate * seconds)
    wave = (8000 * np.sin(np.arange(samples) * 2 * np.pi * 440 / rate)).astype(np.int16)
    resampler = av.AudioResampler(sound.codec_context.format or "fltp", "stereo", rate, sound.codec_context.frame_size)
    frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2)[None], format="s16", layout="stereo")
    frame.sample_rate, frame.pts = rate, 0
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(sound.encode(part))
    container.mux(sound.encode(None))


def decoded(path):
    """(frames as RGB uint8, times in seconds, info) of a clip; info has the streams' facts."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        sound = container.streams.audio[0] if container.streams.audio else None
        frames = list(container.decode(video))
        info = {
            "codec": video.codec_context.name,
            "pix_fmt": video.codec_context.pix_fmt,
            "audio": sound.codec_context.name if sound else None,
            "audio_seconds": float(sound.duration * sound.time_base) if sound else 0.0,
            "rotation": frames[0].rotation,
            "aspect": video.sample_aspect_ratio,
            "rate": video.average_rate,
            "colorspace": frames[0].colorspace,
            "range": frames[0].color_range,
        }
        return [frame.to_ndarray(format="rgb24") for frame in frames], [frame.time for frame in frames], info


def sound_bytes(path):
    """The packets of sound, one after the other."""
    with av.open(str(path)) as container:
        return b"".join(bytes(packet) for packet in container.demux(audio=0))
