/** A browser's way to the desk, for tests in Node: it names the page's origin, and carries the session's cookie. */

import type { Fetch } from "../../reporting/browser/src/client/transport.ts";

export class Browser {
  readonly #cookies = new Map<string, string>();

  /** `origin`: where the desk is, such as `http://127.0.0.1:40002`. */
  constructor(readonly origin: string) {}

  readonly fetch: Fetch = async (address, init) => {
    const headers = new Headers(init.headers);
    if (init.method !== "GET") headers.set("Origin", this.origin);
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (init.credentials === "same-origin" && cookies !== "") headers.set("Cookie", cookies);
    const response = await fetch(new URL(address, this.origin), { ...init, headers });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  };

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";");
    const [name = "", ...value] = pair.split("=");
    const gone = attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute)) || value.join("=") === "";
    if (gone) this.#cookies.delete(name);
    else this.#cookies.set(name, value.join("="));
  }
}
