"""What the tests of training share."""

import pytest

from tests.tiny_networks import write_pairs


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """A folder with a tiny data set."""
    return write_pairs(tmp_path_factory.mktemp("data") / "set")
