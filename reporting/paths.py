"""Where the files are that stand outside the package: in the repository or in an installed wheel."""

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent

BUNDLE = _PACKAGE / "browser" / "dist"
FONTS = BUNDLE / "fonts"
TRANSLATIONS = _PACKAGE / "translations"


def data_folder(name: Literal["migrations", "templates"]) -> Path:
    """The folder `name` of the repository, or the copy that the wheel carries as `reporting/_data/<name>`.

    Raises FileNotFoundError where neither is there: the installation is broken.
    """
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The folder {name} of this installation is missing. Install the package again.")
