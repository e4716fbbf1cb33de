// Everybody can say stop: with a command, over the API (other tests do), with a signal, or with nothing but a shell.
import test from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { World, outage, run, until } from './harness.mjs';

const path = '/api/accounts/?institution=itau';

function ask(world) {
  return new Promise((resolve, reject) => {
    const call = request({ host: 'localhost', port: world.proxyPort, path, ca: readFileSync(world.ca), agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    call.on('error', reject);
    call.end();
  });
}

const ways = [
  ['SIGUSR1', (world) => world.program.child.kill('SIGUSR1'), /SIGUSR1/],
  ['a file', (world) => writeFileSync(latch(world), ''), /somebody made the file kill-switch/],
  ['vendaval stop', (world) => assert.equal(run(['stop', '--api', world.url(''), '--reason', 'enough seen']).status, 0), /enough seen/],
];
const latch = (world) => join(world.folder, 'runs', 'kill-switch');

async function freed([way, stop, reason]) {
  const world = await World.start({ compress: 1 });
  try {
    const scenario = outage(way.replace(/\W/g, '-'), 'settle = "1s"', ['kind = "hang"']);
    const started = await world.post('/v1/runs', { scenario, file: 'held.toml' });
    assert.equal(started.status, 202, way);
    await until(async () => {
      if ((await world.get('/v1/faults')).faults.length === 1) return true;
      await Promise.race([ask(world), new Promise((r) => setTimeout(r, 50))]); // a game day waits for calls
      return false;
    }, `${way}: the fault is armed`);
    const held = ask(world);
    await until(async () => /vendaval_faults_active [1-9]/.test(await world.get('/metrics')), `${way}: the request is held`);
    stop(world);
    assert.equal(await held, 401, `${way}: the bank's own answer, for these requests carry no credentials`);
    assert.match((await world.get('/v1/status')).stopped, reason, `${way}: latched`);
    await until(() => existsSync(latch(world)) && reason.test(readFileSync(latch(world), 'utf8')), `${way}: written down`);
    assert.equal(run(['release', '--api', world.url(''), '--reason', 'test']).status, 0, way);
    assert.equal((await world.get('/v1/status')).stopped, null, way);
    await until(async () => (await world.get(`/v1/runs/${started.body.id}`)).state === 'done', `${way}: the run is over`);
  } finally {
    await world.end();
  }
}

test('S3: a signal, a file and a command each free a held request, and stay latched until released', { timeout: 90_000 }, () =>
  Promise.all(ways.map(freed)));
