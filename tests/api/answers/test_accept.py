"""The header `Accept`, as RFC 9110 weighs it."""

from __future__ import annotations

import pytest

from api.answers.accept import accepted
from api.answers.form import MEDIA_TYPES, Form, chosen
from api.answers.rdf_form import FORMATS, RdfForm
from api.answers.rdf_form import chosen as chosen_format
from api.errors import BadParameterError

ARROW = "application/vnd.apache.arrow.stream"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, Form.JSON),
        ("*/*", Form.JSON),
        ("application/*", Form.JSON),
        ("text/*;q=0.1, image/png", Form.CSV),
        (f"application/json;q=0.5, {ARROW}", Form.ARROW),
        ("application/x-ndjson, */*;q=0.1", Form.NDJSON),
        ("application/vnd.diurnal.graph+json", Form.GRAPH),
        ("text/html, application/xhtml+xml, */*;q=0.8", Form.JSON),
        ("*/*, text/csv", Form.CSV),
        ("text/csv, application/json", Form.CSV),
        ("TEXT/CSV;Q=0.3, application/json;q=0.2", Form.CSV),
        # The most exact range says the weight, whatever others say and in whichever order.
        ("*/*;q=1, application/*;q=0.1, application/json;q=0, text/*;q=0", Form.NDJSON),
        ("application/json;q=0.2, application/*;q=0.9", Form.NDJSON),
        ("*/*, application/json;q=0", Form.NDJSON),
        ("text/*;q=0.3, text/csv;q=0.9, application/json;q=0.5", Form.CSV),
        # Parameters of a type, and commas in quotes, are not other types.
        ("text/csv;charset=utf-8;q=0.5", Form.CSV),
        ('image/png;said="a, application/json;q=1", text/csv;q=0.5', Form.CSV),
        (", ,text/csv,", Form.CSV),
        ("text/csv ; q=0.5 , application/json; q=0.4", Form.CSV),
        # What is not written as it should be is left out.
        ("application/json;q=2, text/csv;q=0.1", Form.CSV),
        ("application/json;q=0.1234, text/csv;q=0.1", Form.CSV),
        ("*/json, text/csv;q=0.1", Form.CSV),
    ],
)
def test_the_form_is_what_is_accepted_most(accept: str | None, form: Form) -> None:
    assert chosen(None, accept) == form
    assert chosen(Form.GRAPH, accept) == Form.GRAPH


@pytest.mark.parametrize(
    "accept",
    ["application/json;q=0", "image/png", "application/json;q=x", "[a-z]*/*", "*/*;q=0", "*/*;q=0.000"],
)
def test_what_is_accepted_and_not_there_is_told(accept: str) -> None:
    with pytest.raises(BadParameterError, match="no such form"):
        chosen(None, accept)


@pytest.mark.parametrize("form", Form)
def test_every_form_is_chosen_by_its_media_type(form: Form) -> None:
    assert chosen(None, MEDIA_TYPES[form]) == form


@pytest.mark.parametrize("form", RdfForm)
def test_every_form_of_rdf_is_chosen_by_its_media_type_and_its_name(form: RdfForm) -> None:
    assert chosen_format(None, FORMATS[form].media_type) == FORMATS[form]
    assert chosen_format(form, "text/turtle") == FORMATS[form]


def test_where_anything_will_do_it_is_the_first_that_is_offered() -> None:
    assert accepted("*/*", {"text/b": 1, "text/a": 2}) == 1
    assert accepted("text/*;q=0.2, text/a;q=0.1", {"text/a": 1, "text/b": 2}) == 2
