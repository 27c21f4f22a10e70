// Runs expressions and surveys through survey-core, one JSON document a line from
// standard input, one a line to standard output. The folder that holds
// node_modules/survey-core is the first argument. TZ is the caller's.
"use strict";
const { createRequire } = require("node:module");
const path = require("node:path");
const readline = require("node:readline");

const core = createRequire(path.join(path.resolve(process.argv[2]), "x.js"))("survey-core");
let now = 0;
console.warn = () => {};
core.settings.onDateCreated = (date, reason, value) => (value ? date : new Date(now));

function typed(v) {
  if (v === undefined || v === null) return { type: "null", result: null };
  if (typeof v === "number" && !Number.isFinite(v)) return { type: "null", result: null };
  if (v instanceof Date) {
    const ms = v.getTime();
    return { type: "date", result: Number.isNaN(ms) ? null : v.toISOString() };
  }
  if (Array.isArray(v)) return { type: "array", result: v };
  return { type: typeof v, result: v };
}

function runExpression(job) {
  let runner;
  try {
    runner = new core.ExpressionRunner(job.expr);
  } catch (e) {
    return { parsed: true, threw: String(e) };
  }
  if (!runner.canRun()) return { parsed: false, type: "null", result: null };
  try {
    const out = typed(runner.runValues(job.values));
    return { parsed: true, ...out, holds: new core.ConditionRunner(job.expr).runValues(job.values) };
  } catch (e) {
    return { parsed: true, threw: String(e) };
  }
}

const survey = require("./survey.cjs")(core);

function runSurvey(job) {
  try {
    return survey(job);
  } catch (e) {
    return { threw: String(e) };
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const job = JSON.parse(line);
  now = Date.parse(job.now);
  const out = job.survey ? runSurvey(job) : runExpression(job);
  out.id = job.id;
  process.stdout.write(JSON.stringify(out) + "\n");
});
