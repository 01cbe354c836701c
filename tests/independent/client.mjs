// A reporter's client, written from design/protocol.md alone (sections 2 to 7 and 13; files: 8.4 and 17 of docs/protocol.md). It shares no code with
// the product: only third-party packages, taken from the browser's node_modules.
import { createHash, hash, randomBytes } from "node:crypto";
import net from "node:net";
import { pathToFileURL, fileURLToPath } from "node:url";
import path from "node:path";

const here = path.dirname(fileURLToPath(import.meta.url));
const modules = path.resolve(here, process.env.CLIENT_MODULES ?? "../../reporting/browser/node_modules");
const load = (file) => import(pathToFileURL(path.join(modules, file)).href);
export const age = await load("age-encryption/dist/index.js");
export const { ed25519 } = await load("@noble/curves/ed25519.js");
const { hkdf } = await load("@noble/hashes/hkdf.js");
const { sha256: nobleSha256 } = await load("@noble/hashes/sha2.js");
export const bip39 = await load("@scure/bip39/index.js");
export const { bech32 } = await load("@scure/base/index.js");
const listNames = ["english", "french", "italian", "spanish", "portuguese", "czech", "japanese", "korean",
  "simplified-chinese", "traditional-chinese"];
export const wordlists = {};
for (const name of listNames) wordlists[name] = (await load(`@scure/bip39/wordlists/${name}.js`)).wordlist;

export const text = (s) => new TextEncoder().encode(s);
export const untext = (b) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(b);
export const concat = (...parts) => new Uint8Array(Buffer.concat(parts.map((p) => (typeof p === "string" ? text(p) : p))));
export const sha256 = (b) => new Uint8Array(createHash("sha256").update(b).digest());
export const b64 = (b) => Buffer.from(b).toString("base64");
export const hex = (b) => Buffer.from(b).toString("hex");
export const unb64 = (s, length) => {
  if (typeof s !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(s)) throw new Error("base64");
  const bytes = new Uint8Array(Buffer.from(s, "base64"));
  if (b64(bytes) !== s) throw new Error("base64 is not canonical");
  if (length !== undefined && bytes.length !== length) throw new Error(`${bytes.length} bytes instead of ${length}`);
  return bytes;
};
const ZERO = b64(new Uint8Array(32));
export const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
export class Refused extends Error {}
const refuse = (why) => { throw new Refused(why); };
const must = (condition, why) => condition || refuse(why);

// --- I-JSON -----------------------------------------------------------------------------------------------
export function parseJson(bytes) {
  const s = typeof bytes === "string" ? bytes : untext(bytes);
  let i = 0;
  const fail = (why) => refuse(`JSON, at ${i}: ${why}`);
  const space = () => { while (i < s.length && " \t\n\r".includes(s[i])) i++; };
  const string = () => {
    const begin = i++;
    for (;;) {
      if (i >= s.length) fail("open string");
      if (s[i] === "\\") i += 2;
      else if (s[i++] === '"') break;
    }
    const value = JSON.parse(s.slice(begin, i));
    if (!value.isWellFormed()) fail("lone surrogate");
    return value;
  };
  const value = (depth) => {
    space();
    if (s[i] === "{" || s[i] === "[") {
      if (depth === 16) fail("too deep");
      const list = s[i] === "[", result = list ? [] : Object.create(null), end = list ? "]" : "}";
      i++; space();
      if (s[i] === end) { i++; return result; }
      for (;;) {
        space();
        if (list) result.push(value(depth + 1));
        else {
          if (s[i] !== '"') fail("name");
          const name = string();
          if (name in result) fail(`second ${name}`);
          space();
          if (s[i++] !== ":") fail("colon");
          result[name] = value(depth + 1);
        }
        space();
        if (s[i] === ",") i++;
        else if (s[i] === end) { i++; return result; }
        else fail("comma");
      }
    }
    if (s[i] === '"') return string();
    const [token] = /^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)/.exec(s.slice(i, i + 64)) ?? [""];
    if (!token) fail("value");
    i += token.length;
    const result = JSON.parse(token);
    if (typeof result === "number" && Math.abs(result) > Number.MAX_SAFE_INTEGER) fail("number");
    return result;
  };
  const result = value(0);
  space();
  if (i !== s.length) fail("something follows");
  return result;
}

