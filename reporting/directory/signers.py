"""With which keys this server signs: those that the directory in force names, before and after a rotation.

``reporting keys rotate`` lays a new key beside the one in use (``service.next.key``, ``log.next.key``). The
draft names the new one from then on; the server signs with it from the moment that a directory which names
it is in force, without being started again, and clients follow the directory.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from reporting import errors
from reporting.config import read_signing_keys
from reporting.directory import published
from reporting.protocol.errors import N_
from reporting.protocol.signing import SigningKey
from reporting.service import Service

SERVICE, LOG = "service", "log"
NAMES = (SERVICE, LOG)


def service_signer(service: Service, session: Session) -> SigningKey:
    """The key that signs acknowledgements now.

    :raises Unavailable: the directory in force names one that is not here: nothing that clients believe can be signed
    """
    directory = published.latest(service, session)
    return _signer(service, SERVICE, directory.service_key if directory else service.signing_key.public)


def log_signer(service: Service, session: Session) -> SigningKey:
    """The key that signs the checkpoints of both logs now.

    :raises Unavailable: as :func:`service_signer`
    """
    directory = published.latest(service, session)
    return _signer(service, LOG, directory.log_key if directory else service.log_public)


def drafted(service: Service, name: str) -> bytes:
    """The public key that the next directory names: the one laid ready, else the one in use."""
    return list(_on_disk(service, name))[-1].public


def is_here(service: Service, name: str, public: bytes) -> bool:
    """Whether this server has the secret half of a key."""
    return any(key.public == public for key in _known(service, name))


def _signer(service: Service, name: str, public: bytes) -> SigningKey:
    for key in _known(service, name):
        if key.public == public:
            return key
    raise errors.Unavailable(N_("The key that the directory in force names is not on this server."))


def _known(service: Service, name: str) -> Iterator[SigningKey]:
    # Those at hand first: the files are read only while a rotation is under way and this process began before it.
    yield service.signing_key if name == SERVICE else service.log_key
    yield from service.later_keys.get(name, ())
    service.later_keys[name] = tuple(_on_disk(service, name))
    yield from service.later_keys[name]


def _on_disk(service: Service, name: str) -> Iterator[SigningKey]:
    for secret in read_signing_keys(service.settings, name):
        yield SigningKey(secret.reveal())
