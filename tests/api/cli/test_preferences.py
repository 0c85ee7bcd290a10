"""Every setting is documented, and the page in docs is the one that the command prints."""

from pathlib import Path

from api.cli import preferences
from runtime.settings import Settings

PAGE = Path(__file__).parents[3] / "docs" / "settings.md"


def test_every_setting_has_a_description_that_says_something() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert len(field.description.split()) >= 3, name


def test_the_page_is_what_the_command_prints() -> None:
    remedy = "run `diurnal settings --markdown > docs/settings.md`"
    assert PAGE.read_text() == preferences.page(), remedy


def test_the_page_names_no_folder_of_this_machine() -> None:
    assert str(Path.home()) not in preferences.page()
