"""Prints the document of a FastAPI application with servers, and models that share schemas."""

import json
from typing import Annotated, Literal

from fastapi import FastAPI, Query
from pydantic import BaseModel, Field, RootModel

app = FastAPI(
    servers=[
        {"url": "https://{region}.example.com", "variables": {"region": {"default": "eu"}}},
        {"url": "/"},
    ],
    separate_input_output_schemas=False,
)


class Names(RootModel[list[Annotated[str, Field(max_length=9)]]]):
    pass


class Circle(BaseModel):
    shape: Literal["circle"] = "circle"
    radius: float = Field(1.0, gt=0, allow_inf_nan=False)


class Square(BaseModel):
    shape: Literal["square"] = "square"
    side: int = Field(2, multiple_of=2)


@app.get("/names", operation_id="listNames")
def names(prefix: Annotated[str | None, Query(min_length=1, pattern=r"^\w+$")] = None) -> Names: ...


@app.head("/health")
def health() -> Literal["up", "down"]: ...


@app.post("/shapes")
def shapes(shape: Annotated[Circle | Square, Field(discriminator="shape")]) -> Circle | Square: ...


@app.get("/numbers/{which}")
def numbers(which: int, more: Annotated[list[int], Query()]) -> list[int] | None: ...


print(json.dumps(app.openapi(), indent=1))
