"""What the core raises.

::

    ProtocolError
    ├── Malformed            the bytes are not in the form the protocol asks for
    │   ├── HeaderFailure    an age header
    │   ├── ArmorFailure     an age armor
    │   └── ReceiptError     a typed receipt code
    │       ├── UnknownWord
    │       ├── WrongChecksum
    │       ├── WrongLength
    │       └── LooksLikeFingerprint
    ├── NotAuthentic         a signature, a binding or a checksum does not hold
    │   ├── CaseDamaged      epoch 0 of a case is not signed as its grant says
    │   ├── HmacFailure      an age header was altered
    │   └── PayloadFailure   an age payload was altered, cut or extended
    ├── CannotOpen           none of the keys at hand fits
    │   └── NoMatch          no stanza of an age file is ours
    └── Refused              authentic, but a rule of the protocol forbids it
        ├── DirectoryExpired the directory is past its last day, or from the future
        └── NewerDirectory   something names a directory above the one at hand

Messages are English sentences marked for translation with :func:`N_`; values are kept apart so
that the edges can translate the sentence. They never contain keys, codes or content.
"""

from __future__ import annotations


def N_(message: str) -> str:
    """Mark a message for translation without translating it here."""
    return message


class ProtocolError(Exception):
    """Base of everything the core raises.

    ``message`` is the untranslated sentence, ``values`` what its braces hold, ``pointer`` the JSON
    pointer (RFC 6901) of the field at fault, or empty.
    """

    def __init__(self, message: str, *, pointer: str = "", **values: object) -> None:
        super().__init__(message)
        self.message = message
        self.pointer = pointer
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values) if self.values else self.message

    def at(self, pointer: str) -> ProtocolError:
        """The same error, naming the field ``pointer`` in front of its own pointer."""
        self.pointer = pointer + self.pointer
        return self


class Malformed(ProtocolError):
    """The bytes are not in the form the protocol asks for."""


class HeaderFailure(Malformed):
    """An age header is not well-formed, or holds what this product does not accept."""


class ArmorFailure(Malformed):
    """An age armor is not well-formed."""


class ReceiptError(Malformed):
    """A typed receipt code cannot be read."""


class UnknownWord(ReceiptError):
    """A word that stands in no word list; ``values["word"]`` is it."""


class WrongChecksum(ReceiptError):
    """Twelve good words whose checksum fails: something is mistyped."""


class WrongLength(ReceiptError):
    """More or fewer than twelve words or groups."""


class LooksLikeFingerprint(ReceiptError):
    """The site's fingerprint was typed where a receipt code belongs."""


class NotAuthentic(ProtocolError):
    """A signature, a binding or a checksum does not hold."""


class CaseDamaged(NotAuthentic):
    """Epoch 0 of a case does not verify under the reporter's key that binds it: nothing can be sealed to it."""


class HmacFailure(NotAuthentic):
    """The header of an age file was altered."""


class PayloadFailure(NotAuthentic):
    """The payload of an age file was altered, cut short or extended."""


class CannotOpen(ProtocolError):
    """None of the keys at hand fits."""


class NoMatch(CannotOpen):
    """No stanza of an age file is sealed to any identity at hand."""


class Refused(ProtocolError):
    """Well-formed and authentic, but a rule of the protocol forbids it."""


class DirectoryExpired(Refused):
    """The directory is past ``valid_until``, or dated more than a day ahead."""


class NewerDirectory(Refused):
    """Something names a directory version above the one at hand; load it and judge again."""
