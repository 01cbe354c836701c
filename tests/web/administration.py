"""An administrator's browser: pages with forms, read and sent as HTML."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from reporting.directory.bundle import read_bundle
from tests.web.world import DESK_ORIGIN, ORIGIN, Desk, World, enroll, publish

_INPUT = re.compile(r'<input type="hidden"[^>]*>|<input[^>]*type="hidden"[^>]*>')


def text_of(answer: TestResponse) -> str:
    """The words of a page, without its tags."""
    body = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(body))


def hidden_fields(answer: TestResponse) -> dict[str, str]:
    """The hidden fields of a page's forms: the token, and the revision it was shown at."""
    found = {}
    for tag in _INPUT.findall(answer.get_data(as_text=True)):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


@dataclass
class Office:
    """A world with an administrator, who sits at their desk."""

    world: World
    desk: Desk

    @classmethod
    def open(cls, world: World, member: str = "ada") -> Office:
        """Enroll an administrator, have the list published, and sign them in."""
        if member not in world.people:
            world.people[member] = enroll(world.service, member, ("administrator",))
            publish(world.service, world.root)
        return cls(world, world.sign_in(member))

    def get(self, path: str = "") -> TestResponse:
        """A page below ``/admin``."""
        return self.desk.client.get(f"/admin{path}", base_url=DESK_ORIGIN, headers={"Accept": "text/html"})

    def fields(self, path: str) -> dict[str, str]:
        """The hidden fields of a page."""
        answer = self.get(path)
        assert answer.status_code == 200, text_of(answer)
        return hidden_fields(answer)

    def post(self, path: str, fields: dict[str, Any], *, shown: dict[str, str] | None = None) -> TestResponse:
        """Send the form of a page; ``shown``: its hidden fields as they were shown earlier."""
        data: MultiDict[str, Any] = MultiDict()
        for name, value in {**(self.fields(path) if shown is None else shown), **fields}.items():
            for one in value if isinstance(value, list) else [value]:
                data.add(name, one)
        return self.send(path, data)

    def send(self, path: str, data: Any) -> TestResponse:
        """Send fields as they are."""
        headers = {"Origin": DESK_ORIGIN, "Accept": "text/html"}
        return self.desk.client.post(f"/admin{path}", data=data, base_url=DESK_ORIGIN, headers=headers)

    def request(self, **fields: Any) -> bytes:
        """The request for the root key, downloaded."""
        answer = self.post("/directory/request", {"days": "92", **fields}, shown=self.fields("/directory"))
        assert answer.status_code == 200, text_of(answer)
        body: bytes = answer.data
        return body

    def signed(self) -> bytes:
        """The request, signed by the root key elsewhere."""
        return read_bundle(self.request()).signed(ORIGIN, self.world.root).encode()

    def publish(self, content: bytes) -> TestResponse:
        """Send a signed file."""
        return self.upload(content, self.fields("/directory"))

    def upload(
        self,
        content: bytes,
        fields: dict[str, str],
        *,
        name: str = "directory.signed.json",
        path: str = "/directory/publish",
        field: str = "file",
    ) -> TestResponse:
        """Send a file and fields as a browser does; the test client would write a long one to the disk."""
        parts = [
            f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()
        ]
        head = (
            f'Content-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in [*parts, head.encode() + content]) + b"--edge--\r\n"
        return self.desk.client.post(
            f"/admin{path}",
            data=body,
            content_type="multipart/form-data; boundary=edge",
            base_url=DESK_ORIGIN,
            headers={"Origin": DESK_ORIGIN, "Accept": "text/html"},
        )
