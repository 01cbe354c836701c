// Runs the independent client against a service: node check.mjs BASE_URL "FINGERPRINT". One TAP-like line a claim;
// lines that begin with "# note" record what the server does where the page says nothing.
import * as C from "./client.mjs";

const [base, pinned] = process.argv.slice(2);
const { text, untext, b64, unb64, hex, sha256, concat, age } = C;
let number = 0, failures = 0;
const ok = (condition, claim, seen = "") => {
  if (!condition) failures++;
  console.log(`${condition ? "ok" : "not ok"} ${++number} - ${claim}${condition || !seen ? "" : ` # got ${seen}`}`);
  return condition;
};
const note = (s) => console.log(`# note: ${s}`);
const refuses = async (claim, f) => {
  try { await f(); ok(false, claim, "no refusal"); } catch (e) { ok(e instanceof C.Refused, claim, `${e.name} ${e.message}`); }
};
const section = async (name, f) => {
  console.log(`# ${name} (${(performance.now() / 1000).toFixed(1)} s)`);
  try { await f(); } catch (e) { ok(false, `${name}: ran to its end`, `${e.name} ${e.message} ${e.stack.split("\n")[1]}`); }
};

// --- the one shape: every answer of the three addresses passes through here ----------------------------------
const shapes = { answers: 0, faults: [], names: new Set(), lengths: new Set() };
const watch = (a) => {
  shapes.answers++;
  const fault = (why) => shapes.faults.push(`${a.target} ${a.status}: ${why}`);
  if (a.body.length !== client.directory.shape) fault(`body of ${a.body.length}`);
  if (a.headers["content-encoding"] !== "identity") fault(`Content-Encoding ${a.headers["content-encoding"]}`);
  if (a.headers["cache-control"] !== "no-store, no-transform") fault(`Cache-Control ${a.headers["cache-control"]}`);
  if (a.headers["set-cookie"]) fault("a cookie");
  if (!/^0*$/.test(a.headers.padding ?? "x")) fault("Padding");
  if (!/^ *$/.test(untext(a.body).replace(/^[^]*[}\]]/, ""))) fault("not followed by spaces");
  shapes.names.add(a.pairs.map(([k]) => k).join()); shapes.lengths.add(a.headText.length);
  if (shapes.names.size > 1) { fault(`header names ${[...shapes.names].at(-1)}`); shapes.names = new Set([[...shapes.names][0]]); }
  if (shapes.lengths.size > 1) { fault(`header length ${[...shapes.lengths]}`); shapes.lengths = new Set([[...shapes.lengths][0]]); }
};
const client = new C.Client(base, pinned, { watch });
const describe = (a) => `${a.status} ${a.json?.type?.replace("urn:reporting:problem:", "") ?? ""} ${a.json?.pointer ?? ""} ${a.json?.detail ?? ""}`;
const types = new Set();
const isProblem = (a) => types.add(a.json?.type) && a.headers["content-type"] === "application/problem+json" && a.json && typeof a.json.type === "string" &&
  /^[a-z][a-z0-9+.-]*:\S+$/.test(a.json.type) && !!a.json.title && a.json.status === a.status && !!a.json.detail;
// A refusal: status (one, or several where the page leaves it open), the end of its type, the beginning of its pointer.
const refused = (a, claim, status, { type, pointer, exactPointer } = {}) => {
  const statuses = [status].flat();
  return ok(statuses.includes(a.status) && isProblem(a) && (!type || a.json.type.endsWith(":" + type)) &&
    (!pointer || (typeof a.json.pointer === "string" && (exactPointer ? a.json.pointer === pointer : a.json.pointer.startsWith(pointer)))),
  `${claim}: ${statuses.join(" or ")}${type ? " " + type : ""}${pointer ? " at " + pointer : ""}`, describe(a) + (isProblem(a) ? "" : " (no problem document)"));
};
const reports = (body) => client.post("/api/reports", body);
const newReceipt = () => new C.Receipt(C.newCode(), client.origin);
const joinNote = (lines, ...signatures) => lines.map((l) => l + "\n").join("") + "\n" + signatures.join("");
const unsolved = ({ challenge, nonce }) => {
  for (let n = Number(nonce) + 1; ; n++) if (!hex(sha256(text(`${challenge}:${n}`))).startsWith("00")) return { challenge, nonce: String(n) };
};
const foreign = async () => {
  const { challenge } = C.parseJson(await client.text("/api/challenge"));
  const forged = challenge.slice(0, -1) + (challenge.endsWith("0") ? "1" : "0");
  return { challenge: forged, nonce: C.solve(forged, 14) };
};
const edit = (bytes, f) => new Uint8Array(Buffer.from(f(Buffer.from(bytes).toString("latin1")), "latin1"));

// --- sections 2 and 3 ---------------------------------------------------------------------------------------
await section("section 3: directory", async () => {
  await client.load();
  ok(true, "root pinned by fingerprint; directory, chain, recipients, questionnaires and site document check");
  await refuses("another fingerprint is refused", () => new C.Client(base, "00000 00000 00000 00000 00000 00000").load());
  const late = new Date(Date.parse(client.directory.valid_until) + 86400000).toISOString().slice(0, 10);
  await refuses("past valid_until is refused", () => client.checkDirectory(client.note, late));
  const early = new Date(Date.parse(client.directory.date) - 2 * 86400000).toISOString().slice(0, 10);
  await refuses("dated more than a day ahead is refused", () => client.checkDirectory(client.note, early));
  await refuses("an altered directory is refused", () => client.checkDirectory(client.note.replace('"shape":65536', '"shape":65537')));
  await refuses("a directory without the root's signature is refused", () =>
    client.checkDirectory(client.note.replace(`— ${client.origin} `, `— ${client.origin}x `)));
  const rootLine = await client.text("/.well-known/reporting/root");
  ok(!rootLine.trimEnd().includes("\n"), "the root's address gives one line");
  for (let v = 1; v <= client.directory.version; v++) {
    ok((await client.get(`/.well-known/reporting/directory/${v}`)).status === 200, `version ${v} is available`);
  }
  const absent = await client.get(`/.well-known/reporting/directory/${client.directory.version + 1}`);
  ok(absent.status === 404 && absent.headers["content-type"] === "application/problem+json", "a version not published: 404, a problem document", absent.status);
  ok(absent.json === undefined && C.parseJson(absent.body).status === 404, "the 404 names its status");
  ok((await client.get("/.well-known/reporting/recipients/nowhere")).status === 404, "recipients of no channel: 404");
  const page = await client.get(`/.well-known/reporting/directory/0${client.directory.version}`);
  note(`/directory/0${client.directory.version} (a version that is not canonical) is answered ${page.status}`);
  for (const [id, c] of Object.entries(client.channels)) {
    ok(c.kind === "protection" || Object.keys(c.recipients).length === new Set(Object.values(c.roles).flat()).size, `${id}: recipients of every member with a role, no others`);
  }
  const cookies = await client.get("/api/challenge");
  ok(!cookies.headers["set-cookie"] && /no-store/.test(cookies.headers["cache-control"]), "a challenge comes without cookie, uncached");
  const challenge = C.parseJson(cookies.body);
  ok(challenge.bits === 14 && challenge.challenge.length <= 256, "14 bits at rest, at most 256 characters", challenge.bits);
  const api = C.parseJson(await client.text("/api/openapi.json"));
  ok(api.openapi.startsWith("3.1"), "OpenAPI 3.1 is served");
  const asked = ["/api/reports", "/api/mailbox", "/api/entries", "/api/challenge", "/api/uploads", "/api/mailbox/blob"];
  ok(asked.every((p) => api.paths[p]), "OpenAPI lists the addresses of section 13");
  const real = Object.values(client.channels)[0].questionnaire, described = api.components.schemas.Questionnaire?.properties ?? {};
  const unlisted = Object.keys(real).filter((k) => !(k in described));
  ok(unlisted.length === 0, "section 13: the questionnaire format is listed in the OpenAPI description", `served but not described: ${unlisted}`);
  const clocks = JSON.stringify(api.components.schemas.Clock ?? {});
  ok(clocks.includes("acknowledge") && clocks.includes("feedback"), "section 13: clock names are listed in the OpenAPI description");
});

