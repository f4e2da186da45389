"""The sound of a video into an MP4: copied bit for bit where an MP4 takes it and browsers play it, else as AAC."""

from fractions import Fraction

import av

from lowlight_core.video.reader import Reader

COPIED = ("aac", "mp3", "opus", "flac")
_AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)  # samples a second


def ways(reader: Reader) -> list:
    """How the sound may be carried, the best way first; the last is None: not at all."""
    if reader.audio is None or reader.audio.codec_context is None:  # no decoder knows it
        return [None]
    copied = reader.audio.codec_context.codec.canonical_name in COPIED
    return [CopiedSound, TranscodedSound, None] if copied else [TranscodedSound, None]


class CopiedSound:
    """The source's packets of sound, unchanged but for their times."""

    def __init__(self, container, reader: Reader):
        self._container = container
        self._stream = container.add_stream_from_template(reader.audio)
        self._shift = int(reader.start / reader.audio.time_base)

    def add(self, packet: av.Packet) -> None:
        """Pass one packet on."""
        packet.stream = self._stream
        packet.dts -= self._shift
        if packet.pts is not None:
            packet.pts -= self._shift
        self._container.mux(packet)

    def flush(self) -> None:
        """Nothing is held back."""


class TranscodedSound:
    """Sound that an MP4 or a browser does not take, as AAC: one or two channels, at most 48 kHz."""

    def __init__(self, container, reader: Reader):
        source = reader.audio.codec_context
        rate = aac_rate(source.sample_rate)
        layout = "mono" if source.layout.nb_channels == 1 else "stereo"
        self._container = container
        self._stream = container.add_stream("aac", rate=rate, layout=layout)
        self._resampler = av.AudioResampler(format="fltp", layout=layout, rate=rate)
        self._shift = reader.start
        self._decoded = False

    def add(self, packet: av.Packet) -> None:
        """Decode, resample and encode one packet; a damaged one is left out."""
        try:
            frames = packet.decode()
        except av.FFmpegError:
            return
        for frame in frames:
            self._decoded = True
            if frame.pts is not None:
                # in samples: the encoder cuts frames anew, whose times AVI, which counts packets, could not tell apart
                frame.pts = round((frame.pts * frame.time_base - self._shift) * frame.sample_rate)
                frame.time_base = Fraction(1, frame.sample_rate)
            self._encode(self._resampler.resample(frame))

    def _encode(self, frames) -> None:
        for frame in frames:
            self._container.mux(self._stream.encode(frame))

    def flush(self) -> None:
        """Write what the resampler and the encoder still hold.

        Raises:
            ValueError: there was no sound that could be decoded.
        """
        if not self._decoded:
            raise ValueError("not one packet can be decoded")
        self._encode(self._resampler.resample(None))
        self._container.mux(self._stream.encode(None))


def aac_rate(rate: int) -> int:
    """The lowest rate of AAC that loses nothing of sound with ``rate`` samples a second, else the highest."""
    return next((fit for fit in _AAC_RATES if fit >= rate), _AAC_RATES[-1])
