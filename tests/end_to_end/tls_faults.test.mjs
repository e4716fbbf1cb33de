// What a developer sees of each fault of the TLS handshake: the error codes of Node's own https. The decisions are logged,
// and made again by `vendaval replay`.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { World, outage, run, until, workFolder } from './harness.mjs';

/** One request on a connection of its own: its error code, or the status. */
function ask(world, options = {}) {
  return new Promise((resolve) => {
    const call = request({ host: 'localhost', port: world.proxyPort, path: '/api/institutions/', ca: readFileSync(world.ca), agent: false, ...options },
      (answer) => (answer.resume(), resolve(answer.statusCode)));
    call.on('error', (error) => resolve(error.code));
    call.end();
  });
}

const faults = [
  ['kind = "certificate"\nflaw = "expired"', 'CERT_HAS_EXPIRED'],
  ['kind = "certificate"\nflaw = "not_yet_valid"', 'CERT_NOT_YET_VALID'],
  ['kind = "certificate"\nflaw = "wrong_name"', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['kind = "certificate"\nflaw = "unknown_issuer"', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['kind = "certificate"\nflaw = "untrusted_root"', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ['kind = "certificate"\nflaw = "self_signed"', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['kind = "handshake"\nalert = "internal_error"', 'EPROTO'],
  ['kind = "handshake"\nhow = "close"', 'ECONNRESET'],
  ['kind = "handshake"\nhow = "reset"', 'ECONNRESET'],
  ['kind = "old_tls"', 'EPROTO'],
];

test('each fault of the handshake shows itself to Node as that kind of failure does', { timeout: 120_000 }, async () => {
  const world = await World.start({
    compress: 1,
    proxy: (w) => `fault_ca = "${w.ca}"\nfault_key = "${w.ca.replace('.pem', '.key')}"`,
  });
  try {
    // Each is for clients of an address of its own, so that all are armed at once.
    const scenario = outage('tls', 'settle = "1s"',
      faults.map(([fault], i) => `server_names = ["localhost"]\nclients = ["127.0.0.${i + 2}"]\n${fault}`));
    const started = await world.post('/v1/runs', { scenario, file: 'tls.toml' });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    await until(async () => {
      await ask(world, { path: '/api/accounts/?institution=itau' });
      return (await world.get('/v1/faults')).faults.length === faults.length;
    }, 'every fault is armed');
    for (const [i, [fault, code]] of faults.entries())
      assert.equal(await ask(world, { localAddress: `127.0.0.${i + 2}` }), code, fault);
    assert.equal(typeof (await ask(world)), 'number', 'other clients are left alone');
    await until(async () => new RegExp(`injected="true".*outcome="network".* ${faults.length}$|outcome="network".*injected="true".* ${faults.length}$`, 'm').test(await world.get('/metrics')), 'each is counted as injected');

    await world.post('/v1/stop', { reason: 'seen enough' });
    assert.equal(typeof (await ask(world, { localAddress: '127.0.0.2' })), 'number', 'nothing outlives the kill switch');
    const log = await until(() => readdirSync(join(world.folder, 'runs')).find((f) => f.endsWith('.decisions.jsonl')), 'a decision log');
    await until(() => (readFileSync(join(world.folder, 'runs', log), 'utf8').match(/"about":"handshake"/g) ?? []).length >= faults.length, 'the decisions are written');
    const again = run(['replay', join(world.folder, 'runs', log)]);
    assert.equal(again.status, 0, again.stdout + again.stderr);
  } finally {
    await world.end();
  }
});

test('a scenario is told what a fault of the handshake cannot choose by', () => {
  const file = join(workFolder(), 'tls.toml');
  writeFileSync(file, outage('tls', '', ['institutions = ["itau"]\nserver_names = ["*"]\nkind = "old_tls"']));
  const told = run(['check', file]);
  assert.notEqual(told.status, 0);
  assert.match(told.stderr, /before any request is read, so institutions cannot choose/);
});
