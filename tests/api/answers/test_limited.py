import io

import pytest

from api.answers.limited import Limited
from graph.reader.errors import RefusedError


def test_it_takes_so_many_bytes_and_no_more() -> None:
    body = io.BytesIO()
    to = Limited(body, 2 * 1024 * 1024, "ask for less")
    to.write(b"x" * 1024 * 1024)
    assert to.write(b"y" * 1024 * 1024) == 1024 * 1024
    with pytest.raises(RefusedError, match="larger than 2 MiB: ask for less"):
        to.write(b"z")
    assert body.getvalue()[-1:] == b"y"
