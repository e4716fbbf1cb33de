// A quiet night: nobody uses the app, and the bank goes away all the same.
import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, World, listening, until } from './harness.mjs';
import { hook } from './receivers.mjs';

test('an outage that nobody calls into is seen by probes, which no figure of the app counts', { timeout: 120_000 }, async () => {
  const told = await hook();
  const world = await World.prepare();
  writeFileSync(join(world.folder, 'probe.auth'), `Basic ${Buffer.from('sandbox-id:sandbox-password').toString('base64')}\n`);
  const extra = `
[[channel]]
name = "hook"
kind = "webhook"
url = "${told.url}"
[probes]
url = "https://localhost:${world.proxyPort}"
ca = "${world.ca}"
every = "5s"
authorization_file = "${join(world.folder, 'probe.auth')}"
[[probes.call]]
institution = "itau"
path = "/api/accounts/?institution=itau"
`;
  world.bank = new Program(['sandbox', 'bank', '--listen', `127.0.0.1:${world.bankPort}`,
    '--certificate', world.identity.certificate, '--key', world.identity.key]);
  await listening(world.bankPort, world.bank);
  writeFileSync(world.config, world.toml(1) + extra);
  await world.up();
  try {
    const itau = async () => (await world.get('/v1/status')).institutions.find((bank) => bank.id === 'itau');
    await until(async () => (await world.get('/v1/alerts')).alerts.some((a) => a.rule === 'probes_failed' && a.institution === 'itau'), 'probes are judged');
    await world.bank.stop('SIGKILL');
    await until(() => told.posts.some((p) => p.body.event === 'opened'), 'somebody is told');
    assert.equal((await itau()).level, 'down');
    assert.equal(told.posts[0].body.incident.rule, 'probes_failed');
    assert.doesNotMatch(await world.get('/metrics'), /vendaval_upstream_requests_total\{[^}]*institution="itau"[^}]*\} [1-9]/);
    assert.doesNotMatch(world.program.output, /sandbox-password|c2FuZGJveC1/, 'its password is nowhere');
  } finally {
    await world.end();
    told.close();
  }
});
