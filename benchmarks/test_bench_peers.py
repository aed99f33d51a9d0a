"""Every peer: measured after its answer was checked, or named with the reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import compare
import node_peer
import pytest
from answers import S3_V4, WrongAnswerError
from node_peer import node_signing, node_version
from peers import NEW_VALUES, NPM, Peer, all_peers
from workload import TOKEN, make_keys

PEERS = {peer.name: peer for peer in all_peers()}
KEYS = make_keys(3)

NEEDS_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed")
#: Answers what a package of npm would, but for the signature.
FAKE = """
exports.sign = (request, keys) => ({ path: request.path + "&X-Amz-Signature=" +
  (keys.sessionToken ? "token" : "none") });
"""


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_is_measured_or_named(peer: Peer) -> None:
    left_out: dict[str, str] = {}
    chosen = compare.choose([peer], [False, True], left_out)
    if not peer.available():
        assert left_out == {peer.name: "not installed"}
        assert chosen == []
        return
    assert chosen == [peer]
    without = {} if peer.takes_token else {f"{peer.name}, with a token": "it takes none"}
    assert left_out == without
    assert peer.version()
    measured = {row.peer for row in compare.measure([peer], token=True, size=2, seconds=0)}
    assert measured == ({peer.name} if peer.takes_token else set())


def test_a_new_value_is_new_in_each_call() -> None:
    names = [name for name in PEERS if name.endswith(NEW_VALUES)]
    assert len(names) == 2
    for name in names:
        if not PEERS[name].available():
            continue
        signing = PEERS[name].make(token=False)
        assert signing.one is not None
        urls = [signing.one(KEYS[0]), signing.one(KEYS[0]), *signing.many(KEYS[:1])]
        values = {url.partition("response-content-disposition=")[2][:60] for url in urls}
        assert len(values) == 3
        assert "" not in values


@NEEDS_NODE
@pytest.mark.parametrize(("token", "signature"), [(None, "none"), (TOKEN, "token")])
def test_node_signs_where_the_keys_lie(
    token: str | None, signature: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "aws4"
    package.mkdir()
    (package / "index.js").write_text(FAKE, encoding="utf-8")
    (package / "package.json").write_text('{"version": "9.9.9"}', encoding="utf-8")
    monkeypatch.setenv("NODE_PATH", str(tmp_path))
    node_version.cache_clear()
    assert node_version("aws4") == "9.9.9"
    node_version.cache_clear()
    signing = node_signing("aws4", token)
    urls = signing.many(KEYS)
    assert [url.rpartition("=")[2] for url in urls] == [signature] * 3
    assert [key in url for key, url in zip(KEYS, urls, strict=True)] == [True] * 3
    assert len(signing.many(KEYS[:2])) == 2
    with pytest.raises(WrongAnswerError):
        S3_V4.check(urls[0], KEYS[0], token)


def test_without_node_its_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_peer.shutil, "which", lambda name: None)
    node_version.cache_clear()
    peers = [peer for peer in PEERS.values() if peer.module == NPM]
    left_out: dict[str, str] = {}
    assert compare.choose(peers, [False], left_out) == []
    assert left_out == dict.fromkeys(("aws4 (Node)", "ali-oss (Node)"), "not installed")
    node_version.cache_clear()


def test_one_url_per_call_is_timed_in_node(monkeypatch: pytest.MonkeyPatch) -> None:
    peer = PEERS["aws4 (Node)"]
    monkeypatch.setattr("measure.SAMPLE_SECONDS", 1e-4)
    looping = PEERS["ossign_fast"].make(token=False)._replace(one=None, loops=True)
    monkeypatch.setattr(Peer, "make", lambda self, token: looping)
    (row,) = compare.measure([peer], token=False, size=1, seconds=0)
    assert (row.peer, row.size, row.keys) == ("aws4 (Node)", 1, 1)
