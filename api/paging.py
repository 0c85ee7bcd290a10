"""Pages as they are answered: items, and the cursor of the next page, also as a link."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api import cursor
from graph.reader.page import After, Page

T = TypeVar("T")


class Items(BaseModel, Generic[T]):
    """One page of items."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    items: tuple[T, ...]
    """At most `limit` of them."""
    next: str | None = None
    """Give it as `cursor` for the next page; null on the last."""


class Paging:
    """How far a client has got, and how much it wants."""

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=1000, description="At most so many items.")] = 100,
        cursor: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    ) -> None:
        """Takes the parameters that page."""
        self.limit = limit
        self._cursor = cursor
        self._request = request
        self._response = response

    def after(self, *kinds: type) -> After | None:
        """Where to go on, by sort values of these types.

        Raises:
            BadParameterError: the cursor is none, or another question's.
        """
        return None if self._cursor is None else cursor.decode(self._cursor, self._mark(), kinds)

    def answer(self, page: Page[T]) -> Items[T]:
        """A page as it is answered, with a `Link` to the next where there is one."""
        if page.after is None:
            return Items(items=page.items)
        following = cursor.encode(page.after, self._mark())
        url = self._request.url.include_query_params(cursor=following)
        self._response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
        return Items(items=page.items, next=following)

    def _mark(self) -> str:
        return cursor.question(self._request.url.path, self._request.query_params.multi_items())


Paged = Annotated[Paging, Depends()]