// --- signed notes -----------------------------------------------------------------------------------------
export const keyId = (name, key) => sha256(concat(name, "\n", new Uint8Array([1]), key)).slice(0, 4);
export const signLine = (name, key, signature) => `— ${name} ${b64(concat(keyId(name, key), signature))}\n`;
export const signNote = (lines, name, secret) => {
  const body = lines.map((l) => l + "\n").join("");
  return body + "\n" + signLine(name, ed25519.getPublicKey(secret), ed25519.sign(text(body), secret));
};
export function splitNote(note) {
  must(!/[\x00-\x09\x0b-\x1f\x7f]/.test(note) && note.isWellFormed(), "control characters in a note");
  const at = note.lastIndexOf("\n\n");
  must(at > 0 && note.endsWith("\n"), "not a note");
  const body = note.slice(0, at + 1), lines = note.slice(at + 2, -1).split("\n");
  must(lines.length <= 16, "too many signatures");
  const signatures = lines.map((line) => {
    const match = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? refuse("a signature line");
    const bytes = unb64(match[2]);
    must(bytes.length >= 5, "a short signature");
    return { name: match[1], id: bytes.slice(0, 4), signature: bytes.slice(4) };
  });
  return { body, lines: body.slice(0, -1).split("\n"), signatures };
}
export const verify = (signature, message, key) => {
  try { return ed25519.verify(signature, message, key, { zip215: false }); } catch { return false; }
};
export function openNote(note, name, key) {
  const parts = splitNote(note);
  const mine = parts.signatures.filter((s) => s.name === name && same(s.id, keyId(name, key)));
  must(mine.length === 1, `no signature by ${name}`);
  must(mine[0].signature.length === 64 && verify(mine[0].signature, text(parts.body), key), `signature of ${name}`);
  return parts.lines;
}
export function parseVerifier(line) {
  const first = line.indexOf("+"), second = line.indexOf("+", first + 1);
  must(first > 0 && second > 0, "not a verifier key");
  const name = line.slice(0, first), key = unb64(line.slice(second + 1));
  must(key.length === 33 && key[0] === 1, "not an Ed25519 key");
  must(hex(keyId(name, key.slice(1))) === line.slice(first + 1, second), "key id");
  return { name, key: key.slice(1) };
}
export const fingerprint = (key) =>
  (BigInt("0x" + hex(sha256(key).slice(0, 16))) % 10n ** 30n).toString().padStart(30, "0").replace(/\d{5}(?=\d)/g, "$& ");

// --- age --------------------------------------------------------------------------------------------------
export const identityFromSeed = (seed) => bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", seed).toUpperCase();
export const encodeRecipient = (bytes) => bech32.encode("age1pq", bech32.toWords(bytes), false);
export const decodeRecipient = (s) => new Uint8Array(bech32.fromWords(bech32.decode(s, false).words));
export function checkRecipient(s) {
  must(typeof s === "string" && s.startsWith("age1pq1") && s === s.toLowerCase(), "recipient type");
  let bytes;
  try { bytes = decodeRecipient(s); } catch { refuse("recipient encoding"); }
  must(bytes.length === 1216 && encodeRecipient(bytes) === s, "recipient does not re-encode");
  for (let i = 0; i < 1152; i += 3) { // FIPS 203: every 12-bit coefficient is below q
    must((bytes[i] | ((bytes[i + 1] & 15) << 8)) < 3329 && ((bytes[i + 1] >> 4) | (bytes[i + 2] << 4)) < 3329, "modulus");
  }
  return s;
}
export async function seal(plaintext, recipients) {
  const e = new age.Encrypter();
  for (const r of recipients) e.addRecipient(r);
  return new Uint8Array(await e.encrypt(plaintext));
}
export async function open(file, identity) {
  const d = new age.Decrypter();
  d.addIdentity(identity);
  return new Uint8Array(await d.decrypt(file));
}
export const stanzaCount = (file) => {
  const head = Buffer.from(file).toString("latin1");
  return head.slice(0, head.indexOf("\n---")).split("\n-> mlkem768x25519 ").length - 1;
};

