// Says from vitest's JSON report how many tests passed, failed and were skipped; exits 1 where anything failed.
import { readFileSync } from "node:fs";

const [file, steps] = process.argv.slice(2);
let report;
try {
  report = JSON.parse(readFileSync(file, "utf8"));
} catch {
  report = {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numFailedTestSuites: 1,
  };
}
// A file that does not even load fails as a suite without tests.
const broken = (report.testResults ?? []).filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
);
const failed = report.numFailedTests + broken.length;
// What failed outside the tests counts, so that nobody reads "0 failed" of a run that failed.
const total = failed > 0 ? failed : Math.max(Number(steps), report.testResults === undefined ? 1 : 0);
console.log(`${report.numPendingTests + report.numTodoTests} skipped`);
console.log(`${report.numPassedTests} passed, ${total} failed`);
process.exit(total > 0 ? 1 : 0);
