"""A saved query: what it answers, what it needs, its Cypher, and what its columns mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from graph.queries.errors import ParameterError
from graph.queries.kinds import Kind, read

ALWAYS_THERE: Final = frozenset({"view"})
"""Parameters that every query has, whether it is saved or not."""
NAMES_IT: Final = "query"
"""Beside its parameters, what is written down of a question has the saved query's name under this."""
_NO_PARAMETERS_IN: Final = re.compile(
    r"//[^\n]*|/\*.*?\*/|`(?:[^`]|``)*`|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL
)
_PARAMETER: Final = re.compile(r"\$(\w+)")

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
ParameterName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Parameter(_Strict):
    """A parameter of a saved query."""

    type: Kind
    """Its kind, which says how it is written."""
    description: Words
    """What it means."""
    default: Any = None
    """What it is where it is not given, written as it would be given."""
    example: Any = None
    """What it may be; needed where there is no default."""

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return "default" not in self.model_fields_set

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if self.required and self.example is None:
            raise ValueError("without a default it needs an example")
        for value in (self.default, self.example):
            if value is not None:
                read(self.type, value)
        return self


class SavedQuery(_Strict):
    """A query under a name."""

    name: Name
    """By which it is asked."""
    title: Words
    """What it answers, in a few words."""
    description: Words
    """What it answers, and how."""
    parameters: dict[ParameterName, Parameter] = Field(default={})
    """Its parameters, by name."""
    then_and_now: ParameterName | None = None
    """The parameter (an instant) as of which it is asked, and compared with what is answered now."""
    cypher: Words
    """The query, in Cypher 25."""
    columns: dict[str, Words] = Field(min_length=1)
    """What each column of the answer means, in their order."""

    @model_validator(mode="after")
    def _parameters_used(self) -> Self:
        used = used_in(self.cypher) | ({self.then_and_now} if self.then_and_now else set())
        if unknown := used - self.parameters.keys() - ALWAYS_THERE:
            raise ValueError(f"parameters used and not declared: {', '.join(sorted(unknown))}")
        if unused := self.parameters.keys() - used:
            raise ValueError(f"parameters declared and not used: {', '.join(sorted(unused))}")
        if NAMES_IT in self.parameters:
            raise ValueError(f"no parameter may be called {NAMES_IT}: that names the query itself")
        if self.then_and_now and self.parameters[self.then_and_now].type is not Kind.INSTANT:
            raise ValueError(f"then_and_now: {self.then_and_now} is no instant")
        return self

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as the driver takes them; what is not given is its default.

        Raises:
            ParameterError: one is missing, not known, or not of its kind.
        """
        for name in given:
            if name not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise ParameterError(name, f"is no parameter of {self.name}; there are: {known}")
        return {name: _value(name, parameter, given) for name, parameter in self.parameters.items()}


def used_in(cypher: str) -> set[str]:
    """Names of the parameters that a query uses; what stands in texts and comments is none."""
    return set(_PARAMETER.findall(_NO_PARAMETERS_IN.sub(" ", cypher)))


def _value(name: str, parameter: Parameter, given: Mapping[str, Any]) -> Any:  # noqa: ANN401
    value = given.get(name)
    if value is None:
        if parameter.required:
            raise ParameterError(name, f"is missing: {parameter.description}, such as {parameter.example}")
        value = parameter.default
    try:
        return None if value is None else read(parameter.type, value)
    except ValueError as error:
        raise ParameterError(name, str(error)) from None