await section("section 2: receipt codes", async () => {
  const entropy = C.newCode(), words = C.codeWords(entropy), digits = C.codeDigits(entropy);
  ok(C.same(C.readCode(words), entropy) && C.same(C.readCode(words.toUpperCase().replaceAll(" ", "-")), entropy), "words read back, any case, hyphens");
  ok(C.same(C.readCode(digits), entropy) && C.same(C.readCode(digits.replaceAll(" ", "")), entropy), "twelve groups read back");
  ok(C.same(C.readCode(digits.replace(/\d/g, (d) => String.fromCharCode(0x660 + +d))), entropy), "Arabic-Indic digits read back");
  ok(C.same(C.readCode(digits.replace(/\d/g, (d) => String.fromCharCode(0x6f0 + +d))), entropy), "Persian digits read back");
  ok(C.same(C.readCode(words.split(" ").map((w) => w.slice(0, 4)).join(" ")), entropy), "four letters are enough");
  for (const [name, list] of Object.entries(C.wordlists)) ok(C.same(C.readCode(C.codeWords(entropy, list), [list]), entropy), `${name} reads back`);
  await refuses("a word in no list is refused", () => C.readCode(words.replace(/^\S+/, "zzzzzz")));
  await refuses("the fingerprint in the field is recognised", () => C.readCode(pinned));
});

