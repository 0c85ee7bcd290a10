"""Which of the workers of its kind a worker is."""

import re
import socket
from typing import Final

from runtime.errors import SettingsError

Instance = int | str
"""The number or the name of a worker among those of its kind."""

HOST: Final = "host"
"""Stands for the name of the machine, which in a container is the container's own."""
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,100}")


def instance_of(text: str) -> Instance:
    """The number or name that a text gives a worker; `host` gives it the machine's.

    Containers of one service have a name each, and keep it when they are started again.

    Raises:
        SettingsError: it can be no name of a member of a group.
    """
    if text.isdecimal():
        return int(text)
    name = socket.gethostname() if text == HOST else text
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} is no name for a worker: use up to 100 letters, digits, dots, dashes and underscores"
        )
    return name


def static_id(group: str, instance: Instance) -> str:
    """What a member calls itself in its group, so that it is the same one when it is started again."""
    return f"{group}-{instance}"
