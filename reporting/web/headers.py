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


def content_security_policy(*, wasm: bool = False, lit: bool = False) -> str:
    """The policy of a response.

    :param wasm: a worker's script that compiles WebAssembly (Argon2id at the desk)
    :param lit: the desk's document, whose library makes a Trusted Types policy for its constant templates
    """
    scripts = "'self' 'wasm-unsafe-eval'" if wasm else "'self'"
    policies = "reporting lit-html" if lit else "reporting"
    return "; ".join(_DIRECTIVES).format(scripts=scripts, policies=policies)


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
