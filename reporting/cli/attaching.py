"""Files at the terminal: chosen with ``--attach``, told how far they are, saved under harmless names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from reporting.cli.failures import NOT_AUTHENTIC, CommandFailed
from reporting.cli.options import agreed
from reporting.cli.showing import say, warn
from reporting.client.errors import Problem
from reporting.client.incoming import Load, save_file
from reporting.client.mailbox import OpenedCase
from reporting.client.outgoing import PART_SIZE, Files, Outgoing, Way, check_limits, outgoing
from reporting.i18n import gettext as _
from reporting.i18n import message
from reporting.protocol.age import HybridIdentity
from reporting.protocol.encoding import JSONObject
from reporting.protocol.entry import Attachment, Entry
from reporting.protocol.errors import CannotOpen, NotAuthentic

Command = TypeVar("Command", bound=Callable[..., Any])
_TENTHS = 10
_GONE = 404


def attach_option(command: Command) -> Command:
    """``--attach``, as ``attach``: paths of files."""
    return click.option(
        "--attach",
        multiple=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar=_("FILE"),
        help=_("Attach this file as it is, with everything that it hides; may be repeated."),
    )(command)


def chosen(paths: Iterable[Path], way: Way, *, ask: bool) -> Files:
    """The files that somebody attaches, within the limits; where somebody can be asked, only if they agree.

    :raises NotPossible: too many or too large
    :raises CommandFailed: they do not want to send them as they are
    """
    files = tuple(outgoing(path) for path in paths)
    if not files:
        return Files()
    check_limits(files, way.limits())
    warn(
        _(
            "Files are sent as they are. Photographs and documents can tell who made them, when, where and with which "
            "device. Look at them with exiftool, and clean copies with mat2, before you send them."
        )
    )
    if ask and not agreed(_("Send these files as they are?")):
        raise CommandFailed(_("Stopped. Nothing was sent, nothing was kept."))
    return Files(files, _Progress().tell if ask else Files().tell)


class _Progress:
    """Says of each file that takes several parts how far it is, ten times at most."""

    def __init__(self) -> None:
        self._said: tuple[Path, int] | None = None

    def tell(self, file: Outgoing, sent: int, size: int) -> None:
        """A part has arrived."""
        now = (file.path, sent * _TENTHS // size)
        if size > PART_SIZE and now != self._said:
            self._said = now
            warn(_("{name}: {percent} % sent", name=file.name, percent=now[1] * 100 // _TENTHS))


def size_words(size: int) -> str:
    """How large a file is, for people."""
    if size >= 1 << 20:
        return _("{size} MiB", size=f"{size / (1 << 20):.1f}")
    return _("{size} KiB", size=f"{size / (1 << 10):.1f}")


def attachment_words(place: int, attachment: Attachment) -> str:
    """One attached file: its place, name and size."""
    return _("File {place}: {name} ({size})", place=place, name=attachment.name, size=size_words(attachment.size))


def attachment_json(attachment: Attachment) -> JSONObject:
    """One attached file, for scripts."""
    return {
        "name": attachment.name,
        "type": attachment.type,
        "size": attachment.size,
        "sha256": attachment.sha256.hex(),
        "upload": attachment.upload,
    }


@dataclass
class Saved:
    """What was saved, and what did not hold."""

    files: list[JSONObject] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def save(
        self,
        case: OpenedCase,
        folder: Path,
        loading: Callable[[Attachment], Load],
        identities: list[HybridIdentity],
        only: str | None = None,
    ) -> None:
        """Save every file that an authentic entry of a case names, or the one whose upload begins with ``only``.

        One that is said to be removed is looked for all the same: only the server's lack of it shows that it is gone.
        """
        for entry, attachment in files_of(case):
            if only is not None and not attachment.upload.startswith(only):
                continue
            try:
                path = save_file(folder, attachment, entry.audience, loading(attachment), identities)
            except (NotAuthentic, CannotOpen, Problem) as error:
                if isinstance(error, Problem) and error.status != _GONE:
                    raise
                if isinstance(error, Problem) and case.view.removed_file(entry, attachment) is not None:
                    warn(_("{name}: it was removed from this case.", name=attachment.name))
                    continue
                warn(_("{name}: {reason}", name=attachment.name, reason=message(error)))
                self.refused.append(attachment.name)
                continue
            self.files.append(attachment_json(attachment) | {"entry": entry.id, "saved": str(path)})

    def end(self, tell: Callable[[dict[str, Any]], None] | None) -> None:
        """Say what was saved, to ``tell`` for scripts.

        :raises CommandFailed: a file was not as its sender sealed it
        """
        if tell is not None:
            tell({"files": self.files, "refused": list(self.refused)})
        else:
            for file in self.files:
                say(_("Saved: {path}", path=str(file["saved"])))
            if not self.files and not self.refused:
                say(_("There is no file."))
        if self.refused:
            raise CommandFailed(_("Some files did not hold; nothing of them was kept."), NOT_AUTHENTIC)


def files_of(case: OpenedCase) -> Iterator[tuple[Entry, Attachment]]:
    """Every file that an authentic entry of a case names."""
    for view in case.view.entries:
        if view.entry is not None:
            entry = view.entry
            yield from ((entry, attachment) for attachment in entry.attachments)
