"""Frozen values: pydantic's methods, its checks, its errors."""

import copy
import pickle
from typing import Literal

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from mtag.values import Value


class Point(Value):
    """A place."""

    x: int
    y: int = 0


class Shape(Value):
    """Points with a name."""

    name: str | None = None
    kind: Literal["line", "area"]
    points: tuple[Point, ...] = ()


class Solid(Shape):
    """A shape with a height."""

    height: float


LINE = Shape(kind="line", points=(Point(x=1), Point(x=2, y=3)))


def test_fields_are_given_by_name_and_may_have_defaults():
    assert (LINE.name, LINE.kind, LINE.points[0].y) == (None, "line", 0)
    assert list(Solid.model_fields) == ["name", "kind", "points", "height"]


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({}, "kind\n  Field required|kind\n  Missing required"),
        ({"kind": "circle"}, "'line' or 'area'"),
        ({"kind": "line", "colour": "red"}, "colour\n  Unexpected keyword"),
        ({"kind": "line", "points": [{"x": "far"}]}, r"points.0.x\n  Input should be a valid integer"),
    ],
)
def test_what_is_given_is_checked(values, complaint):
    with pytest.raises(ValidationError, match=complaint):
        Shape(**values)
    with pytest.raises(ValidationError, match=complaint):
        Shape.model_validate(values)


def test_a_value_is_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        LINE.name = "x"
    with pytest.raises(ValidationError, match="frozen"):
        del LINE.name
    assert LINE.name is None


def test_values_of_a_class_are_equal_where_their_fields_are():
    assert Shape(kind="line", points=[{"x": 1}, {"x": 2, "y": 3}]) == LINE
    assert hash(LINE) == hash(copy.deepcopy(LINE))
    assert LINE.model_copy(update={"name": "x"}) != LINE
    assert LINE.model_copy(deep=True) == LINE
    assert Solid(kind="line", points=LINE.points, height=1.0) != LINE
    assert LINE != "line"


def test_a_value_shows_its_fields():
    shown = "Shape(name=None, kind='line', points=(Point(x=1, y=0), Point(x=2, y=3)))"
    assert repr(LINE) == str(LINE) == shown
    assert dict(LINE) == {"name": None, "kind": "line", "points": LINE.points}


def test_a_value_goes_to_plain_data_and_back():
    plain = {"name": None, "kind": "line", "points": ({"x": 1, "y": 0}, {"x": 2, "y": 3})}
    assert LINE.model_dump() == plain
    assert LINE.model_dump(exclude={"points"}) == {"name": None, "kind": "line"}
    assert Shape.model_validate(plain) == LINE
    assert LINE.model_dump_json() == '{"name":null,"kind":"line","points":[{"x":1,"y":0},{"x":2,"y":3}]}'
    assert Shape.model_validate_json(LINE.model_dump_json()) == LINE
    assert pickle.loads(pickle.dumps(LINE)) == LINE  # noqa: S301  (our own)


def test_a_value_of_our_own_is_taken_over_unchecked():
    assert Point.of_own({"x": 1, "y": 0}) == Point(x=1)


def test_pydantic_takes_values_as_they_are():
    class Drawing(BaseModel):
        shapes: list[Shape]

    drawing = Drawing(shapes=[LINE, {"kind": "area"}])
    assert drawing.shapes == [LINE, Shape(kind="area")]
    assert Drawing.model_validate_json(drawing.model_dump_json()) == drawing
    assert TypeAdapter(list[Shape]).dump_python([LINE]) == [LINE.model_dump()]


def test_the_schema_of_a_class_describes_its_fields():
    schema = Shape.model_json_schema()
    assert schema["required"] == ["kind"]
    assert schema["additionalProperties"] is False
    assert set(schema["properties"]) == {"name", "kind", "points"}
