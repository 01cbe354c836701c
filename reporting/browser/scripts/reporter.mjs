// A reporter for node's test runner that says what failed and what was skipped, which files took longest, and the sum
// of all. Names of files in which a test failed are also written to the file that FAILED_FILES names.
import { writeFileSync } from "node:fs";
import { basename, relative } from "node:path";

const LONGEST = 10;

export default async function* report(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failed = new Set();
  const took = new Map();
  for await (const { type, data } of source) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    const file = named(data.file ?? data.name);
    if (data.nesting === 0) took.set(file, (took.get(file) ?? 0) + data.details.duration_ms);
    const skipped = data.skip !== undefined;
    if (skipped) yield `skipped: ${data.name}${typeof data.skip === "string" ? `: ${data.skip}` : ""}\n`;
    else if (type === "test:fail") {
      failed.add(file);
      yield failure(data);
    }
    // A skipped suite counts once: none of its tests is reported.
    if (skipped || data.details?.type !== "suite") counts[skipped ? "skipped" : type === "test:pass" ? "passed" : "failed"]++;
  }
  if (process.env.FAILED_FILES !== undefined) writeFileSync(process.env.FAILED_FILES, JSON.stringify([...failed]));
  if (took.size > 1) yield longest(took);
  yield `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`;
}

function named(file) {
  return basename(file).replace(/\.(js|ts)$/, ".ts");
}

function longest(took) {
  const all = [...took].sort(([, one], [, other]) => other - one);
  const seconds = (milliseconds) => `${Math.round(milliseconds / 1_000)} s`;
  const sum = all.reduce((before, [, milliseconds]) => before + milliseconds, 0);
  const lines = all.slice(0, LONGEST).map(([file, milliseconds]) => `  ${file}: ${seconds(milliseconds)}\n`);
  return `longest of ${all.length} files, ${seconds(sum)} in all:\n${lines.join("")}`;
}

function failure({ name, file, line, details }) {
  const error = details.error?.cause ?? details.error;
  const place = file === undefined ? "" : ` (${relative(process.cwd(), file)}:${line})`;
  return `FAILED: ${name}${place}\n${error?.stack ?? error}\n\n`;
}
