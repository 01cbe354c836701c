// A reporter for node's test runner that says what failed and what was skipped, and the sum of all.
// Names of files in which a test failed are also written to the file that FAILED_FILES names.
import { writeFileSync } from "node:fs";
import { basename, relative } from "node:path";

export default async function* report(source) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failed = new Set();
  for await (const { type, data } of source) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    const skipped = data.skip !== undefined;
    if (skipped) yield `skipped: ${data.name}${typeof data.skip === "string" ? `: ${data.skip}` : ""}\n`;
    else if (type === "test:fail") {
      failed.add(basename(data.file ?? data.name).replace(/\.(js|ts)$/, ".ts"));
      yield failure(data);
    }
    // A skipped suite counts once: none of its tests is reported.
    if (skipped || data.details?.type !== "suite") counts[skipped ? "skipped" : type === "test:pass" ? "passed" : "failed"]++;
  }
  if (process.env.FAILED_FILES !== undefined) writeFileSync(process.env.FAILED_FILES, JSON.stringify([...failed]));
  yield `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`;
}

function failure({ name, file, line, details }) {
  const error = details.error?.cause ?? details.error;
  const place = file === undefined ? "" : ` (${relative(process.cwd(), file)}:${line})`;
  return `FAILED: ${name}${place}\n${error?.stack ?? error}\n\n`;
}
