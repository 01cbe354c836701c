"""Security headers on every response, from Flask itself, whatever stands in front of it."""

from __future__ import annotations

from collections.abc import Collection

from flask import Flask, Response

from reporting.config import Settings

#: Own scripts and styles only, no inline anything (protocol section 11).
_DIRECTIVES = (
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "manifest-src 'self'",
    "script-src {scripts}",
    "style-src 'self'",
    "worker-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types {policies}",
)


#: The desk's document holds one frame: the viewer.
_FRAMES = "frame-src 'self'"

#: The viewer shows what strangers sent: one script and one sheet by their hashes, pictures and sound that it was
#: handed, and nothing else: no network, no form, no frame, and an origin that is nobody's.
_VIEWER = (
    "default-src 'none'",
    "base-uri 'none'",
    "connect-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "img-src blob:",
    "media-src blob:",
    "sandbox allow-scripts",
    "script-src '{script}' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "worker-src blob:",
    "require-trusted-types-for 'script'",
    "trusted-types viewer",
    "webrtc 'block'",
)


def content_security_policy(*, wasm: bool = False, desk: bool = False) -> str:
    """The policy of a response.

    :param wasm: a worker's script that compiles WebAssembly (Argon2id at the desk)
    :param desk: the desk's document, whose library makes a Trusted Types policy for its constant templates, and
        which holds the viewer's frame
    """
    scripts = "'self' 'wasm-unsafe-eval'" if wasm else "'self'"
    policies = "reporting lit-html" if desk else "reporting"
    directives = (*_DIRECTIVES, _FRAMES) if desk else _DIRECTIVES
    return "; ".join(directives).format(scripts=scripts, policies=policies)


def viewer_headers(script: str) -> dict[str, str]:
    """What the viewer's page says otherwise than every other.

    :param script: the integrity value of the one script that runs there
    """
    return {
        "Content-Security-Policy": "; ".join(_VIEWER).format(script=script),
        "X-Frame-Options": "SAMEORIGIN",
        # Firefox asks it of a document whose origin is nobody's; who may hold it, `frame-ancestors` says.
        "Cross-Origin-Resource-Policy": "cross-origin",
    }


#: For the viewer's own script and sheet: it loads them from an origin that is nobody's.
FRAMED_HEADERS = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


_FEATURES = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


def permissions_policy(*, allowed: Collection[str] = ()) -> str:
    """Which features of the device a page may ask for: none but ``allowed``."""
    return ", ".join(f"{feature}=(self)" if feature in allowed else f"{feature}=()" for feature in _FEATURES)


def offer_recording(response: Response) -> Response:
    """Let a page in which files are attached ask its reader for the microphone."""
    response.headers["Permissions-Policy"] = permissions_policy(allowed=["microphone"])
    return response


def security_headers(settings: Settings, surface: str) -> dict[str, str]:
    """The headers of every response of ``surface``.

    The reporter's side sends no referrer at all; staff pages tell their own origin where they come from.
    """
    headers = {
        "Content-Security-Policy": content_security_policy(),
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin" if surface == "desk" else "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": permissions_policy(),
        "Cache-Control": "no-store",
    }
    if surface == "intake" and settings.onion_location:
        headers["Onion-Location"] = settings.onion_location
    return headers


def install(app: Flask, settings: Settings, surface: str) -> None:
    """Add the headers to every response of ``app``; a view may set some of its own."""
    headers = [(name.lower(), name, value) for name, value in security_headers(settings, surface).items()]

    @app.after_request
    def add_headers(response: Response) -> Response:
        said = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for lower, name, value in headers if lower not in said])
        return response