// --- entries ----------------------------------------------------------------------------------------------
export function padme(length) {
  const e = Math.floor(Math.log2(length)), s = e === 0 ? 0 : e.toString(2).length, unit = 2 ** (e - s);
  return Math.ceil(length / unit) * unit;
}
const PART = 1048576;
const paddedFile = (length) => Math.max(65536, padme(Math.max(1, length)));
const ENTRY = concat("reporting/v1/entry", new Uint8Array(1));
export function packEntry(json, secret) {
  const bytes = text(JSON.stringify(json));
  must(bytes.length <= 16384, "entry too long");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  const used = 4 + bytes.length + 64, plain = new Uint8Array(Math.max(2048, padme(used)));
  plain.set(concat(length, bytes, ed25519.sign(concat(ENTRY, bytes), secret)));
  return plain;
}
export function unpackEntry(plain, key) {
  const length = plain.length >= 4 ? Buffer.from(plain).readUInt32BE(0) : Infinity;
  must(length <= 16384 && 68 + length <= plain.length, "entry length");
  must(plain.length === Math.max(2048, padme(68 + length)), "padded size");
  must(plain.slice(68 + length).every((b) => b === 0), "pad");
  const bytes = plain.slice(4, 4 + length);
  must(verify(plain.slice(4 + length, 68 + length), concat(ENTRY, bytes), key), "entry signature");
  return parseJson(bytes);
}

// --- receipt codes ----------------------------------------------------------------------------------------
export const newCode = () => randomBytes(16);
export const codeWords = (entropy, list = wordlists.english) => bip39.entropyToMnemonic(entropy, list);
export const codeDigits = (entropy) => codeWords(entropy).split(" ")
  .map((w) => String(wordlists.english.indexOf(w) + 1).padStart(4, "0")).join(" ");
export function readCode(input, lists = Object.values(wordlists)) {
  const s = input.normalize("NFKD").toLowerCase()
    .replace(/[\u0660-\u0669]/g, (c) => String(c.charCodeAt(0) - 0x660))
    .replace(/[\u06f0-\u06f9]/g, (c) => String(c.charCodeAt(0) - 0x6f0));
  const digits = s.replace(/[\s\-\u2010-\u2015]/g, "");
  if (/^\d{48}$/.test(digits)) {
    const words = digits.match(/\d{4}/g).map((n) => wordlists.english[Number(n) - 1] ?? refuse(`group ${n}`));
    return check(words, wordlists.english);
  }
  if (/^\d{30}$/.test(digits)) refuse("this is the site's fingerprint");
  const given = s.split(/[\s\-]+/).filter(Boolean);
  must(given.length === 12, "not twelve words");
  let unknown;
  for (const list of lists) {
    const plain = list.map((w) => w.normalize("NFKD"));
    const words = given.map((g) => {
      const exact = plain.indexOf(g);
      if (exact >= 0) return list[exact];
      const fits = [...g].length >= 4 ? plain.filter((w) => w.startsWith(g)) : [];
      return fits.length === 1 ? list[plain.indexOf(fits[0])] : undefined;
    });
    if (words.every(Boolean)) return check(words, list);
    unknown ??= given[words.indexOf(undefined)];
  }
  return refuse(`in no list: ${unknown}`);
  function check(words, list) {
    try { return bip39.mnemonicToEntropy(words.join(list === wordlists.japanese ? "\u3000" : " "), list); } catch { return refuse("mistyped"); }
  }
}
const derive = (ikm, salt, info, length = 32) => hkdf(nobleSha256, ikm, salt, info, length);
export class Receipt {
  constructor(entropy, origin) {
    this.entropy = entropy;
    this.salt = concat("reporting/v1/receipt", new Uint8Array(1), origin);
    this.token = derive(entropy, this.salt, text("reporting/v1/mailbox"));
  }
  keys(caseHash) {
    const info = (label) => concat(label, new Uint8Array(1), caseHash);
    const identity = identityFromSeed(derive(this.entropy, this.salt, info("reporting/v1/age")));
    const secret = derive(this.entropy, this.salt, info("reporting/v1/sign"));
    return { identity, secret, public: ed25519.getPublicKey(secret) };
  }
}
export const caseIdOf = (caseHash, reporterSha) => hex(sha256(concat(caseHash, reporterSha)).slice(0, 16));

