// kill -9 of `vendaval up` in the middle of an outage: no fault survives, no half-written row, the run is marked `error`.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { World, caller, outage, run, until } from './harness.mjs';

const scenario = outage('crash');
const broken = /^vendaval_upstream_requests_total\{.*injected="true"\} /m;

test('S10: a killed run leaves no fault armed, whole tables, and is marked error', { timeout: 120_000 }, async () => {
  const world = await World.start({ compress: 1 });
  try {
    const app = await caller(world);
    const id = (await world.post('/v1/runs', { scenario, file: 'crash.toml' })).body.id;
    await until(async () => (await world.get('/v1/faults')).faults.length === 1, 'the fault is armed');
    await until(async () => broken.test(await world.get('/metrics')), 'it has touched a request');
    await world.program.stop('SIGKILL');
    const journal = JSON.parse(readFileSync(join(world.folder, 'runs', `${id}.json`), 'utf8'));
    assert.equal(journal.end.how, 'interrupted', 'what was kept until then is whole, and says that it is not all');
    assert.equal(journal.verdict.result, 'error');

    await world.up();
    assert.equal((await world.get('/v1/faults')).faults.length, 0);
    const row = await until(() => {
      const rows = query(world, `select state, ended_at is not null as ended from runs where id = '${id}'`);
      return rows[0]?.[0] !== 'running' && rows[0];
    }, 'the run is marked');
    assert.deepEqual(row, ['error', '1']);
    assert.deepEqual(query(world, 'pragma integrity_check'), [['ok']]);
    assert.deepEqual(query(world, 'pragma foreign_key_check'), []);
    await until(async () => /institution="itau",operation="retrieve",outcome="ok"/.test(await world.get('/metrics')), 'the bank answers');
    assert.doesNotMatch(await world.get('/metrics'), broken, 'and nothing is broken any more');
    assert.deepEqual(query(world, `select count(*) from chaos_test_results where id = '${id}'`), [['0']]);

    // The kill switch is latched across a restart too.
    const api = ['--api', `http://127.0.0.1:${world.apiPort}`];
    assert.equal(run(['stop', '--reason', 'drill', ...api]).status, 0);
    await world.program.stop('SIGKILL');
    await world.up();
    const refused = await world.post('/v1/runs', { scenario, file: 'crash.toml' });
    assert.equal(refused.status, 409);
    assert.match(refused.body.error, /kill switch is latched/);
    assert.equal(run(['release', '--reason', 'the drill is over', ...api]).status, 0);
    assert.equal((await world.post('/v1/runs', { scenario, file: 'crash.toml' })).status, 202);
    await app.stop();
  } finally {
    await world.end();
  }
});

function query(world, sql) {
  const text = execFileSync('sqlite3', [join(world.folder, 'vendaval.db'), sql], { encoding: 'utf8' });
  return text.trim().split('\n').filter(Boolean).map((line) => line.split('|'));
}
