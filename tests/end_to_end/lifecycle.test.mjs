// SIGHUP takes new limits and certificates over without closing a connection; SIGTERM finishes what is in flight.
import test from 'node:test';
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { Agent, request } from 'node:https';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World, run, until } from './harness.mjs';

const answered = 401; // the bank's own word: these requests carry no credentials

/** One request through the proxy: its answer, and the serial number of the certificate it came under. */
function ask(world, agent) {
  return new Promise((resolve, reject) => {
    request({ port: world.proxyPort, host: 'localhost', path: '/api/institutions/', agent }, (answer) => {
      const serial = answer.socket.getPeerCertificate().serialNumber;
      answer.resume().on('end', () => resolve({ status: answer.statusCode, connection: answer.headers.connection, serial }));
    }).on('error', reject).end();
  });
}

/** Does nobody listen there any more? */
const refused = (port) => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(false)));
  socket.on('error', (e) => resolve(e.code === 'ECONNREFUSED'));
});

test('a running program takes over what it can and says what it cannot', { timeout: 60_000 }, async () => {
  const world = await World.start();
  const says = (what) => until(() => what.test(world.program.output), what);
  const kept = new Agent({ ca: readFileSync(world.ca), keepAlive: true, maxSockets: 1 });
  const fresh = () => new Agent({ ca: readFileSync(world.ca) });
  try {
    const before = await ask(world, kept);
    const sound = readFileSync(world.config, 'utf8');

    writeFileSync(world.config, sound + '[limits]\nidle = "1ms"\n');
    world.program.child.kill('SIGHUP');
    await says(/was not taken over, what was in force stays so: .*vendaval\.toml:\d+:8: idle/s);

    const renewed = run(['sandbox', 'certificates', '--folder', join(world.folder, 'certificates'), '--name', 'renewed']);
    assert.equal(renewed.status, 0);
    writeFileSync(world.config, sound.replaceAll('both.', 'renewed.').replace('threads = 2', 'threads = 1'));
    world.program.child.kill('SIGHUP');
    await says(/limits and certificates of .* are in force/);
    await says(/proxy\.threads has changed since the start, and only a restart takes that over/);

    const after = await ask(world, fresh());
    assert.equal(after.status, answered);
    assert.notEqual(after.serial, before.serial);
    assert.equal((await ask(world, kept)).serial, before.serial, 'the old connection goes on');
    assert.match(await world.get('/metrics'), /vendaval_connections_total 2/);
  } finally {
    kept.destroy();
    await world.end();
  }
});

/** A signal is sent, not obeyed, when kill() returns. */
function standsStill(pid) {
  const state = (thread) => readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1][0];
  return readdirSync(`/proc/${pid}/task`).every((thread) => state(thread) === 'T');
}

test('a request in flight at SIGTERM is answered', { timeout: 60_000 }, async () => {
  const world = await World.start();
  try {
    const agent = new Agent({ ca: readFileSync(world.ca), keepAlive: true });
    await ask(world, agent);
    world.bank.child.kill('SIGSTOP');
    await until(() => standsStill(world.bank.child.pid), 'the bank has stopped, every thread of it');
    const answer = ask(world, agent);
    await until(async () => /vendaval_requests_total 2/.test(await world.get('/metrics')), 'the request is in flight');
    const ended = world.program.stop('SIGTERM');
    await until(() => refused(world.proxyPort), 'every data thread has closed its listener');
    world.bank.child.kill('SIGCONT');
    const { status, connection } = await answer;
    assert.deepEqual({ status, connection }, { status: answered, connection: 'close' });
    assert.equal(await ended, 0);
  } finally {
    await world.end();
  }
});