// --- HTTP, byte for byte ----------------------------------------------------------------------------------
export function exchange(base, bytes, { count = 1, head = false, timeout = 30000 } = {}) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port || 80), hostname);
    const answers = [];
    let chunks = [], size = 0, need = 0, done = false;
    const finish = (error) => {
      if (done) return;
      done = true; clearTimeout(timer); socket.destroy();
      if (answers.length === count) resolve(answers);
      else reject(new Error(`${answers.length} of ${count} answers: ${error?.message ?? "closed"}`));
    };
    const timer = setTimeout(() => finish(new Error("time")), timeout);
    socket.on("error", finish).on("close", () => finish());
    socket.on("data", (data) => {
      chunks.push(data); size += data.length;
      if (size < need) return;
      let all = Buffer.concat(chunks);
      for (;;) {
        const end = all.indexOf("\r\n\r\n");
        if (end < 0) break;
        const headText = all.subarray(0, end + 4).toString("latin1");
        const [statusLine, ...lines] = headText.slice(0, -4).split("\r\n");
        const pairs = lines.map((l) => [l.slice(0, l.indexOf(":")), l.slice(l.indexOf(":") + 1).trim()]);
        const headers = Object.fromEntries(pairs.map(([k, v]) => [k.toLowerCase(), v]));
        const length = head ? 0 : Number(headers["content-length"] ?? 0);
        need = end + 4 + length;
        if (all.length < need) break;
        const body = new Uint8Array(all.subarray(end + 4, need));
        all = all.subarray(need); need = 0;
        answers.push({ status: Number(statusLine.split(" ")[1]), statusLine, pairs, headers, headText, body });
        if (answers.length === count) { finish(); return; }
      }
      chunks = [all]; size = all.length;
    });
    socket.write(bytes);
  });
}
export const request = (base, method, target, headers = {}, body = new Uint8Array()) => {
  const { host } = new URL(base), all = { Host: host, ...headers };
  if (!("Content-Length" in all) && !("Transfer-Encoding" in all) && (body.length || method === "POST")) all["Content-Length"] = body.length;
  const lines = Object.entries(all).filter(([, v]) => v !== undefined).map(([k, v]) => `${k}: ${v}\r\n`).join("");
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`), Buffer.from(body)]);
};

// --- the reporter -----------------------------------------------------------------------------------------
const ID = /^[a-z0-9][a-z0-9-]{0,31}$/, DAY = /^\d{4}-\d\d-\d\d$/;
const dayNumber = (day) => Date.parse(day + "T00:00:00Z") / 86400000;
export const today = () => new Date().toISOString().slice(0, 10);
export function solve(challenge, bits) {
  must(bits <= 18, "too much work");
  for (let nonce = 0; ; nonce++) {
    const digest = hash("sha256", `${challenge}:${nonce}`, "hex"); // 18 bits at most lie in the first 8 digits
    if (parseInt(digest.slice(0, 8), 16) < 2 ** (32 - bits)) return String(nonce);
  }
}
export class Client {
  constructor(base, pinned, { date = today(), watch = () => {} } = {}) { Object.assign(this, { base, pinned, date, watch }); }
  async get(target, headers) { return (await exchange(this.base, request(this.base, "GET", target, headers)))[0]; }
  async text(target) {
    const answer = await this.get(target);
    must(answer.status === 200, `${target}: ${answer.status}`);
    return untext(answer.body);
  }
  // Root pinning, then every check of section 3.
  async load() {
    const { name, key } = parseVerifier((await this.text("/.well-known/reporting/root")).replace(/\n$/, ""));
    must(fingerprint(key) === this.pinned, "the root is not the pinned one");
    Object.assign(this, { origin: name, root: key });
    this.note = await this.text("/.well-known/reporting/directory");
    this.directory = this.checkDirectory(this.note);
    let newer = this.note;
    for (let v = this.directory.version - 1; v >= 0; v--) { // the chain, back to the first
      const previous = splitNote(newer).lines[2];
      if (v === 0) { must(previous === ZERO, "chain: the first has a predecessor"); break; }
      const older = await this.text(`/.well-known/reporting/directory/${v}`);
      must(previous === b64(sha256(text(splitNote(older).body))), `chain: version ${v}`);
      must(parseJson(splitNote(older).lines[3]).version === v, "chain: version number");
      newer = older;
    }
    this.site = await this.hashed("/.well-known/reporting/site", this.directory.site);
    this.channels = {};
    for (const channel of this.directory.channels) {
      const recipients = parseJson(await this.text(`/.well-known/reporting/recipients/${channel.id}`));
      const roles = new Set(Object.values(channel.roles).flat());
      must(Object.keys(recipients).length === roles.size, `recipients of ${channel.id}: not those with a role`);
      for (const [id, recipient] of Object.entries(recipients)) {
        const member = this.directory.members.find((m) => m.id === id);
        must(member && roles.has(id), `recipient ${id} has no role`);
        must(b64(sha256(text(checkRecipient(recipient)))) === member.recipient_sha256, `recipient of ${id}`);
      }
      const questionnaire = await this.hashed(`/.well-known/reporting/questionnaires/${channel.questionnaire.id}`,
        channel.questionnaire.sha256);
      this.channels[channel.id] = { ...channel, recipients, questionnaire };
    }
    return this;
  }
  async hashed(target, expected) {
    const { status, body } = await this.get(target);
    must(status === 200 && b64(sha256(body)) === expected, `hash of ${target}`);
    return parseJson(body);
  }
  checkDirectory(note, date = this.date) {
    const lines = openNote(note, this.origin, this.root);
    must(lines.length === 4, "a directory has four lines");
    must(lines[0] === this.origin && /^[\x21-\x7e]{1,255}$/.test(lines[0]) && lines[0] === lines[0].toLowerCase(), "origin");
    must(lines[1] === "reporting/directory/v1", "directory type");
    unb64(lines[2], 32);
    const d = parseJson(lines[3]);
    must(Number.isInteger(d.version) && d.version >= 1, "version");
    must(DAY.test(d.date) && DAY.test(d.valid_until), "dates");
    must(dayNumber(d.valid_until) - dayNumber(d.date) <= 92, "valid for more than 92 days");
    must(d.valid_until >= date, "the directory has expired");
    must(dayNumber(d.date) <= dayNumber(date) + 1, "the directory lies in the future");
    for (const name of ["service_key", "log_key", "site"]) unb64(d[name], 32);
    const ids = d.members.map((m) => m.id);
    must(new Set(ids).size === ids.length, "a member twice");
    for (const m of d.members) {
      must(ID.test(m.id) && !["reporter", "server"].includes(m.id), "member id");
      unb64(m.signing_key, 32); unb64(m.recipient_sha256, 32);
    }
    for (const c of d.channels) {
      must(ID.test(c.id) && ["report", "protection"].includes(c.kind), "channel");
      unb64(c.questionnaire.sha256, 32);
      for (const id of Object.values(c.roles).flat()) must(ids.includes(id), `unknown member ${id}`);
    }
    return d;
  }
  listed(id) {
    const member = this.directory.members.find((m) => m.id === id);
    return member && (!member.valid_until || member.valid_until >= this.date);
  }
  async challenge() {
    const { challenge, bits } = parseJson(await this.text("/api/challenge"));
    must(/^[\x20-\x7e]{1,256}$/.test(challenge), "challenge");
    return { challenge, nonce: solve(challenge, bits) };
  }
  pad(value) {
    const bytes = text(typeof value === "string" ? value : JSON.stringify(value));
    must(bytes.length <= this.directory.shape, "does not fit");
    return concat(bytes, " ".repeat(this.directory.shape - bytes.length));
  }
  async post(target, value, { headers = {}, raw = false } = {}) {
    const body = raw ? value : this.pad(value);
    const bytes = request(this.base, "POST", target, { "Content-Type": "application/json", ...headers }, body);
    const [answer] = await exchange(this.base, bytes);
    answer.target = target;
    this.watch(answer);
    try { answer.json = parseJson(answer.body); } catch { answer.json = undefined; }
    return answer;
  }
  firstHolders(channel, excluded = []) {
    const role = channel.kind === "protection" ? "protection" : "intake";
    const fit = (ids) => (ids ?? []).filter((id) => this.listed(id) && !excluded.includes(id));
    must(fit(channel.roles[role]).length > 0, "nobody left on this channel");
    return [...new Set([...fit(channel.roles[role]), ...fit(channel.roles.break_glass)])].sort();
  }
  // Everything of POST /api/reports but the challenge.
  async prepare(receipt, channelId, { answers = { account: "…" }, excluded = [], identity, files = [], directory = this.directory.version } = {}) {
    const channel = this.channels[channelId], { origin, date } = this;
    const caseIdentity = await age.generateHybridIdentity(), recipient = await age.identityToRecipient(caseIdentity);
    const caseHash = sha256(text(recipient)), keys = receipt.keys(caseHash), mine = await age.identityToRecipient(keys.identity);
    const reporterSha = sha256(keys.public), caseId = caseIdOf(caseHash, reporterSha);
    const holders = this.firstHolders(channel, excluded);
    const lines = [origin, "reporting/epoch/v1", caseId, "0", b64(caseHash), holders.join(","), ZERO, String(directory), date];
    const grant = `# reporting/v1/grant ${caseId} 0\n# reporter ${b64(keys.public)}\n${caseIdentity}\n`;
    const attachments = [];
    for (const file of files) attachments.push(await this.sendFile(file, [recipient, mine]));
    const common = { v: 1, case: caseId, epoch: 0, directory, author: "reporter", date, prev: [], attachments: [] };
    const first = { ...common, attachments, id: hex(randomBytes(16)), audience: "reporter", kind: "report",
      channel: channelId, reporter: { recipient: mine, signing_key: b64(keys.public) }, excluded: [...excluded].sort(),
      body: { language: "en", questionnaire: channel.questionnaire.id, answers } };
    const entry = await seal(packEntry(first, keys.secret), [recipient, mine]);
    let sealedIdentity = null;
    if (identity) {
      const custodians = channel.roles.custodian.filter((id) => this.listed(id) && !excluded.includes(id));
      must(custodians.length > 0 && custodians.length <= 16, "no custodian left");
      const plain = packEntry({ ...common, id: hex(randomBytes(16)), audience: "custodian", kind: "identity", body: { answers: identity } }, keys.secret);
      sealedIdentity = await seal(plain, custodians.map((id) => channel.recipients[id]));
    }
    const body = {
      directory, channel: channelId, token: b64(receipt.token), recipient,
      epoch: signNote(lines, `${origin}/reporter`, keys.secret), reporter_sha256: b64(reporterSha),
      grants: await Promise.all(holders.map(async (member) => ({ member, sealed: b64(await seal(text(grant), [channel.recipients[member]])) }))),
      entry: b64(entry), identity: sealedIdentity && b64(sealedIdentity), uploads: attachments.map((a) => a.upload),
    };
    return { body, lines, caseId, caseHash, caseIdentity, keys, mine, recipient, entry, channelId, grant, first };
  }
  checkAcknowledgement(note, report) {
    const lines = openNote(note, `${this.origin}/service`, unb64(this.directory.service_key, 32));
    const expected = [this.origin, "reporting/acknowledgement/v1", report.caseId, b64(sha256(report.entry)), report.channelId,
      undefined, String(report.body.directory), report.body.reporter_sha256];
    must(lines.length === expected.length, "acknowledgement: lines");
    expected.forEach((e, i) => must(e === undefined ? DAY.test(lines[i]) : lines[i] === e, `acknowledgement: line ${i + 1}`));
    return lines;
  }
  checkEntryAcknowledgement(note, caseId, entry) {
    const lines = openNote(note, `${this.origin}/service`, unb64(this.directory.service_key, 32));
    const expected = [this.origin, "reporting/entry-acknowledgement/v1", caseId, b64(sha256(entry)), undefined];
    must(lines.length === expected.length, "acknowledgement: lines");
    expected.forEach((e, i) => must(e === undefined ? DAY.test(lines[i]) : lines[i] === e, `acknowledgement: line ${i + 1}`));
    return lines;
  }
  async send(target, body, challenge) { return this.post(target, { ...body, challenge: challenge ?? await this.challenge() }); }
  async submit(report, challenge) {
    const answer = await this.send("/api/reports", report.body, challenge);
    if (answer.status === 201 || answer.status === 200) {
      must(answer.json.case === report.caseId, "another case id");
      this.checkAcknowledgement(answer.json.acknowledgement, report);
    }
    return answer;
  }
  // All pages; each case's chain and each entry checked. What disagrees goes into `warnings`.
  async mailbox(receipt) {
    const cases = new Map(), entries = [], warnings = [], pages = [];
    for (let after = null; ;) {
      const answer = await this.send("/api/mailbox", { token: b64(receipt.token), after });
      must(answer.status === 200, `mailbox: ${answer.status} ${answer.json?.detail}`);
      const page = answer.json;
      pages.push(page);
      const named = new Set(page.entries.map((e) => e.case));
      must(page.cases.length === named.size && page.cases.every((c) => named.has(c.case)), "cases are not those of the page's entries");
      for (const c of page.cases) if (!cases.has(c.case)) cases.set(c.case, this.checkCase(receipt, c, warnings));
      for (const e of page.entries) entries.push(await this.checkEntry(cases.get(e.case), e, warnings));
      if (!page.more) break;
      must(page.entries.length > 0, "more, but nothing on the page");
      after = page.entries.at(-1).id;
    }
    const hashes = new Set(entries.map((e) => e.hash));
    for (const e of entries) for (const p of e.json?.prev ?? []) if (!hashes.has(p)) warnings.push(`entries may be missing before ${e.id}`);
    return { cases, entries, warnings, pages };
  }
  checkCase(receipt, c, warnings) {
    const result = { ...c, chain: [] };
    try {
      checkRecipient(c.recipient);
      must(c.epochs.length >= 1 && c.epochs.length <= 24, "number of epochs");
      const zero = splitNote(c.epochs[0]).lines, caseHash = unb64(zero[4], 32);
      result.keys = receipt.keys(caseHash);
      must(caseIdOf(caseHash, sha256(result.keys.public)) === c.case, "not this code's case");
      let previous = ZERO, holders = [], directory = 0;
      c.epochs.forEach((note, n) => {
        const { signatures } = splitNote(note);
        let lines;
        if (n === 0) lines = openNote(note, `${this.origin}/reporter`, result.keys.public);
        else {
          const signer = holders.find((id) => signatures.some((s) => s.name === `${this.origin}/member/${id}`)) ?? refuse("signed by no holder");
          const known = [...this.directory.members, ...this.directory.former].find((m) => m.id === signer) ?? refuse("unknown signer");
          lines = openNote(note, `${this.origin}/member/${signer}`, unb64(known.signing_key, 32));
        }
        must(lines.length === 9 && lines[0] === this.origin && lines[1] === "reporting/epoch/v1" && lines[2] === c.case, "epoch note");
        must(lines[3] === String(n) && lines[6] === previous && Number(lines[7]) >= directory && DAY.test(lines[8]), "epoch chain");
        holders = lines[5].split(",");
        must([...holders].sort().join() === lines[5], "holders are not sorted");
        previous = b64(sha256(text(splitNote(note).body)));
        directory = Number(lines[7]);
        result.chain.push(lines);
      });
      must(result.chain.at(-1)[4] === b64(sha256(text(c.recipient))), "recipient is not the chain's last");
      result.verified = true;
    } catch (error) {
      warnings.push(`case ${c.case}: ${error.message}`);
    }
    return result;
  }
  async checkEntry(c, e, warnings) {
    const result = { ...e, bytes: e.sealed && unb64(e.sealed), hash: e.sealed ? b64(sha256(unb64(e.sealed))) : e.sha256 };
    if (!c.verified || !e.sealed) return result;
    try {
      must(stanzaCount(result.bytes) === 2, "stanzas");
      const plain = await open(result.bytes, c.keys.identity);
      // No member writes in these checks, so the author can only be this reporter.
      const json = unpackEntry(plain, c.keys.public);
      must(json.v === 1 && json.case === c.case && json.audience === "reporter" && json.author === "reporter", "entry header");
      must(Number.isInteger(json.epoch) && json.epoch < c.epochs.length, "epoch of an entry");
      if (json.kind === "report") {
        must(json.channel === c.channel, "another channel");
        must(json.reporter.signing_key === b64(c.keys.public), "another reporter");
        must(!json.excluded.some((id) => c.chain.some((lines) => lines[5].split(",").includes(id))), "an excluded member holds the case");
        this.checkAcknowledgement(e.acknowledgement, { caseId: c.case, entry: result.bytes, channelId: c.channel,
          body: { directory: json.directory, reporter_sha256: b64(sha256(c.keys.public)) } });
      } else this.checkEntryAcknowledgement(e.acknowledgement, c.case, result.bytes);
      result.json = json;
    } catch (error) {
      warnings.push(`entry ${e.id}: ${error.message}`);
    }
    return result;
  }
  // --- files: sections 8.4 and 17 ---
  async plain(method, target, headers, body) {
    const [answer] = await exchange(this.base, request(this.base, method, target, headers, body));
    try { answer.json = parseJson(answer.body); } catch { answer.json = undefined; }
    return answer;
  }
  ask(target, value) { return this.plain("POST", target, { "Content-Type": "application/json" }, text(JSON.stringify(value))); }
  async beginUpload(size) { return this.ask("/api/uploads", { size, challenge: await this.challenge() }); }
  putPart({ upload, key }, number, bytes) {
    return this.plain("PUT", `/api/uploads/${upload}/${number}`, { "Content-Type": "application/octet-stream", "Upload-Key": key }, bytes);
  }
  arrived({ upload, key }) { return this.plain("GET", `/api/uploads/${upload}`, { "Upload-Key": key }); }
  // One file, padded and sealed, in parts from the last to the first; what the entry says of it.
  async sendFile({ name, type, content, during = async () => {} }, recipients) {
    const padded = new Uint8Array(paddedFile(content.length));
    padded.set(content);
    const sealed = await seal(padded, recipients), begun = await this.beginUpload(sealed.length);
    must(begun.status === 201 && /^[0-9a-f]{32}$/.test(begun.json.upload), `begin: ${begun.status}`);
    unb64(begun.json.key, 32);
    must(begun.json.part_size === PART, "part size");
    for (let n = Math.ceil(sealed.length / PART) - 1; n >= 0; n--) {
      const put = await this.putPart(begun.json, n, sealed.slice(n * PART, (n + 1) * PART));
      must(put.status === 204 && put.body.length === 0, `part ${n}: ${put.status}`);
      await during(begun.json, n, sealed);
    }
    return { upload: begun.json.upload, name, type, size: content.length, sha256: b64(sha256(sealed)) };
  }
  async blob(receipt, caseId, upload, part, challenge) {
    return this.ask("/api/mailbox/blob", { token: b64(receipt.token), case: caseId, upload, part, challenge: challenge ?? await this.challenge() });
  }
  // A file that an entry for both sides names: every length and zero checked, the hash last.
  async loadFile(receipt, caseId, { upload, size, sha256: expected }, identity) {
    const padded = paddedFile(size), mine = await age.identityToRecipient(identity);
    const header = (await seal(new Uint8Array(), [mine, mine])).length - 32; // without its nonce and its one empty chunk
    const length = header + 16 + padded + 16 * Math.ceil(padded / 65536), challenge = await this.challenge(), parts = [];
    for (let n = 0; n * PART < length; n++) {
      const answer = await this.blob(receipt, caseId, upload, n, challenge);
      must(answer.status === 200 && answer.headers["content-type"] === "application/octet-stream", `part ${n}: ${answer.status}`);
      must(answer.body.length === Math.min(PART, length - n * PART), `part ${n}: ${answer.body.length} bytes`);
      parts.push(answer.body);
    }
    const sealed = concat(...parts), plain = await open(sealed, identity);
    must(b64(sha256(sealed)) === expected, "hash of the file");
    must(plain.length === padded && plain.slice(size).every((b) => b === 0), "padding of the file");
    return { content: plain.slice(0, size), parts: parts.length };
  }
  // A follow-up, whose `prev` lists what no other entry lists.
  async followUp(box, caseId, body, kind = "message") {
    const c = box.cases.get(caseId);
    must(c?.verified, "the chain does not verify: nothing is sealed");
    const mine = box.entries.filter((e) => e.case === caseId && e.json), listed = new Set(mine.flatMap((e) => e.json.prev));
    const heads = mine.filter((e) => !listed.has(e.hash)).reverse().slice(0, 16).map((e) => e.hash).sort();
    const json = { v: 1, id: hex(randomBytes(16)), case: caseId, epoch: c.epochs.length - 1, directory: this.directory.version,
      audience: "reporter", kind, author: "reporter", date: this.date, prev: heads, body, attachments: [] };
    const entry = await seal(packEntry(json, c.keys.secret), [c.recipient, await age.identityToRecipient(c.keys.identity)]);
    return { case: caseId, epoch: json.epoch, entry: b64(entry), uploads: [] };
  }
}