// --- section 6 ----------------------------------------------------------------------------------------------
const home = newReceipt();
let base1, token, solved;
await section("section 6: what is refused", async () => {
  base1 = await client.prepare(home, "procurement", { answers: { account: "Independent. ".repeat(20) }, identity: { name: "A. Reporter" } });
  solved = await client.challenge();
  const good = { ...base1.body, challenge: solved }, json = JSON.stringify(good);
  const { lines, keys, recipient } = base1, signer = `${client.origin}/reporter`;
  const signature = C.signLine(signer, keys.public, C.ed25519.sign(text(lines.join("\n") + "\n"), keys.secret));
  ok(joinNote(lines, signature) === good.epoch, "(self) the note is the one sent");

  // Size, then JSON.
  const long = concat(json, " ".repeat(client.directory.shape + 1 - text(json).length));
  const rawPost = async (body, headers, target = "/api/reports") => {
    const [a] = await C.exchange(base, C.request(base, "POST", target, { "Content-Type": "application/json", ...headers }, body));
    try { a.json = C.parseJson(a.body); } catch { /* left undefined */ }
    a.target = target;
    return a;
  };
  refused(await rawPost(long), "one byte over shape", 413, { type: "too-large" });
  refused(await rawPost(text("{".repeat(client.directory.shape + 1))), "size before JSON", 413);
  for (const target of ["/api/mailbox", "/api/entries"]) refused(await rawPost(long, {}, target), `${target}: over shape`, 413);
  refused(await rawPost(new Uint8Array(9 * 1024 * 1024).fill(32)), "a body of 9 MiB", 413);
  refused(await rawPost(new Uint8Array(8 * 1024 * 1024).fill(32)), "a body of 8 MiB", 413);
  const chunk = (body) => Buffer.concat([...Array(Math.ceil(body.length / 50000)).keys()].map((i) => {
    const part = Buffer.from(body.slice(i * 50000, (i + 1) * 50000));
    return Buffer.concat([Buffer.from(part.length.toString(16) + "\r\n"), part, Buffer.from("\r\n")]);
  }).concat(Buffer.from("0\r\n\r\n")));
  refused(await rawPost(chunk(long), { "Transfer-Encoding": "chunked" }), "chunked and over shape", 413);

  const raw = async (s, claim, status = 400, extra = {}) => {
    const body = typeof s === "string" ? text(s) : s;
    refused(await client.post("/api/reports", concat(body, " ".repeat(Math.max(0, client.directory.shape - body.length))), { raw: true }), claim, status, extra);
  };
  refused(await client.post("/api/reports", new Uint8Array(), { raw: true }), "an empty body", 400, { type: "malformed" });
  await raw("", "spaces alone", 400, { type: "malformed" });
  await raw("{", "an open object", 400, { type: "malformed" });
  await raw(json.slice(0, -1) + ",}", "a trailing comma", 400);
  await raw(json + "x", "something after the JSON", 400);
  await raw(json + json.slice(0, 2), "a second value", 400);
  await raw(json.replace("{", '{"channel":"procurement",'), "a name twice", 400, { type: "malformed" });
  await raw(json.replace('"challenge":{', '"challenge":{"nonce":"1",'), "a name twice, inside", 400, { type: "malformed" });
  await raw(json.replace('"chan', '"chan\\u006eel":"procurement","chan'), "a name twice, once escaped", 400);
  await raw(json.replace('"uploads":[]', `"uploads":${"[".repeat(17)}${"]".repeat(17)}`), "18 levels deep", 400);
  await raw(json.replace('"uploads":[]', `"uploads":${"[".repeat(16)}${"]".repeat(16)}`), "17 levels deep", 400);
  await raw("[".repeat(60000), "60,000 levels deep", 400);
  await raw(json.replace('"uploads":[]', '"uploads":["\\ud800"]'), "a lone surrogate", 400);
  await raw(json.replace('"directory":', '"directory":9007199254740992,"x":'), "a number of 2^53", 400);
  await raw(json.replace('"directory":', '"directory":1e400,"x":'), "an infinite number", 400);
  await raw(json.replace('"directory":', '"directory":NaN,"x":'), "NaN", 400);
  await raw(json.replace('"directory":', '"directory":01,"x":'), "a leading zero", 400);
  await raw(concat(new Uint8Array([0xef, 0xbb, 0xbf]), json), "a byte order mark", 400);
  await raw(concat(json.slice(0, -1), ',"x":"', new Uint8Array([0xc3, 0x28]), '"}'), "not UTF-8", 400);
  await raw(concat(json.slice(0, -1), ',"x":"', new Uint8Array([0xed, 0xa0, 0x80]), '"}'), "a surrogate in UTF-8", 400);
  await raw(json.replace("procurement", "procure\tment"), "a control character in a string", 400);
  await raw(json.replace(/^\{/, "\u00a0{"), "space that is not JSON's", 400);
  for (const s of ["[]", "null", '"x"', "7"]) await raw(s, `${s} instead of an object`, [400, 422]);

  // The challenge comes before structure.
  const foreignOne = await foreign(), bad = unsolved(solved);
  const at = { type: "challenge-unsolved", pointer: "/challenge" };
  refused(await reports({ ...good, challenge: bad }), "an unsolved challenge", 400, at);
  refused(await reports({ ...good, challenge: bad, entry: "???" }), "unsolved and bad structure", 400, at);
  refused(await reports({ ...good, challenge: foreignOne }), "a foreign challenge, solved", 400, { pointer: "/challenge" });
  refused(await reports({ ...good, challenge: foreignOne, token: "x" }), "foreign and bad structure", 400);
  refused(await reports({ challenge: bad }), "unsolved and nothing else", 400, at);
  const withNonce = (nonce) => ({ ...good, challenge: { ...solved, nonce } });
  for (const nonce of ["", "1".repeat(21), "x" + solved.nonce, solved.nonce + " ", "٣", Number(solved.nonce), null, [], {}]) {
    refused(await reports(withNonce(nonce)), `a nonce of ${JSON.stringify(nonce)}`, 400, { pointer: "/challenge" });
  }
  for (const challenge of [null, undefined, "x", [], {}, { challenge: 7, nonce: "1" }, { challenge: "x".repeat(257), nonce: "1" }, { challenge: "é", nonce: "1" }]) {
    refused(await reports({ ...good, challenge }), `a challenge of ${JSON.stringify(challenge)?.slice(0, 40)}`, 400, { pointer: "/challenge" });
  }

  // Structure.
  const structure = async (changes, claim, pointer, status = 422, type = "invalid") =>
    refused(await reports({ ...good, ...changes }), claim, status, { type, pointer });
  for (const field of Object.keys(base1.body)) {
    if (field === "identity") continue;
    await structure({ [field]: undefined }, `no ${field}`, "/" + field);
    for (const value of [null, 7.5, {}]) await structure({ [field]: value }, `${field}: ${JSON.stringify(value)}`, "/" + field);
  }
  note(`no "identity" at all is answered ${describe(await reports({ ...good, identity: undefined, entry: "" }))} (with a bad entry beside it)`);
  for (const value of [7, "", {}, []]) await structure({ identity: value }, `identity: ${JSON.stringify(value)}`, "/identity");
  for (const value of ["1", true, -1, 1.5]) await structure({ directory: value }, `directory: ${JSON.stringify(value)}`, "/directory");
  const wrongBase64 = (bytes) => {
    const s = b64(bytes), pad = s.endsWith("=");
    const list = { "with a space": s.slice(0, 8) + " " + s.slice(8), "with a line end": s + "\n", "with a line end inside": s.slice(0, 76) + "\n" + s.slice(76), "of the URL alphabet": s.replace(/[A-Za-z0-9]/, "-") };
    if (pad) {
      const last = s.replace(/=+$/, ""), alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
      list["without padding"] = last;
      list["with too much padding"] = s + "=";
      list["with spare bits"] = last.slice(0, -1) + alphabet[alphabet.indexOf(last.at(-1)) + 1] + s.slice(last.length);
    }
    return Object.entries(list);
  };
  for (const field of ["token", "reporter_sha256"]) {
    for (const [kind, value] of wrongBase64(unb64(good[field]))) await structure({ [field]: value }, `${field} ${kind}`, "/" + field);
    for (const n of [0, 31, 33]) await structure({ [field]: b64(new Uint8Array(n)) }, `${field} of ${n} bytes`, "/" + field);
  }
  const wrap = (name, body, ...args) => ({ wrapFileKey: () => [new age.Stanza([name, ...args], body)] });
  const r2 = [recipient, base1.mine], plain = await C.open(base1.entry, base1.caseIdentity), unpadded = (s) => s.replace(/=+$/, "");
  const sealed = async (recipients, p = plain) => b64(await C.seal(p, recipients));
  const x25519 = await age.identityToRecipient(await age.generateX25519Identity());
  const scrypt = wrap("scrypt", new Uint8Array(32), unpadded(b64(new Uint8Array(16))), "10");
  const file = base1.entry, custodians = client.channels.procurement.roles.custodian.map((id) => client.channels.procurement.recipients[id]);
  const badFiles = async (name, make) => {
    const f = make.file, hyb = make.recipients;
    const p = make.plain;
    const cases = {
      "with an X25519 stanza too": await sealed([...hyb, x25519], p),
      "with an X25519 stanza instead": await sealed([...hyb.slice(1), x25519], p),
      "with a scrypt stanza": await sealed([...hyb.slice(1), scrypt], p),
      "with an unknown stanza": await sealed([...hyb, wrap("grease-x", new Uint8Array(8), "a")], p),
      "with an unknown stanza instead": await sealed([...hyb.slice(1), wrap("grease-x", new Uint8Array(32), "a")], p),
      "with a stanza of a third argument": await sealed([...hyb.slice(1), wrap("mlkem768x25519", new Uint8Array(32), unpadded(b64(new Uint8Array(1120))), "x")], p),
      "with a stanza of no argument": await sealed([...hyb.slice(1), wrap("mlkem768x25519", new Uint8Array(32))], p),
      "with an enc of 1,119 bytes": await sealed([...hyb.slice(1), wrap("mlkem768x25519", new Uint8Array(32), unpadded(b64(new Uint8Array(1119))))], p),
      "with a stanza body of 31 bytes": await sealed([...hyb.slice(1), wrap("mlkem768x25519", new Uint8Array(31), unpadded(b64(new Uint8Array(1120))))], p),
      "with a padded enc": await sealed([...hyb.slice(1), wrap("mlkem768x25519", new Uint8Array(32), b64(new Uint8Array(1120)))], p),
      "with spare bits in enc": await sealed([...hyb.slice(1), wrap("mlkem768x25519", new Uint8Array(32), unpadded(b64(new Uint8Array(1120))).slice(0, -1) + "B")], p),
      "of version 2": b64(edit(f, (s) => s.replace("/v1\n", "/v2\n"))),
      "with CRLF": b64(edit(f, (s) => s.replace("/v1\n", "/v1\r\n"))),
      "with a double space": b64(edit(f, (s) => s.replace("-> mlkem", "->  mlkem"))),
      "without a MAC": b64(edit(f, (s) => s.replace(/\n--- [^\n]*\n/, "\n---\n"))),
      "with a MAC of 31 bytes": b64(edit(f, (s) => s.replace(/\n--- [^\n]*\n/, `\n--- ${unpadded(b64(new Uint8Array(31)))}\n`))),
      "with spare bits in the MAC": b64(edit(f, (s) => s.replace(/\n--- [^\n]*\n/, `\n--- ${unpadded(b64(new Uint8Array(32))).slice(0, -1)}B\n`))),
      "without stanzas": b64(edit(f, (s) => s.replace(/\n->[^]*?\n---/, "\n---"))),
      "in armor": b64(text(age.armor.encode(f))),
      "that ends in its header": b64(f.slice(0, 900)),
      "without a payload": b64(edit(f, (s) => s.slice(0, s.indexOf("\n", s.indexOf("\n--- ") + 1) + 1))),
      "of nonce alone": b64(edit(f, (s) => s.slice(0, s.indexOf("\n", s.indexOf("\n--- ") + 1) + 17))),
      "of text": b64(text("hello")),
    };
    for (const [kind, value] of wrongBase64(f)) cases[kind] = value;
    if (name !== "grant") {
      Object.assign(cases, { "shorter by a byte": b64(f.slice(0, -1)), "shorter by sixteen": b64(f.slice(0, -16)), "longer by a byte": b64(concat(f, new Uint8Array(1))) });
      for (const n of [0, 1984, 2047, 2049, 2100, 2112 + 1, 17409, 18432]) cases[`of ${n} bytes of plaintext`] = await sealed(hyb, new Uint8Array(n));
    }
    if (name !== "identity") {
      cases["with a stanza too many"] = await sealed([...hyb, hyb[0]], p);
      if (hyb.length > 1) cases["with a stanza too few"] = await sealed(hyb.slice(1), p);
    } else cases["with 17 stanzas"] = await sealed(Array(17).fill(hyb[0]), p);
    for (const [kind, value] of Object.entries(cases)) {
      await structure(make.put(value), `${name} ${kind}`, make.pointer);
    }
  };
  await badFiles("entry", { file, recipients: r2, plain, put: (entry) => ({ entry }), pointer: "/entry" });
  await badFiles("identity", { file: unb64(good.identity), recipients: custodians, plain: new Uint8Array(2048), put: (identity) => ({ identity }), pointer: "/identity" });
  const grant0 = good.grants[0];
  await badFiles("grant", { file: unb64(grant0.sealed), recipients: [client.channels.procurement.recipients[grant0.member]], plain: text(base1.grant),
    put: (s) => ({ grants: [{ ...grant0, sealed: s }, ...good.grants.slice(1)] }), pointer: "/grants/0" });
  const cut = await client.prepare(newReceipt(), "anything-else");
  cut.body.grants[0].sealed = b64(unb64(cut.body.grants[0].sealed).slice(0, -1));
  note(`a grant one byte short, which nobody can open, is answered ${describe(await client.send("/api/reports", cut.body))}; the page sets a length for entries only`);

  // The recipient.
  const withRecipient = (r) => {
    const caseHash = sha256(text(r)), l = [...lines];
    l[2] = C.caseIdOf(caseHash, unb64(good.reporter_sha256)); l[4] = b64(caseHash);
    return { recipient: r, epoch: joinNote(l, signature) };
  };
  const key = C.decodeRecipient(recipient), bent = Uint8Array.from(key);
  bent.set([0xff, 0xff, 0xff]);
  const oneOver = Uint8Array.from(key);
  oneOver.set([0x01, (oneOver[1] & 0xf0) | 0x0d]); // exactly q = 3329
  for (const [kind, value] of Object.entries({
    uppercase: recipient.toUpperCase(), "of mixed case": recipient.slice(0, -1) + recipient.slice(-1).toUpperCase() + "Q",
    "of bad modulus": C.encodeRecipient(bent), "with a coefficient of q": C.encodeRecipient(oneOver), "of X25519": x25519,
    "of 1,215 bytes": C.encodeRecipient(key.slice(1)), "with a false checksum": recipient.slice(0, -1) + (recipient.endsWith("q") ? "p" : "q"),
    "with a space": recipient + " ", "with a line end": recipient + "\n", empty: "",
  })) await structure(withRecipient(value), `recipient ${kind}`, "/recipient");
  const other = await age.identityToRecipient(await age.generateHybridIdentity());
  await structure({ recipient: other }, "recipient that does not fit epoch and case", "/");
  await structure({ reporter_sha256: b64(new Uint8Array(32)) }, "reporter_sha256 that does not fit the case", "/");

  // The epoch note.
  const changed = (n, value) => joinNote(lines.map((l, i) => (i === n ? value : l)), signature);
  const sigOf = (name, bytes) => `— ${name} ${b64(bytes)}\n`;
  for (const [kind, epoch] of Object.entries({
    "with two signatures": joinNote(lines, signature, signature),
    "with a second signature of another name": joinNote(lines, signature, C.signLine("example.org", keys.public, new Uint8Array(64))),
    "without a signature": joinNote(lines), "without the empty line": lines.join("\n") + "\n" + signature,
    "signed in another name": joinNote(lines, C.signLine(`${client.origin}/service`, keys.public, new Uint8Array(64))),
    "with a signature of 67 bytes": joinNote(lines, sigOf(signer, new Uint8Array(67))),
    "with a signature of 69 bytes": joinNote(lines, sigOf(signer, new Uint8Array(69))),
    "with a signature that is not base64": joinNote(lines, `— ${signer} ${"?".repeat(92)}\n`),
    "with a signature of spare bits": joinNote(lines, `— ${signer} ${"A".repeat(90)}B=\n`),
    "with a hyphen for the dash": joinNote(lines, signature.replace("—", "-")),
    "with an extra line": joinNote([...lines, "x"], signature), "with an empty line": joinNote([...lines, ""], signature),
    "with a line less": joinNote(lines.slice(0, 8), signature), "with CRLF": good.epoch.replaceAll("\n", "\r\n"),
    "with text after": good.epoch + "x", "without its last line end": good.epoch.slice(0, -1), "with a line end more": good.epoch + "\n",
    "of another origin": changed(0, "example.org"), "of another type": changed(1, "reporting/epoch/v2"),
    "of another case": changed(2, "0".repeat(32)), "of epoch 1": changed(3, "1"), "of epoch 00": changed(3, "00"),
    "of another recipient": changed(4, b64(new Uint8Array(32))), "without holders": changed(5, ""),
    "of fewer holders": changed(5, lines[5].split(",")[0]), "of more holders": changed(5, lines[5] + ",investigator"),
    "of holders in disorder": changed(5, lines[5].split(",").reverse().join()), "of a holder twice": changed(5, lines[5] + "," + lines[5].split(",").at(-1)),
    "of holders with a space": changed(5, lines[5].replace(",", ", ")),
    "with a predecessor": changed(6, b64(new Uint8Array(32).fill(1))), "with a date that is none": changed(8, "2026-02-30"),
    "with a date and time": changed(8, lines[8] + "T00:00:00Z"), "with a byte order mark": "\ufeff" + good.epoch, empty: "",
  })) await structure({ epoch }, `epoch note ${kind}`, "/epoch");
  for (const line of ["x", "01", "-1", "", "1.0", "9".repeat(30)]) {
    refused(await reports({ ...good, epoch: changed(7, line) }), `epoch note of directory ${JSON.stringify(line.slice(0, 8))}`, [409, 422]);
  }

  // Grants.
  const granted = (grants, holders = grants.map((g) => g.member)) => ({ grants, epoch: changed(5, [...new Set(holders)].sort().join()) });
  await structure(granted([]), "grants to nobody", "/");
  await structure({ grants: [] }, "no grants, holders in the note", "/");
  await structure({ grants: [...good.grants, grant0] }, "a grant twice", "/grants");
  await structure({ grants: good.grants.slice(1) }, "a holder without a grant", "/");
  await structure(granted([...good.grants, { ...grant0, member: "Intake" }]), "a grant to an uppercase id", "/");
  await structure(granted([...good.grants, { ...grant0, member: "a".repeat(33) }]), "a grant to an id of 33", "/");
  await structure(granted([...good.grants, { ...grant0, member: "reporter" }]), "a grant to \"reporter\"", "/");
  await structure({ grants: [...good.grants, 7] }, "a grant that is a number", "/grants/2");
  await structure({ grants: [...good.grants, {}] }, "a grant without fields", "/grants/2");
  for (const who of ["nobody-1", "auditor", "investigator", "protection", "custodian-1"]) {
    await structure(granted([...good.grants, { ...grant0, member: who }]), `a grant to ${who}`, "/grants");
  }
  const safe = good.grants.find((g) => g.member === "break-glass");
  await structure(granted([safe]), "a grant to break-glass alone", "/grants");
  // Channel.
  for (const channel of ["nowhere", "a".repeat(33), "Procurement", "", "protection"]) await structure({ channel }, `channel ${channel.slice(0, 12)}`, channel === "protection" ? "/" : "/channel");
  // Identity against the directory.
  await structure({ identity: await sealed([...custodians, custodians[0]], new Uint8Array(2048)) }, "identity of more stanzas than custodians", "/identity");
  // Uploads.
  note(`a report that names an upload is answered ${describe(await reports({ ...good, uploads: ["a".repeat(32)] }))}`);
  refused(await reports({ ...good, uploads: ["a".repeat(32)] }), "an upload that is none", [409, 422], { pointer: "/uploads" });
  refused(await reports({ ...good, uploads: Array(17).fill("a") }), "17 uploads", 422, { pointer: "/uploads" });
  refused(await reports({ ...good, uploads: [7] }), "an upload that is a number", 422, { pointer: "/uploads" });

  // The directory: in request and note alike, before roles.
  const version = client.directory.version;
  const outdated = async (changes, claim) => {
    const a = await reports({ ...good, ...changes });
    refused(a, claim, 409, { type: "directory-outdated" });
    ok(a.json?.version === version, `${claim}: the current version is in the answer`, JSON.stringify(a.json?.version));
  };
  await outdated({ directory: version + 1, epoch: changed(7, String(version + 1)) }, "an unknown directory");
  await outdated({ directory: version + 1 }, "an unknown directory in the request alone");
  await outdated({ epoch: changed(7, String(version + 1)) }, "an unknown directory in the note alone");
  await outdated({ directory: version + 1, channel: "nowhere" }, "unknown directory before unknown channel");
  await outdated({ directory: version + 1, ...granted([...good.grants, { ...grant0, member: "nobody-1" }]) }, "unknown directory before roles");
  const zero = await reports({ ...good, directory: 0, epoch: changed(7, "0") });
  refused(zero, "directory 0", [409, 422]);
  if (zero.status !== 409) note(`directory 0 is answered ${describe(zero)}`);
  refused(await reports({ ...good, directory: version + 1, entry: b64(file.slice(0, -1)) }), "bad structure before unknown directory", 422, { pointer: "/entry" });

  // After all of these the same challenge, case and token are still good: nothing was stored or spent.
  const first = await client.submit(base1, solved);
  ok(first.status === 201, "nothing that failed was stored or spent the challenge: the same submission is now 201", describe(first));
  ok(first.json.case === base1.caseId, "the answer names the case id that the client computed");
  token = good.token;
});

await section("section 6: already stored", async () => {
  const good = { ...base1.body, challenge: solved };
  const again = await reports(good), reference = JSON.stringify(C.parseJson(again.body));
  ok(again.status === 200, "a retry byte for byte, its challenge spent: 200", describe(again));
  const stored = async (changes, claim) => {
    const a = await reports({ ...good, ...changes });
    ok(a.status === 200 && JSON.stringify(a.json) === reference, `${claim}: 200, the stored answer`, describe(a));
  };
  await stored({ challenge: await client.challenge() }, "a retry with a fresh challenge");
  await stored({ grants: [...good.grants].reverse() }, "grants in another order");
  await stored({ directory: client.directory.version + 7 }, "already stored comes before the directory");
  refused(await reports({ ...good, challenge: unsolved(solved) }), "a retry with an unsolved challenge", 400, { type: "challenge-unsolved" });
  refused(await reports({ ...good, challenge: await foreign() }), "a retry with a foreign challenge", 400);
  const conflict = async (changes, claim) => refused(await reports({ ...good, ...changes }), claim, 409, { type: "case-exists" });
  const fresh = b64(await C.seal(new Uint8Array(2048), [base1.recipient, base1.mine]));
  await conflict({ entry: fresh }, "the same case id with another entry");
  await conflict({ token: b64(new Uint8Array(32)) }, "the same case id with another token");
  await conflict({ channel: "anything-else" }, "the same case id on another channel");
  await conflict({ channel: "nowhere", directory: 99 }, "already stored before channel and directory, other content");
  await conflict({ identity: null }, "the same case id without the identity");
  const intakeSealed = b64(await C.seal(text(base1.grant), [client.channels.procurement.recipients[good.grants[0].member]]));
  await conflict({ grants: [{ ...good.grants[0], sealed: intakeSealed }, ...good.grants.slice(1)] }, "the same case id with another grant");
  const otherSig = joinNote(base1.lines, C.signLine(`${client.origin}/reporter`, base1.keys.public, new Uint8Array(64)));
  await conflict({ epoch: otherSig }, "the same case id with another signature on the note");
  // Spent challenges.
  const next = await client.prepare(newReceipt(), "anything-else");
  refused(await reports({ ...next.body, challenge: solved }), "a spent challenge", 409, { type: "challenge-spent", pointer: "/challenge" });
  refused(await reports({ ...next.body, challenge: solved, directory: 99 }), "directory before a spent challenge", 409, { type: "directory-outdated" });
  refused(await reports({ ...next.body, challenge: solved, channel: "nowhere" }), "roles before a spent challenge", 422, { pointer: "/channel" });
  const a = await client.submit(next);
  ok(a.status === 201, "with a fresh challenge it is stored", describe(a));
  const c2 = await client.challenge();
  const one = await client.prepare(newReceipt(), "anything-else"), two = await client.prepare(newReceipt(), "anything-else");
  const both = await Promise.all([reports({ ...one.body, challenge: c2 }), reports({ ...two.body, challenge: c2 })]);
  ok(both.map((x) => x.status).sort().join() === "201,409", "one challenge for two submissions at once: one is stored", both.map(describe).join(" / "));
  const c3 = await client.challenge(), three = await client.prepare(newReceipt(), "anything-else");
  const twins = await Promise.all(Array.from({ length: 4 }, () => reports({ ...three.body, challenge: c3 })));
  ok(twins.map((x) => x.status).sort().join() === "200,200,200,201" && new Set(twins.map((x) => JSON.stringify(x.json))).size === 1,
    "the same submission four times at once: one 201, three 200, one answer", twins.map(describe).join(" / "));
});

await section("section 6: races", async () => {
  const receipt = newReceipt();
  const seven = [];
  for (let i = 0; i < 7; i++) seven.push([await client.prepare(receipt, "anything-else"), await client.challenge()]);
  const answers = await Promise.all(seven.map(([r, c]) => reports({ ...r.body, challenge: c })));
  ok(answers.map((a) => a.status).sort().join() === "201,201,201,201,201,201,409", "seven cases at once under one mailbox: six are stored", answers.map(describe).join(" / "));
  const mine = await client.mailbox(receipt);
  ok(mine.cases.size === 6 && mine.warnings.length === 0, "the mailbox then shows six", mine.cases.size);
  const made = { token: b64(receipt.token), ...await client.followUp(mine, [...mine.cases.keys()][0], { text: "Once." }) };
  const challenges = await Promise.all([0, 1, 2, 3].map(() => client.challenge()));
  const four = await Promise.all(challenges.map((c) => client.send("/api/entries", made, c)));
  ok(four.map((a) => a.status).sort().join() === "200,200,200,201" && new Set(four.map((a) => JSON.stringify(a.json))).size === 1, "one follow-up four times at once, four challenges: one 201, three 200, one id", four.map(describe).join(" / "));
  const c = await client.challenge(), report = await client.prepare(newReceipt(), "anything-else");
  const cross = await Promise.all([reports({ ...report.body, challenge: c }), client.send("/api/mailbox", { token: made.token, after: null }, c)]);
  ok(cross.filter((a) => a.status < 300).length === 1 && cross.some((a) => a.json.type?.endsWith(":challenge-spent")), "one challenge for a report and a mailbox at once: one is answered", cross.map(describe).join(" / "));
  const without = await client.prepare(newReceipt(), "anything-else");
  delete without.body.identity;
  note(`a good submission without the field "identity" is answered ${describe(await client.send("/api/reports", without.body))}; the page gives it as <age> or null`);
  const newline = await client.prepare(newReceipt(), "anything-else");
  const value = text(JSON.stringify({ ...newline.body, challenge: await client.challenge() }));
  note(`JSON followed by line ends instead of spaces is answered ${describe(await client.post("/api/reports", concat(value, "\n".repeat(client.directory.shape - value.length)), { raw: true }))}`);
  const query = await client.prepare(newReceipt(), "anything-else");
  note(`POST /api/reports?x=1 is answered ${describe(await client.send("/api/reports?x=1", query.body))}`);
  const fraction = await client.prepare(newReceipt(), "anything-else");
  const written = JSON.stringify({ ...fraction.body, challenge: await client.challenge() }).replace('"directory":1,', '"directory":1.0,');
  note(`"directory": 1.0 is answered ${describe(await client.post("/api/reports", written))}; ECMAScript writes and reads it as 1`);
  const dated = await client.prepare(newReceipt(), "anything-else");
  dated.lines[8] = "2001-01-01";
  dated.body.epoch = C.signNote(dated.lines, `${client.origin}/reporter`, dated.keys.secret);
  const old = await client.send("/api/reports", dated.body);
  ok(old.status === 201, "section 3: the server compares no date in reporters' documents with its own", describe(old));
  const alone = await client.prepare(newReceipt(), "procurement", { excluded: ["break-glass"] });
  ok((await client.submit(alone)).status === 201 && alone.body.grants.length === 1, "a grant to intake alone is accepted");
});

// --- several cases, mailbox, follow-ups -----------------------------------------------------------------------
let box;
await section("sections 6 and 7: mailbox of several cases", async () => {
  const empty = newReceipt();
  const nothing = await client.mailbox(empty);
  ok(nothing.pages.length === 1 && nothing.pages[0].entries.length === 0 && nothing.pages[0].cases.length === 0 && nothing.pages[0].more === false, "an unknown token gets an empty mailbox");
  const filler = Array.from({ length: 13500 }, () => "abcdefghijklmnop"[Math.floor(Math.random() * 16)]).join("");
  const cases = [base1];
  for (const [channel, options] of [["procurement", { excluded: ["break-glass"] }], ["protection", { identity: { name: "A" } }],
    ["police-and-courts", { answers: { account: filler } }], ["anything-else", { answers: { account: filler } }], ["procurement", { excluded: ["custodian-1"], identity: { name: "B" }, answers: { account: filler } }]]) {
    const report = await client.prepare(home, channel, options), answer = await client.submit(report);
    ok(answer.status === 201, `a further case on ${channel} under the same code`, describe(answer));
    cases.push(report);
  }
  await refuses("excluding everybody of the first kind is not offered", () => client.prepare(home, "procurement", { excluded: ["intake"] }));
  const seventh = await client.prepare(home, "protection"), fresh = await client.challenge();
  refused(await reports({ ...seventh.body, challenge: fresh }), "a seventh case", 409, { type: "mailbox-full" });
  refused(await reports({ ...seventh.body, challenge: solved }), "a spent challenge before the seventh case", 409, { type: "challenge-spent" });
  refused(await reports({ ...seventh.body, challenge: fresh, channel: "nowhere" }), "roles before the seventh case", 422);
  ok((await client.submit(cases[5], fresh)).status === 200, "a retry of the sixth with a full mailbox: 200 (and the refused seventh left its challenge unspent)");
  box = await client.mailbox(home);
  ok(box.warnings.length === 0, "every chain and entry of the mailbox verifies", box.warnings.join("; "));
  ok(box.cases.size === 6 && box.entries.length === 6 && cases.every((c) => box.cases.has(c.caseId)), "six cases, six entries over all pages", `${box.cases.size} ${box.entries.length}`);
  ok(box.pages.length > 1 && box.pages.slice(0, -1).every((p) => p.more) && !box.pages.at(-1).more, `pages: ${box.pages.map((p) => p.entries.length).join("+")} entries`);
  ok(new Set(box.entries.map((e) => e.id)).size === box.entries.length, "no entry on two pages");
  ok(box.entries.every((e, i) => i === 0 || e.date < box.entries[i - 1].date || (e.date === box.entries[i - 1].date && e.id < box.entries[i - 1].id)), "newest first by (day, the server's id)");
  for (let p = 0; p + 1 < box.pages.length; p++) {
    const page = box.pages[p], next = box.pages[p + 1].entries[0], extra = box.pages[p + 1].cases.find((c) => c.case === next.case);
    const more = { ...page, entries: [...page.entries, next], cases: page.cases.some((c) => c.case === next.case) ? page.cases : [...page.cases, extra] };
    ok(text(JSON.stringify(more)).length > client.directory.shape, `page ${p + 1} ends because the next entry would not fit`, text(JSON.stringify(more)).length);
  }
  for (const c of box.cases.values()) {
    ok(c.status === "received" && c.sealed_by === "device" && c.received === C.today() && c.clocks.every((k) => typeof k.name === "string" && /^\d{4}-\d\d-\d\d$/.test(k.due) && k.done === null),
      `case on ${c.channel}: status, clocks, day and sealed_by`, JSON.stringify([c.status, c.sealed_by, c.received, c.clocks]));
  }
  for (const report of cases) {
    const e = box.entries.find((x) => x.case === report.caseId && x.json?.kind === "report");
    ok(e && C.same(e.bytes, report.entry) && (e.proof === null || typeof e.proof === "string"), "the first entry is as sent, its proof null or a string");
  }
  for (const e of box.entries) ok(Object.keys(e).filter((k) => !["bytes", "hash", "json"].includes(k)).sort().join() === "acknowledgement,case,date,id,proof,sealed", "an entry's fields are those of section 13", Object.keys(e).join());
  // A further page again, entries strictly older.
  const second = await client.send("/api/mailbox", { token, after: box.entries[0].id });
  ok(second.status === 200 && second.json.entries[0].id === box.entries[1].id, "after: strictly older entries");
  const last = await client.send("/api/mailbox", { token, after: box.entries.at(-1).id });
  ok(last.status === 200 && last.json.entries.length === 0 && last.json.cases.length === 0 && !last.json.more, "after the last: an empty page", describe(last));
  const mail = async (changes, claim, status, extra) => refused(await client.send("/api/mailbox", { token, after: null, ...changes }), claim, status, extra);
  await mail({ after: "0".repeat(32) }, "an unknown after", 409, { type: "unknown-position" });
  const stranger = newReceipt(), theirs = await client.prepare(stranger, "anything-else");
  await client.submit(theirs);
  const foreignEntry = (await client.mailbox(stranger)).entries[0].id;
  await mail({ after: foreignEntry }, "another mailbox's entry as after", 409, { type: "unknown-position" });
  await mail({ token: b64(newReceipt().token), after: foreignEntry }, "an unknown token with an after", 409);
  for (const after of ["x", 7, "", box.entries[0].id.toUpperCase() + "A", {}]) await mail({ after }, `after ${JSON.stringify(after)?.slice(0, 12)}`, 422, { pointer: "/after" });
  for (const t of [b64(new Uint8Array(31)), b64(new Uint8Array(33)), token.slice(0, -1), token + "\n", token.slice(0, 4) + " " + token.slice(4), 7, null]) await mail({ token: t }, `mailbox: token ${JSON.stringify(t).slice(0, 14)}`, 422, { pointer: "/token" });
  const c = await client.challenge();
  refused(await client.send("/api/mailbox", { token: "x", after: null }, unsolved(c)), "mailbox: unsolved before structure", 400);
  refused(await client.send("/api/mailbox", { token: "x", after: null }, c), "mailbox: bad token", 422);
  ok((await client.send("/api/mailbox", { token, after: null }, c)).status === 200, "mailbox: a refusal spends nothing");
  refused(await client.send("/api/mailbox", { token, after: null }, c), "mailbox: a spent challenge", 409, { type: "challenge-spent" });
  refused(await client.send("/api/mailbox", { token, after: null }, await foreign()), "mailbox: a foreign challenge", 400);
  refused(await client.post("/api/mailbox", '{"token":"","token":""}'), "mailbox: a name twice", 400);
  refused(await client.send("/api/reports", { ...theirs.body, entry: b64(new Uint8Array(3)) }, c), "a challenge spent at the mailbox, bad structure: structure first", 422);
  const short = await client.post("/api/mailbox", text(JSON.stringify({ token, after: null, challenge: await client.challenge() })), { raw: true });
  ok(short.status === 200, "a request shorter than shape is accepted", describe(short));
});

await section("sections 5 and 7: follow-ups", async () => {
  const made = await client.followUp(box, base1.caseId, { text: "A follow-up." });
  const body = { token, ...made }, c = await client.challenge();
  const entry = async (changes, claim, status, extra) => refused(await client.send("/api/entries", { ...body, ...changes }, c), claim, status, extra);
  const r2 = [base1.recipient, base1.mine], x25519 = await age.identityToRecipient(await age.generateX25519Identity());
  refused(await client.send("/api/entries", { ...body, entry: "?" }, unsolved(c)), "entries: unsolved before structure", 400);
  refused(await client.send("/api/entries", body, await foreign()), "entries: a foreign challenge", 400);
  for (const [kind, value] of Object.entries({
    "of one stanza": b64(await C.seal(new Uint8Array(2048), r2.slice(1))), "of three": b64(await C.seal(new Uint8Array(2048), [...r2, r2[0]])),
    "with X25519": b64(await C.seal(new Uint8Array(2048), [r2[0], x25519])), "of a size that is not padded": b64(await C.seal(new Uint8Array(2050), r2)),
    "cut short": b64(unb64(made.entry).slice(0, -1)), "with a line end": made.entry + "\n", empty: "",
  })) await entry({ entry: value }, `entries: entry ${kind}`, 422, { pointer: "/entry" });
  for (const field of ["token", "case", "epoch", "entry", "uploads"]) await entry({ [field]: undefined }, `entries: no ${field}`, 422, { pointer: "/" + field });
  for (const epoch of [-1, 1.5, "0", 24, null]) await entry({ epoch }, `entries: epoch ${JSON.stringify(epoch)}`, 422, { pointer: "/epoch" });
  const ahead = await client.send("/api/entries", { ...body, epoch: 1 }, c);
  refused(ahead, "entries: an epoch that is not yet", [409, 422]);
  if (ahead.status === 409) ok(Array.isArray(ahead.json.epochs) && ahead.json.epochs[0] === base1.body.epoch && ahead.json.recipient === base1.recipient, "the 409 for an epoch brings the chain", JSON.stringify(ahead.json).slice(0, 200));
  note(`an epoch not yet begun is answered ${describe(ahead)}`);
  for (const id of ["x", base1.caseId.toUpperCase() + "A", 7]) await entry({ case: id }, `entries: case ${JSON.stringify(id).slice(0, 12)}`, 422, { pointer: "/case" });
  const unknown = await client.send("/api/entries", { ...body, case: "0".repeat(32) }, c);
  const notTheirs = await client.send("/api/entries", { ...body, token: b64(newReceipt().token) }, c);
  ok(unknown.status >= 400 && isProblem(unknown) && describe(unknown) === describe(notTheirs), "entries: an unknown case and another's case get the same refusal", `${describe(unknown)} / ${describe(notTheirs)}`);
  note(`an unknown case is answered ${describe(unknown)}; the page names no status`);
  await entry({ uploads: ["a".repeat(32)] }, "entries: an upload that is none", [409, 422], { pointer: "/uploads" });
  const stored = await client.send("/api/entries", body, c);
  ok(stored.status === 201 && /^[0-9a-f]{32}$/.test(stored.json.id), "a follow-up is stored, nothing refused spent its challenge", describe(stored));
  client.checkEntryAcknowledgement(stored.json.acknowledgement, base1.caseId, unb64(made.entry));
  ok(true, "its acknowledgement verifies");
  const same = JSON.stringify(stored.json);
  for (const [claim, challenge] of [["its challenge spent", c], ["a fresh challenge", await client.challenge()]]) {
    const again = await client.send("/api/entries", body, challenge);
    ok(again.status === 200 && JSON.stringify(again.json) === same, `a follow-up again, ${claim}: 200, same id`, describe(again));
  }
  const ahead2 = await client.send("/api/entries", { ...body, epoch: 3 });
  note(`a stored follow-up again under another epoch is answered ${describe(ahead2)} (same token, case and entry: the page's rule says 200)`);
  ok(ahead2.status === 200, "a stored follow-up under another epoch: 200, only token, case and entry count", describe(ahead2));
  const other = await client.followUp(box, base1.caseId, { text: "Another." });
  refused(await client.send("/api/entries", { token, ...other }, c), "entries: a spent challenge", 409, { type: "challenge-spent" });
  // Two at once with the same prev, then one that lists both.
  const branch = await client.mailbox(home);
  const pair = await Promise.all([0, 1].map((n) => client.followUp(branch, base1.caseId, { text: `Branch ${n}.` })));
  const sent = await Promise.all(pair.map((p) => client.send("/api/entries", { token, ...p })));
  ok(sent.every((a) => a.status === 201), "two follow-ups at once", sent.map(describe).join(" / "));
  const merged = await client.followUp(await client.mailbox(home), base1.caseId, { form: "x", answers: {} }, "retaliation");
  ok((await client.send("/api/entries", { token, ...merged })).status === 201, "an entry that lists both branches");
  const after = await client.mailbox(home);
  const mine = after.entries.filter((e) => e.case === base1.caseId);
  ok(after.warnings.length === 0 && mine.length === 5, "all five entries of the case verify, none missing", `${mine.length} ${after.warnings}`);
  ok(mine.find((e) => e.json.kind === "retaliation")?.json.prev.length === 2 && mine.find((e) => e.json.kind === "report").json.prev.length === 0, "prev as sent: two branches, none for the first entry");
  ok(after.pages.every((p) => p.cases.length === new Set(p.entries.map((e) => e.case)).size), "each page describes exactly the cases of its entries");
  const plain = new Uint8Array(17408); // unsigned: the server cannot see that
  const big = await client.send("/api/entries", { ...body, entry: b64(await C.seal(plain, r2)) });
  ok(big.status === 201, "an entry of the largest padded size, 17,408", describe(big));
  const box2 = await client.mailbox(home);
  ok(box2.warnings.length === 1 && box2.entries.filter((e) => e.json).length === after.entries.length, "its content is not authentic: one warning, nothing else breaks", box2.warnings.join("; "));
});

await section("section 6: a note that does not verify is stored, and the client sees it", async () => {
  const receipt = newReceipt(), report = await client.prepare(receipt, "anything-else");
  report.body.epoch = joinNote(report.lines, C.signLine(`${client.origin}/reporter`, report.keys.public, new Uint8Array(64).fill(7)));
  const a = await client.submit(report);
  ok(a.status === 201, "the server cannot check the reporter's signature: 201", describe(a));
  const { cases, warnings } = await client.mailbox(receipt);
  ok(cases.size === 1 && warnings.length === 1 && !cases.get(report.caseId).verified, "the reporter's client ignores that case with a warning", warnings.join());
});

// --- HTTP -----------------------------------------------------------------------------------------------------
await section("HTTP: methods, origins, framing", async () => {
  for (const target of ["/api/reports", "/api/mailbox", "/api/entries"]) {
    for (const method of ["GET", "OPTIONS", "PUT", "DELETE"]) {
      const [a] = await C.exchange(base, C.request(base, method, target));
      a.target = target; a.json = C.parseJson(a.body);
      watch(a);
      refused(a, `${method} ${target}, of the one shape`, 405, { type: "method-not-allowed" });
    }
    const [head] = await C.exchange(base, C.request(base, "HEAD", target), { head: true });
    ok(head.status === 405 && head.headers["content-length"] === String(client.directory.shape), `HEAD ${target}: 405, the length of the shape`, `${head.status} ${head.headers["content-length"]}`);
    ok(head.headText.length === [...shapes.lengths][0], `HEAD ${target}: headers of the one length`, head.headText.length);
    const origins = [["https://example.org", 403], [base.replace("http:", "https:"), 403], ["http://127.0.0.1:1", 403], ["null", 400], [undefined, 400], [base, 400]];
    for (const [origin, status] of origins) {
      const a = await client.post(target, "{", { headers: { Origin: origin } });
      refused(a, `${target}: Origin ${origin ?? "absent"}`, status, { type: status === 403 ? "foreign-origin" : "malformed" });
    }
    for (const type of ["text/plain", undefined, "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const a = await client.post(target, "{}", { headers: { "Content-Type": type } });
      refused(a, `${target}: Content-Type ${type}`, [415, 400, 422]);
      if (target === "/api/reports") note(`Content-Type ${type} is answered ${describe(a)}; the page names none`);
    }
    const gz = await client.post(target, "{}", { headers: { "Content-Encoding": "gzip" } });
    note(`${target}: a request of Content-Encoding gzip is answered ${describe(gz)}`);
  }
  const charset = await client.post("/api/mailbox", { token: b64(newReceipt().token), after: null, challenge: await client.challenge() }, { headers: { "Content-Type": "application/json; charset=utf-8" } });
  ok(charset.status === 200, "Content-Type with a charset is accepted", describe(charset));
  for (const origin of ["null", undefined, base]) {
    const a = await client.post("/api/mailbox", { token: b64(newReceipt().token), after: null, challenge: await client.challenge() }, { headers: { Origin: origin } });
    ok(a.status === 200, `an action with Origin ${origin ?? "absent"} is accepted`, describe(a));
  }
  const viaCookie = await client.post("/api/mailbox", "{", { headers: { Cookie: "session=x", "Accept-Encoding": "gzip, br", Accept: "text/html", "Accept-Language": "ar" } });
  refused(viaCookie, "cookies, Accept and Accept-Encoding change nothing", 400, { type: "malformed" });
  const extra = await client.post("/api/mailbox", { token: b64(newReceipt().token), after: null, challenge: await client.challenge(), more: 1 });
  note(`an unknown field at the mailbox is answered ${describe(extra)}; the page says nothing`);
  // I-JSON at its limits, on a request that would otherwise be answered 200.
  const limit = async (more, status, claim) => {
    const body = JSON.stringify({ token, after: null, challenge: await client.challenge() }).slice(0, -1) + more + "}";
    const a = await client.post("/api/mailbox", body);
    ok(a.status === status, `${claim}: ${status}`, describe(a));
  };
  await limit(`,"x":${"[".repeat(15)}${"]".repeat(15)}`, 200, "16 levels");
  await limit(`,"x":${"[".repeat(16)}${"]".repeat(16)}`, 400, "17 levels");
  await limit(',"x":9007199254740991', 200, "2^53-1");
  await limit(',"x":-9007199254740991', 200, "-(2^53-1)");
  await limit(',"x":-9007199254740992', 400, "-2^53");
  await limit(',"x":1e300', 400, "1e300");
  await limit(',"x":9007199254740992.0', 400, "2^53 with a fraction");
  await limit(',"x":0.1e-5', 200, "a small fraction");
  await limit(',"x":"\\ud83d\\ude00"', 200, "a pair of escaped surrogates");
  await limit(',"x":"\\ude00\\ud83d"', 400, "surrogates in the wrong order");
  await limit(',"\\ud800":1', 400, "a lone surrogate in a name");
  await limit(',"x":1,"\\u0078":1', 400, "a name twice, once escaped");
  await limit(',"__proto__":1,"constructor":2', 200, "names that mean something elsewhere");
  const own = await client.post("/api/mailbox", JSON.stringify({ token, after: null, challenge: await client.challenge() }).replaceAll("/", "\\/").replaceAll("+", "\\u002b"));
  ok(own.status === 200 && own.json.entries.length > 0, "values are compared decoded, however JSON writes them", describe(own));
  const atEnd = await client.post("/api/mailbox", "{", { headers: { Origin: `${base}/` } });
  note(`Origin ${base}/ (with a slash, which no browser sends) is answered ${describe(atEnd)}`);
  for (const address of client.site.addresses) refused(await client.post("/api/mailbox", "{", { headers: { Origin: address } }), `Origin ${address}, one of the site's addresses`, 400);
  // A body announced as 64 MiB of which 9 MiB arrive: the answer may not wait for the rest.
  const [announced] = await C.exchange(base, C.request(base, "POST", "/api/reports", { "Content-Type": "application/json", "Content-Length": 64 * 1024 * 1024 }, new Uint8Array(9 * 1024 * 1024)), { timeout: 10000 }).catch((e) => [{ status: e.message }]);
  ok(announced.status === 413, "announced as 64 MiB: 413 after at most 8 MiB were read", announced.status);
  // Chunked.
  const chunked = async (body, parts) => {
    const size = Math.ceil(body.length / parts), pieces = [];
    for (let i = 0; i < body.length; i += size) {
      const part = Buffer.from(body.slice(i, i + size));
      pieces.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
    }
    return C.request(base, "POST", "/api/mailbox", { "Content-Type": "application/json", "Transfer-Encoding": "chunked" }, Buffer.concat([...pieces, Buffer.from("0\r\n\r\n")]));
  };
  const mail = async () => client.pad({ token, after: null, challenge: await client.challenge() });
  const [inChunks] = await C.exchange(base, await chunked(await mail(), 7));
  inChunks.target = "/api/mailbox (chunked)"; watch(inChunks);
  ok(inChunks.status === 200 && C.parseJson(inChunks.body).entries.length > 0, "chunked transfer encoding is read", inChunks.status);
  // Two requests at once on one connection.
  const post = (body) => C.request(base, "POST", "/api/mailbox", { "Content-Type": "application/json" }, body);
  const pipelined = await C.exchange(base, Buffer.concat([post(await mail()), post(client.pad("{"))]), { count: 2 }).catch((e) => e);
  if (ok(Array.isArray(pipelined), "two pipelined requests get two answers", pipelined.message)) {
    for (const a of pipelined) { a.target = "/api/mailbox (pipelined)"; watch(a); }
    ok(pipelined[0].status === 200 && pipelined[1].status === 400, "pipelined answers come in order", pipelined.map((a) => a.status).join());
  }
  const [closing] = await C.exchange(base, C.request(base, "POST", "/api/mailbox", { "Content-Type": "application/json", Connection: "close" }, client.pad("{")));
  const [staying] = await C.exchange(base, post(client.pad("{")));
  ok(closing.body.length === client.directory.shape, "Connection: close gets the same body length");
  ok(closing.headText.length === staying.headText.length, "Connection: close gets headers of the one length", `${closing.headText.length} instead of ${staying.headText.length}`);
  // What can be no sealed file, no upload, or is not one's own.
  const up = [["/api/uploads", { size: 65536, challenge: await client.challenge() }, "/size"], ["/api/mailbox/blob", { token, case: base1.caseId, upload: "a", part: 0, challenge: await client.challenge() }, "/upload"]];
  for (const [target, value, pointer] of up) {
    const [a] = await C.exchange(base, C.request(base, "POST", target, { "Content-Type": "application/json" }, text(JSON.stringify(value))));
    a.json = C.parseJson(a.body);
    refused(a, `POST ${target}`, 422, { type: "invalid", pointer });
  }
  for (const [method, target] of [["GET", "/api/uploads/aaaa"], ["PUT", "/api/uploads/aaaa/0"]]) {
    const [a] = await C.exchange(base, C.request(base, method, target, { "Upload-Key": "a", "Content-Type": "application/octet-stream" }, method === "PUT" ? new Uint8Array(16) : undefined));
    a.json = C.parseJson(a.body);
    refused(a, `${method} ${target}`, 404, { type: "not-found" });
  }
});

await section("sections 8.4 and 17 of docs/protocol.md: a file, there and back", async () => {
  const limits = await client.plain("GET", "/api/uploads");
  ok(limits.status === 200 && limits.json.part_size === 1048576 && limits.json.file_limit > 0 && limits.json.entry_limit >= limits.json.file_limit, "limits and the size of parts are told before any work", describe(limits));
  const receipt = newReceipt(), content = new Uint8Array(1_100_000).map((_, n) => (n * n) >> 7), seen = [];
  let begun, sealed;
  const during = async (upload, n, bytes) => {
    [begun, sealed] = [upload, bytes];
    seen.push(C.parseJson((await client.arrived(upload)).body).parts.join());
    if (n !== 1) return;
    const early = await client.prepare(newReceipt(), "procurement");
    refused(await client.send("/api/reports", { ...early.body, uploads: [upload.upload] }), "a report that names an unfinished upload", 409, { type: "upload-unfinished", pointer: "/uploads/0" });
    refused(await client.putPart(upload, 0, bytes.slice(0, 1000)), "part 0, too short", 422);
    refused(await client.putPart(upload, 2, bytes.slice(0, 1000)), "a part beyond the last", 422);
    refused(await client.putPart({ ...upload, key: b64(new Uint8Array(32)) }, 0, bytes.slice(0, 1048576)), "a part with another key", 404, { type: "not-found" });
  };
  const report = await client.prepare(receipt, "procurement", { files: [{ name: "letter.pdf", type: "application/pdf", content, during }] });
  ok(seen.join(" / ") === "1 / 0,1", "parts in any order; those that arrived are told", seen.join(" / "));
  ok((await client.putPart(begun, 1, sealed.slice(1048576))).status === 204, "a part that comes again: 204");
  refused(await client.putPart(begun, 1, edit(sealed.slice(1048576), (s) => `${s.slice(0, -1)}${s.endsWith("x") ? "y" : "x"}`)), "a part that comes again changed", 409, { type: "part-differs" });
  const stored = await client.submit(report);
  ok(stored.status === 201, "a report with one file in two parts: 201", describe(stored));
  refused(await client.putPart(begun, 0, sealed.slice(0, 1048576)), "a part of a claimed upload", 409, { type: "upload-claimed" });
  const thief = await client.prepare(newReceipt(), "procurement");
  refused(await client.send("/api/reports", { ...thief.body, uploads: [begun.upload] }), "a report that names a claimed upload", 409, { type: "upload-unusable", pointer: "/uploads/0" });
  const { cases, entries, warnings } = await client.mailbox(receipt), [{ json }] = entries;
  ok(warnings.length === 0 && json.attachments.length === 1 && JSON.stringify(json.attachments[0]) === JSON.stringify({ upload: begun.upload, name: "letter.pdf", type: "application/pdf", size: content.length, sha256: b64(sha256(sealed)) }), "the entry names it: upload, name, type, size and hash", JSON.stringify(json.attachments));
  const loaded = await client.loadFile(receipt, report.caseId, json.attachments[0], cases.get(report.caseId).keys.identity);
  ok(loaded.parts === 2 && b64(sha256(loaded.content)) === b64(sha256(content)), "read back by /api/mailbox/blob: two parts under one challenge, every byte", loaded.parts);
  refused(await client.blob(newReceipt(), report.caseId, begun.upload, 0), "a part, by another mailbox", 404, { type: "not-found" });
  refused(await client.blob(receipt, base1.caseId, begun.upload, 0), "a part, under another case", 404, { type: "not-found" });
  refused(await client.blob(receipt, report.caseId, begun.upload, 2), "a part beyond the last, read", [404, 422]);
});

await section("64 submissions at once", async () => {
  const list = [], channels = ["procurement", "police-and-courts", "anything-else", "protection"];
  for (let i = 0; i < 64; i++) {
    const report = await client.prepare(newReceipt(), channels[i % 4]);
    list.push([report, await client.challenge()]);
  }
  const begin = performance.now();
  const answers = await Promise.all(list.map(([report, challenge]) => client.submit(report, challenge).catch((e) => ({ status: e.message }))));
  ok(answers.every((a) => a.status === 201), "64 concurrent submissions: all 201, every acknowledgement verifies", answers.filter((a) => a.status !== 201).map((a) => a.status).join());
  note(`64 submissions took ${((performance.now() - begin) / 1000).toFixed(1)} s`);
});

await section("section 13: problem types", async () => {
  const api = C.parseJson(await client.text("/api/openapi.json")), listed = JSON.stringify(api.components.schemas.Problem);
  const missing = [...types].filter((t) => t && !listed.includes(`${t}"`) && !listed.includes(`${t}\``));
  ok(missing.length === 0, `all ${types.size - types.has(undefined)} problem types met are listed in the OpenAPI description`, missing.join());
  const status = api.components.schemas.MailboxCase?.properties.status ?? {};
  ok(JSON.stringify(api.components.schemas).includes('"received"'), "section 13: status names are listed in the OpenAPI description", JSON.stringify(status));
});

await section("the one shape", async () => {
  ok(shapes.faults.length === 0, `${shapes.answers} answers: body of shape, same header names, one header length (${[...shapes.lengths]}), identity, no-store no-transform, no cookie, zeros`, shapes.faults.slice(0, 12).join(" | "));
});
console.log(`1..${number}\n# ${failures} failed, ${(performance.now() / 1000).toFixed(1)} s`);
process.exitCode = failures ? 1 : 0;
