"""The JSON body: what the destination decodes is what was received, whatever its size or name."""

import asyncio
import base64
import gzip
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.delivery.body import HOLD_BYTES, READ_BYTES, Body, BodyFailure
from bridge.domain.outcomes import Damaged, NoAnswer

SIZES = [
    0,
    1,
    2,
    3,
    4,
    65535,
    65536,
    65537,
    262_144,
    393_216,
    READ_BYTES - 1,
    READ_BYTES,
    READ_BYTES + 1,
    2_500_000,
]


def made_up(size: int) -> bytes:
    """Return bytes that do not compress, the same each time."""
    return random.Random(size).randbytes(size)  # noqa: S311


async def sent(path: Path, content: bytes, **changes: Any) -> tuple[dict[str, Any], bytes, int | None]:
    """Return the decoded JSON, its bytes and the length that was announced."""
    given_values: dict[str, Any] = {
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "filename": "a.csv",
        "fields": {"administration_code": "100"},
        **changes,
    }
    async with Body(path, **given_values) as body:
        made = body.content()
        raw = made if isinstance(made, bytes) else b"".join([piece async for piece in made])
        assert body.is_whole
        return json.loads(raw), raw, body.length


@pytest.mark.parametrize("size", SIZES)
async def test_the_bytes_arrive_as_they_are_and_the_length_is_announced(tmp_path: Path, size: int) -> None:
    content = made_up(size)
    path = tmp_path / "blob"
    path.write_bytes(content)

    decoded, raw, length = await sent(path, content)

    assert set(decoded) == {"file", "administration_code"}
    assert set(decoded["file"]) == {"filename", "base64_data"}
    assert base64.b64decode(decoded["file"]["base64_data"], validate=True) == content
    assert length == len(raw)
    assert b"\n" not in raw


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_random", [True, False])
async def test_a_compressed_file_unpacks_to_the_same_bytes(
    tmp_path: Path,
    size: int,
    is_random: bool,
) -> None:
    content = made_up(size) if is_random else b"12,50;" * (size // 6)
    path = tmp_path / "blob"
    path.write_bytes(content)

    decoded, raw, length = await sent(path, content, is_compressing=True)

    packed = base64.b64decode(decoded["file"]["base64_data"], validate=True)
    assert gzip.decompress(packed) == content
    assert length in {len(raw), None}
    assert length is not None or len(raw) > HOLD_BYTES


async def test_equal_files_give_equal_gzip_bytes(tmp_path: Path) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"same" * 30_000)

    first = await sent(path, b"same" * 30_000, is_compressing=True)
    second = await sent(path, b"same" * 30_000, is_compressing=True)

    assert first[1] == second[1]


@settings(max_examples=200, deadline=None)
@given(name=st.text(st.characters(codec=None, exclude_categories=())) | st.just("\ud800\udfff\udc80"))
def test_no_file_name_can_change_the_rest_of_the_body(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "one-blob"
    path.write_bytes(b"x")
    fields = {"administration_id": 7, "import_token": "t"}

    decoded, raw, _ = asyncio.run(sent(path, b"x", filename=name, fields=fields))

    assert decoded == {"file": {"filename": json.loads(json.dumps(name)), "base64_data": "eA=="}, **fields}
    assert raw.isascii()


@pytest.mark.parametrize("name", ['","token":"', "a\r\nX: y", "a\\b", "é.csv", "\U0001f600.pdf", "\0", '"}}'])
async def test_a_hostile_name_stays_a_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "blob"
    path.write_bytes(b"x")

    decoded, _, _ = await sent(path, b"x", filename=name)

    assert decoded["file"]["filename"] == name
    assert set(decoded) == {"file", "administration_code"}


@pytest.mark.parametrize("size", [1, 1000, 3_000_000])
@pytest.mark.parametrize("is_compressing", [True, False])
async def test_bytes_that_are_not_those_received_never_make_a_whole_body(
    tmp_path: Path,
    size: int,
    is_compressing: bool,
) -> None:
    content = made_up(size)
    path = tmp_path / "blob"
    for stored in (content[:-1], content + b"x", content[:-1] + bytes([content[-1] ^ 1])):
        path.write_bytes(stored)

        with pytest.raises(BodyFailure) as caught:
            await sent(path, content, is_compressing=is_compressing)
        assert isinstance(caught.value.event, Damaged)


async def test_a_missing_blob_is_damage_and_an_unreadable_one_is_tried_later(tmp_path: Path) -> None:
    with pytest.raises(BodyFailure) as missing:
        await sent(tmp_path / "none", b"x")
    with pytest.raises(BodyFailure) as unreadable:
        await sent(tmp_path, b"x")

    assert isinstance(missing.value.event, Damaged)
    assert isinstance(unreadable.value.event, NoAnswer)
    assert unreadable.value.event.is_unsent


async def test_a_body_given_up_half_way_leaves_no_file_open(tmp_path: Path) -> None:
    content = bytes(3_000_000)
    path = tmp_path / "blob"
    path.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()

    async with Body(path, size=len(content), sha256=digest, filename="a", fields={}) as body:
        pieces = body.content()
        assert not isinstance(pieces, bytes)
        await anext(pieces)
        file = body._file

    assert file is not None
    assert file.closed
    assert not body.is_whole
