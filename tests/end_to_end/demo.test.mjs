// The whole demo as a user runs it. Whether the verdict is "passed" depends on how busy this machine is, so that is not
// asserted; that the run completes, and that every figure and every ruling follows from the journal, is.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, freePort, run, workFolder } from './harness.mjs';
import { Facts, criteria, limit } from './recompute.mjs';

/** Bounds hold, and a figure that could not be measured holds none. */
const holds = (measured, { at_least, at_most }, options) => measured !== null && measured !== undefined &&
  (at_least === undefined || measured >= limit(at_least, options)) && (at_most === undefined || measured <= limit(at_most, options));

function checkHypotheses(facts, asked, told) {
  const moments = ['before', 'during', 'after'];
  const expected = moments.flatMap((when) => asked.filter((h) => (h.when ?? moments).includes(when)).map((h) => [when, h]));
  assert.equal(told.length, expected.length);
  for (const [i, [when, h]] of expected.entries()) {
    const where = `${h.name} (${when})`;
    assert.deepEqual([told[i].name, told[i].when], [h.name, when]);
    const figure = h.metric === 'success_rate' ? facts.success(when, h) : facts.p95(when, h);
    assert.equal(told[i].measured, figure, where);
    assert.equal(told[i].ok, holds(figure, h), where);
  }
}

function checkAssertions(facts, asked, told, divide) {
  assert.equal(told.length, asked.length);
  for (const [i, a] of asked.entries()) {
    assert.equal(told[i].name, a.name);
    if (a.measure === 'breaker_verdict') {
      assert.equal(told[i].ok, a.one_of.includes(facts.journal.breaker.verdict), a.name);
      continue;
    }
    if (told[i].measured === null) {
      assert.equal(told[i].ok, false, `${a.name}: what was not measured does not hold`);
      continue;
    }
    const figure = facts.measure(a.measure, a.since);
    assert.equal(told[i].measured, figure, a.name);
    assert.equal(told[i].ok, holds(figure, a, { ratio: a.measure === 'amplification', divide }), a.name);
  }
}

/**
 * In the black-out the bank's webhooks stay away and those of the others do not; then it is heard again. How many there are
 * is up to the bank, so what is asserted is where they went; the app itself counted what reached it.
 */
function checkWebhooks(facts, appLog) {
  const { target, others } = facts.journal.webhooks;
  assert.ok(target.during.held > 0, 'some were kept back');
  assert.equal(target.before.held + target.after.held + facts.measure('webhooks_others_held'), 0);
  assert.equal(target.during.released + target.after.released, target.during.held, 'all of them came when that ended');
  assert.ok(target.before.passed > 0 && facts.measure('webhooks_resumed') > 0 && facts.measure('webhooks_others_passed') > 0);
  const all = [target, others].flatMap((one) => Object.values(one));
  assert.equal(all.reduce((sum, one) => sum + one.dropped + one.refused, 0), 0);
  const reached = all.reduce((sum, one) => sum + one.passed + one.released, 0);
  const came = Number(appLog.match(/webhooks: (\d+) came/)[1]);
  assert.ok(came >= reached, `the app counted ${came}, and the run ${reached} of them`);
}

/** What is printed is what was judged: every check on a line of its own, with its mark. */
function checkSummary(printed, verdict) {
  for (const c of [...verdict.hypotheses, ...verdict.assertions]) {
    const line = printed.split('\n').find((l) => l.includes(`${c.when ? c.when.padEnd(7) + ' ' : ''}${c.name}: `));
    assert.ok(line?.trimStart().startsWith(c.ok ? '✓' : '✗'), `${c.name}: ${line}`);
  }
  const all = [...verdict.hypotheses, ...verdict.assertions];
  assert.match(printed, /^ {2}webhooks {3}Caixa: \d+ held back, of which \d+ came when that ended; /m);
  assert.match(printed, /^ {13}other banks: 0 held back, \d+ passed during the faults$/m);
  assert.match(printed, new RegExp(`${verdict.result.toUpperCase()}  ${all.filter((c) => c.ok).length}/${all.length} checks`));
}

test('the demo completes, and its journal alone gives every figure of its verdict', { timeout: 220_000 }, async () => {
  const folder = workFolder();
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const demo = new Program(['demo', '--json', '--institution', 'caixa', '--folder', folder, '--proxy-port', ports[0], '--bank-port',
    ports[1], '--api-port', ports[2], '--receiver-port', ports[3], '--webhooks-port', ports[4],
    '--app-port', ports[5]].map(String));
  const code = await demo.ended;
  assert.ok(code === 0 || code === 1, `exit code ${code}\n${demo.output}`);
  assert.doesNotMatch(demo.output, /sandbox-password/);

  const id = demo.output.match(/run ([0-9a-f-]{36}) of s1-banco-fora begins/)[1];
  const path = join(folder, 'runs', `${id}.json`);
  const journal = JSON.parse(readFileSync(path, 'utf8'));
  const { verdict } = journal;
  assert.equal(journal.end.how, 'completed');
  assert.equal(verdict.result, code === 0 ? 'passed' : 'failed');

  // Ours, from the raw facts.
  const facts = new Facts(journal), asked = criteria(journal.run.scenario.text);
  assert.equal(facts.target, 'caixa');
  assert.ok(facts.rows.length > 1000 && asked.hypothesis.length > 0 && asked.assert.length > 0);
  checkHypotheses(facts, asked.hypothesis, verdict.hypotheses);
  checkAssertions(facts, asked.assert, verdict.assertions, journal.run.compress);
  if (verdict.detection_ms !== null) assert.equal(verdict.detection_ms, facts.measure('detection'));
  if (verdict.recovery_ms !== null) assert.equal(verdict.recovery_ms, facts.recovery());
  assert.equal(code === 0, [...verdict.hypotheses, ...verdict.assertions].every((c) => c.ok));

  checkWebhooks(facts, readFileSync(join(folder, 'app.log'), 'utf8'));

  // Its own, from the file.
  const again = run(['report', path, '--json']);
  assert.equal(again.status, code, again.stderr);
  assert.deepEqual(JSON.parse(again.stdout), verdict);
  checkSummary(run(['report', path], { env: { ...process.env, LC_ALL: 'C.UTF-8' } }).stdout, verdict);
  const replayed = run(['replay', join(folder, 'runs', `${id}.decisions.jsonl`)]);
  assert.equal(replayed.status, 0, replayed.stdout + replayed.stderr);
  const made = Number(replayed.stdout.match(/: (\d+) decisions about 6 faults made again, all as they were/)[1]);
  assert.ok(made > 20, replayed.stdout);
  assert.equal(run(['report', tampered(folder, journal)]).status, 3, 'a figure that was changed by hand is found out');
});

function tampered(folder, journal) {
  const changed = structuredClone(journal);
  changed.verdict.assertions.find((a) => a.measured !== null).measured -= 1;
  const path = join(folder, 'tampered.json');
  writeFileSync(path, JSON.stringify(changed));
  return path;
}
