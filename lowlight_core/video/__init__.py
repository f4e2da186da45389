"""Video: decode, enhance and encode at the same time, without flicker, with sound and timing kept.

    probe.py      what a file holds, one frame of it, the limits for uploads
    reader.py     file -> frames and sound, in order
    joins.py      recordings joined byte by byte, whose times start over
    writer.py     frames and sound -> MP4 that browsers play
    sound.py      how the sound gets there: copied, as AAC, or not at all
    cuts.py       where a new scene begins
    smoothing.py  the method's exposure held steady over time
    level.py      the wanted level of methods with a ``brightness`` knob, held steady over time
    flicker.py    how much a clip flickers, as figures
    pipeline.py   all of it together: `enhance_video`
    time_limit.py clips whose first frames say that they take too long
    synthetic.py  clips made from a still: noise, pan, hard cut
    command.py    ``python -m lowlight_core video``

PyAV is imported by the modules that need it, not by this package.
"""
