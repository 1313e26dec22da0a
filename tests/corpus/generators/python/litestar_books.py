"""Prints the document of a Litestar application."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from litestar import Litestar, delete, get, post
from litestar.enums import RequestEncodingType
from litestar.openapi.config import OpenAPIConfig
from litestar.params import Body, Parameter


class Kind(Enum):
    NOVEL = "novel"
    POEM = "poem"


@dataclass
class Author:
    name: str
    born: date | None = None


@dataclass
class Book:
    id: UUID
    title: Annotated[str, Parameter(min_length=1, max_length=99)]
    authors: list[Author] = field(default_factory=list)
    kind: Kind | None = None
    read_in: timedelta | None = None
    scores: dict[str, float] = field(default_factory=dict)
    pair: tuple[int, str] | None = None


@get("/books")
async def books(
    kind: Kind | None,
    ids: list[int] | None,
    trace: Annotated[str | None, Parameter(header="X-Trace")],
    theme: Annotated[str | None, Parameter(cookie="theme", pattern="^[a-z]+$")],
    page: Annotated[int, Parameter(ge=1, le=100)] = 1,
) -> list[Book]: ...


@get("/books/{book_id:uuid}")
async def book(book_id: UUID) -> Book | None: ...


@post("/books")
async def add(data: Book) -> Book: ...


@post("/authors")
async def author(
    data: Annotated[Author, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> None: ...


@post("/covers/{number:int}")
async def cover(
    number: int, data: Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
) -> dict[str, int]: ...


@delete("/books/{book_id:uuid}")
async def remove(book_id: UUID) -> None: ...


app = Litestar(
    [books, book, add, author, cover, remove],
    openapi_config=OpenAPIConfig(title="Books", version="1.0.0"),
)
print(json.dumps(app.openapi_schema.to_schema(), indent=1))
