"""A view as the settings write it."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from ontology.errors import LabelError
from ontology.labels import canonical

ViewName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]


def _label(text: str) -> str:
    try:
        return canonical(text)
    except LabelError as error:
        raise ValueError(str(error)) from None


def _several(values: object) -> object:
    return (values,) if isinstance(values, str) else values


Values = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Values of an attribute; one may stand without a list."""


class ViewSettings(BaseModel):
    """A clearance profile, and the label of what is concluded within it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attributes: dict[str, Values]
    floor: Annotated[str, AfterValidator(_label)]
