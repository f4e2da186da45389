"""Progress of the command line: one line on a terminal, silence elsewhere."""

import io

from lowlight_core.commands.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_one_line_on_a_terminal_and_silence_elsewhere():
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        with Progress(3, "pictures", stream) as progress:
            for done in (1, 2, 3):
                progress(done)
            progress.say("b.png: damaged")
    assert "\n" not in terminal.getvalue().replace("b.png: damaged\n", "")
    assert "3 of 3 pictures (100 %)" in terminal.getvalue() and terminal.getvalue().endswith("\r\x1b[K")
    assert file.getvalue() == "b.png: damaged\n"


def test_progress_tells_pace_and_time_left():
    progress = Progress(24, "pictures", io.StringIO())
    progress(1)
    assert progress.text(12, 2.0) == "12 of 24 pictures (50 %), 6.0 a second, 2 s left"
    resumed = Progress(24, "pictures", io.StringIO())
    resumed(13)
    assert resumed.text(18, 1.0) == "18 of 24 pictures (75 %), 6.0 a second, 1 s left"


def test_progress_never_passes_its_total():
    """How many frames a video has is known at its end only."""
    terminal = Terminal()
    with Progress(2, "frames", terminal) as progress:
        for done in (1, 2, 3):
            progress(done, max(done, 2))
    assert "3 of 3 frames (100 %)" in terminal.getvalue() and "-" not in terminal.getvalue()
