"""The log of a training run, wherever a full disk cuts it."""

from lowlight_core.training import log

ROW = {"step": 25, "loss": 0.0123456, "psnr": 18.5, "learning_rate": 0.0005, "seconds": 12.0, "validation_psnr": 21.234}
LATER = ROW | {"step": 50, "loss": 1.2e-05}


def test_a_log_cut_anywhere_has_its_whole_rows_and_no_other_numbers(tmp_path):
    """A number cut short raised at its exponent (``1.2e``), and elsewhere was taken for another: 2 dB for 21 dB."""
    path = tmp_path / "log.csv"
    log.append(path, ROW)
    ends = [len(path.read_bytes())]
    log.append(path, LATER)
    whole = path.read_bytes()
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        expected = [ROW, LATER][: sum(cut >= end for end in [*ends, len(whole)])]
        assert log.rows(path) == expected, whole[:cut][-20:]
        log.forget_after(path, 100)
        assert log.rows(path) == expected
