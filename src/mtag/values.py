"""Frozen values with the methods of pydantic models that users of results need.

pydantic is loaded when a value is checked, read from plain data or written: a process that tags and reads
attributes does without, for loading it takes longer than tagging a document.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, dataclass_transform

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_MAKE = "_make"
"""Where a value keeps, beside its fields, what makes those that were not read yet."""


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Value:
    """A frozen value: its fields are its annotations, given by name and checked.

    To pydantic it is a dataclass: values stand in models and type adapters as they are.
    """

    __pydantic_config__ = {"extra": "forbid"}

    model_fields: ClassVar[Mapping[str, Field[Any]]]
    """The fields by name, in order."""

    def __init_subclass__(cls) -> None:
        dataclass(init=False, repr=False, eq=False, kw_only=True)(cls)
        cls.model_fields = cls.__dataclass_fields__  # type: ignore[attr-defined]

    def __init__(self, **values: Any) -> None:
        """Make a value of its fields.

        Raises:
            pydantic.ValidationError: one is missing, unknown, or of a wrong type.
        """
        vars(self).update(vars(_adapter(type(self)).validate_python(values)))

    @classmethod
    def of_own(cls, values: dict[str, Any], make: Callable[[Self, str], Any] | None = None) -> Self:
        """Take over values of the fields that need no check, being made or verified by mtag.

        Args:
            values: one for each field; with `make`, some may be left out.
            make: gives the value of a field that was left out, when it is first read; it is called with
                the object and the name of the field.
        """
        made = cls.__new__(cls)
        if make is not None:
            values[_MAKE] = make
        object.__setattr__(made, "__dict__", values)
        return made

    if not TYPE_CHECKING:  # to a type checker, there are no attributes but the fields

        def __getattr__(self, name: str) -> Any:
            own = vars(self)
            if _MAKE in own and name in self.model_fields:
                return own.setdefault(name, own[_MAKE](self, name))
            if name in own:  # another thread has just read all
                return own[name]
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __getstate__(self) -> dict[str, Any]:
        own = vars(self)
        if _MAKE in own:
            own = {name: getattr(self, name) for name in self.model_fields}
            object.__setattr__(self, "__dict__", own)
        return own

    @classmethod
    def model_validate(cls, values: Any, **options: Any) -> Self:
        """Make a value of plain data; `options` are those of pydantic's `TypeAdapter.validate_python`."""
        found: Self = _adapter(cls).validate_python(values, **options)
        return found

    @classmethod
    def model_validate_json(cls, data: str | bytes, **options: Any) -> Self:
        """Read a value from JSON; `options` are those of pydantic's `TypeAdapter.validate_json`."""
        found: Self = _adapter(cls).validate_json(data, **options)
        return found

    @classmethod
    def model_json_schema(cls, **options: Any) -> dict[str, Any]:
        """The JSON schema; `options` are those of pydantic's `TypeAdapter.json_schema`."""
        return _adapter(cls).json_schema(**options)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """The value as a dict; `options` are those of pydantic's `TypeAdapter.dump_python`."""
        found: dict[str, Any] = _adapter(type(self)).dump_python(self, **options)
        return found

    def model_dump_json(self, **options: Any) -> str:
        """The value as JSON; `options` are those of pydantic's `TypeAdapter.dump_json`."""
        return _adapter(type(self)).dump_json(self, **options).decode()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy (`deep`: of what it holds, too) with some fields changed, which are not checked."""
        values = copy.deepcopy(self.__getstate__()) if deep else self.__getstate__()
        return self.of_own({**values, **(update or {})})

    def _fields(self) -> tuple[Any, ...]:
        return tuple(map(self.__getstate__().__getitem__, self.model_fields))

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return zip(self.model_fields, self._fields(), strict=True)

    def __eq__(self, other: object) -> bool:
        return self.__getstate__() == other.__getstate__() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        """The hash of the fields; a value that holds a dict (a tag's labels) has none: `TypeError`."""
        return hash(self._fields())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self)})"

    def __setattr__(self, name: str, value: object) -> NoReturn:
        self._refuse(name, value)

    def __delattr__(self, name: str) -> NoReturn:
        self._refuse(name, None)

    def _refuse(self, name: str, value: object) -> NoReturn:
        from pydantic_core import ValidationError

        fault = {"type": "frozen_instance", "loc": (name,), "input": value}
        raise ValidationError.from_exception_data(type(self).__name__, [fault])  # type: ignore[list-item]


def _adapter(model: type[Value]) -> TypeAdapter[Any]:
    """What pydantic makes of a class: it reads, checks and writes its values."""
    if model not in _adapters:
        from pydantic import TypeAdapter

        _adapters[model] = TypeAdapter(model)
    return _adapters[model]


_adapters: dict[type[Value], TypeAdapter[Any]] = {}
