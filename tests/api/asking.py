"""Questions over HTTP, as the tests of the API ask them."""

from __future__ import annotations

from typing import Any, Final

import httpx

ENDLESS: Final = "UNWIND range(1, 1000000000) AS x UNWIND range(1, 1000000) AS y RETURN count(*) AS n"


def asked(client: httpx.Client, query: str, form: str = "json", **parameters: Any) -> httpx.Response:
    body = {"query": query, "parameters": parameters}
    return client.post("/v1/cypher", params={"format": form}, json=body)


def rows(client: httpx.Client, query: str, **parameters: Any) -> Any:
    answer = asked(client, query, **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def problem(answer: httpx.Response) -> tuple[int, str, str]:
    said = answer.json()
    return answer.status_code, said["type"].removeprefix("urn:diurnal:problem:"), said["detail"]
