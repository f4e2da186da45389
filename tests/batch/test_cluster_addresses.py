"""Addresses of a cluster where nobody answers, or not as a Dask scheduler does: no real cluster is needed."""

import socket
from unittest.mock import Mock

import pytest
from conftest import free_port

from lowlight_core import batch
from lowlight_core.batch import cluster
from lowlight_core.batch.cluster import connect
from lowlight_core.errors import Cancelled, ClusterError, ParameterError

pytest.importorskip("distributed")


@pytest.mark.parametrize("status", ["connecting", "closed"])
def test_a_scheduler_that_is_lost_ends_the_work(status):
    """A call handed out to a client without one never ends: `enhance` waited for ever."""
    client = Mock(status="running")
    there = cluster.Cluster(client)
    there.submit(len, "ab")
    client.status = status
    with pytest.raises(Cancelled, match="scheduler went away"):
        list(batch.run(len, ["ab"], executor=there))


def test_nobody_there_is_one_sentence(monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    with (
        pytest.raises(ClusterError, match="no Dask scheduler answers"),
        connect(f"tcp://127.0.0.1:{free_port()}"),
    ):
        pass


def test_a_server_of_another_kind_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(ClusterError, match="speaks no Dask"), connect(f"127.0.0.1:{port}"):
            pass


@pytest.mark.parametrize(
    "wrong", ["", "nonsense", "127.0.0.1", "127.0.0.1:99999", "tcp://h:0", "tcp://h:x", "foo://h:8786", "tcp://:8786"]
)
def test_what_is_no_address_is_refused_before_anything_is_tried(wrong, monkeypatch):
    monkeypatch.setattr("distributed.Client", None)
    with pytest.raises(ParameterError, match="HOST:PORT"), connect(wrong):
        pass


@pytest.mark.parametrize("right", ["tcp://10.0.0.5:8786", "host.name:1", "tls://[::1]:8786", "inproc://10.0.0.5/1/2"])
def test_addresses_of_every_form_are_tried(right, monkeypatch):
    monkeypatch.setattr(cluster, "_greet", lambda host, port: None)
    monkeypatch.setattr("distributed.Client", None)
    with pytest.raises(ClusterError, match="no Dask scheduler answers"), connect(right):
        pass
