"""Prints the document of a FastAPI application with what such applications usually have."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from fastapi import (
    APIRouter,
    Body,
    Cookie,
    Depends,
    FastAPI,
    File,
    Form,
    Header,
    Path,
    Query,
    Response,
    UploadFile,
)
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse, StreamingResponse
from fastapi.security import (
    APIKeyCookie,
    APIKeyHeader,
    APIKeyQuery,
    HTTPBasic,
    HTTPBearer,
    OAuth2PasswordBearer,
    OAuth2PasswordRequestForm,
    OpenIdConnect,
    SecurityScopes,
)
from pydantic import (
    AnyUrl,
    Base64Bytes,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    Json,
    SecretStr,
)

T = TypeVar("T")
bearer = OAuth2PasswordBearer(tokenUrl="token", scopes={"items:read": "Read.", "items:write": "W."})


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


class Priority(IntEnum):
    LOW = 1
    HIGH = 2


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = Field(9, ge=0, le=9)


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str = Field(min_length=1, max_length=20, pattern="^[A-Za-z ]+$")


class Tree(BaseModel):
    name: str
    children: list[Tree] = []


class Item(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Foo", "price": 35.4}]})

    name: str
    price: Annotated[Decimal, Field(gt=0, max_digits=8, decimal_places=2)]
    tags: set[str] = set()
    colour: Colour | None = None
    priority: Priority = Priority.LOW
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None
    point: tuple[float, float] = (0.0, 0.0)
    labels: dict[str, str] = {}
    counts: dict[Colour, int] | None = None
    anything: Any = None


class Stored(Item):
    id: UUID
    created: datetime
    day: date | None = None
    at: time | None = None
    lasts: timedelta = timedelta(hours=1)
    home: HttpUrl | None = None
    link: AnyUrl | None = None
    owner: EmailStr | None = None
    address: IPv4Address | None = None
    thumbnail: Base64Bytes | None = None


class Account(BaseModel):
    model_config = ConfigDict(extra="forbid")

    user: Annotated[str, Field(min_length=3, examples=["ann"])]
    password: SecretStr
    settings: Json[dict[str, int]] | None = None


class Page(BaseModel, Generic[T]):
    items: list[T]
    total: int = Field(ge=0)
    next: str | None = None


class Filters(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: int = Field(100, gt=0, le=100)
    order_by: Literal["created", "updated"] = "created"
    tags: list[str] = []


class Problem(BaseModel):
    detail: str


class Headers(BaseModel):
    x_trace: str | None = None
    x_tag: list[str] = []


async def paging(skip: int = 0, limit: Annotated[int, Query(le=1000)] = 100) -> tuple[int, int]:
    return skip, limit


async def user(scopes: SecurityScopes, token: Annotated[str, Depends(bearer)]) -> str:
    return token + scopes.scope_str


Paging = Annotated[tuple[int, int], Depends(paging)]
User = Annotated[str, Depends(user)]
items = APIRouter(
    prefix="/items", tags=["items"], responses={404: {"model": Problem, "description": "No item."}}
)


@items.get("/")
async def list_items(
    page: Paging,
    q: str | None = None,
    tag: Annotated[list[str] | None, Query()] = None,
    ids: Annotated[list[UUID], Query(alias="id", max_length=5)] = [],  # noqa: B006
    colour: Colour | None = None,
    since: datetime | None = None,
    size: int | float | None = None,
    exact: bool = False,
) -> Page[Stored]: ...


@items.get("/filtered")
async def filtered(filters: Annotated[Filters, Query()]) -> list[Stored]: ...


@items.post("/", status_code=201, response_model=Stored)
async def create(item: Item, who: User) -> Any: ...


@items.get("/{item_id}")
async def read(
    item_id: UUID,
    accept_language: Annotated[str | None, Header()] = None,
    x_token: Annotated[list[str] | None, Header()] = None,
    session: Annotated[str | None, Cookie()] = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None,
) -> Stored | Problem: ...


@items.put("/{item_id}", responses={409: {"description": "Somebody else was faster."}})
async def replace(
    item_id: UUID, item: Annotated[Item, Body(embed=True)], importance: Annotated[int, Body(gt=0)]
) -> Stored: ...


@items.patch("/{item_id}", deprecated=True)
async def change(item_id: UUID, changes: Annotated[dict[str, Any], Body()]) -> Stored: ...


@items.delete("/{item_id}", status_code=204)
async def delete(item_id: UUID) -> None: ...


@items.get("/by-priority/{priority}/{page}")
async def by_priority(
    priority: Priority, page: Annotated[int, Path(ge=1, title="Which")]
) -> list[Item]: ...


app = FastAPI(
    title="Shop",
    version="1.0.0",
    description="A shop.",
    contact={"name": "Ann", "email": "ann@example.com"},
    license_info={"name": "Apache 2.0", "url": "https://www.apache.org/licenses/"},
    openapi_tags=[{"name": "items", "description": "What it sells."}],
)
app.include_router(items)


@app.get("/")
async def root() -> dict[str, str]: ...


@app.get("/files/{path:path}", response_class=FileResponse)
async def file(path: str) -> Any: ...


@app.get("/page", response_class=HTMLResponse)
async def page() -> Any: ...


@app.get("/robots.txt", response_class=PlainTextResponse)
async def robots() -> Any: ...


@app.get("/stream", response_class=StreamingResponse)
async def stream() -> Any: ...


@app.get("/custom", response_model=None)
async def custom() -> Response: ...


@app.get("/headers")
async def headers(given: Annotated[Headers, Header()]) -> dict[str, Any]: ...


@app.post("/login")
async def login(
    username: Annotated[str, Form()], remember: Annotated[bool, Form()] = False
) -> dict[str, str]: ...


@app.post("/token")
async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict[str, str]: ...


@app.post("/upload")
async def upload(
    files: list[UploadFile],
    note: Annotated[str | None, Form()] = None,
    raw: Annotated[bytes | None, File()] = None,
) -> dict[str, int]: ...


@app.post("/accounts", status_code=201)
async def register(account: Account) -> Account: ...


@app.post("/many")
async def many(things: list[Item | Tree]) -> dict[int, float]: ...


@app.post("/tree")
async def tree(
    tree: Annotated[
        Tree, Body(openapi_examples={"leaf": {"summary": "A leaf", "value": {"name": "a"}}})
    ],
) -> Tree: ...


@app.get("/basic")
async def basic(who: Annotated[Any, Depends(HTTPBasic())]) -> str: ...


@app.get("/bearer")
async def with_bearer(who: Annotated[Any, Depends(HTTPBearer())]) -> str: ...


@app.get("/keys")
async def keys(
    header: Annotated[str, Depends(APIKeyHeader(name="X-Key"))],
    query: Annotated[str, Depends(APIKeyQuery(name="key", auto_error=False))],
    cookie: Annotated[str, Depends(APIKeyCookie(name="key"))],
    connect: Annotated[
        str, Depends(OpenIdConnect(openIdConnectUrl="https://example.com/.well-known"))
    ],
) -> str: ...


back = APIRouter()


@back.post("{$callback_url}/orders/{$request.body.id}", response_model=Problem)
def ordered(body: Stored) -> Any: ...


@app.post("/orders", callbacks=back.routes)
async def order(item: Stored, callback_url: HttpUrl | None = None) -> dict[str, bool]: ...


@app.webhooks.post("item-sold")
def sold(body: Stored) -> None: ...


print(json.dumps(app.openapi(), indent=1))
