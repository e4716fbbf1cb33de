// The whole demo as a user runs it. Whether the verdict is "passed" depends on how busy this machine is, so that is not
// asserted; that the run completes, and that every figure follows from the journal, is.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, freePort, run, workFolder } from './harness.mjs';

const mark = (journal, name) => journal.instants.find((i) => i.mark === name)?.ms ?? null;

test('the demo completes, and its journal alone gives every figure of its verdict', { timeout: 180_000 }, async () => {
  const folder = workFolder();
  const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const demo = new Program(['demo', '--json', '--folder', folder, '--proxy-port', ports[0], '--bank-port', ports[1],
    '--api-port', ports[2], '--receiver-port', ports[3]].map(String));
  const code = await demo.ended;
  assert.ok(code === 0 || code === 1, `exit code ${code}\n${demo.output}`);
  assert.doesNotMatch(demo.output, /sandbox-password/);

  const id = demo.output.match(/run ([0-9a-f-]{36}) of s1-banco-fora begins/)[1];
  const path = join(folder, 'runs', `${id}.json`);
  const journal = JSON.parse(readFileSync(path, 'utf8'));
  assert.equal(journal.end.how, 'completed');
  assert.equal(journal.verdict.result, code === 0 ? 'passed' : 'failed');

  // Ours, from the raw facts.
  const first = mark(journal, 'first_bad_answer'), accepted = mark(journal, 'accepted');
  if (first !== null && accepted !== null) assert.equal(journal.verdict.detection_ms, accepted - first);
  const back = mark(journal, 'rate_recovered'), closed = mark(journal, 'breaker_closed');
  if (back !== null) assert.equal(journal.verdict.recovery_ms, Math.max(back, closed ?? 0) - mark(journal, 'lifted'));
  const columns = Object.fromEntries(journal.traffic.columns.map((name, i) => [name, i]));
  const faulty = journal.phases.filter((p) => p.faulty);
  const [from, to] = [Math.min(...faulty.map((p) => p.began_ms)), Math.max(...faulty.map((p) => p.ended_ms))];
  const banks = new Set(journal.run.institutions.map((i) => i.id).filter((b) => b !== 'itau'));
  let good = 0, bad = 0;
  for (const row of journal.traffic.rows) {
    const at = row[columns.ms];
    if (!banks.has(row[columns.institution]) || at + 1000 <= from || at >= to) continue;
    good += row[columns.good];
    bad += row[columns.bad];
  }
  const others = journal.verdict.hypotheses.find((h) => h.name === 'the other banks stay available' && h.when === 'during');
  assert.ok(good > 1000);
  assert.ok(Math.abs(others.measured - (100_000 * good) / (good + bad)) <= 20, `${others.measured} against ${good} good, ${bad} bad`);

  // Its own, from the file.
  const again = run(['report', path, '--json']);
  assert.equal(again.status, code, again.stderr);
  assert.deepEqual(JSON.parse(again.stdout), journal.verdict);
});
