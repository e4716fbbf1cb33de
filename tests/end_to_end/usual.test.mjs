// A bank that is far quicker than the written five seconds gets slow for itself: ten days of hours say what is usual.
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, Agent, request } from 'node:https';
import { join } from 'node:path';
import { World, run, until } from './harness.mjs';
import { hook } from './receivers.mjs';

const link = '3f0b8a52-5b0c-4f5e-9b1e-0a1b2c3d4e5f';

/** As the program keeps latencies (monitor/traffic/sketch.cpp): here all of them in one bin. */
function sketch(milliseconds, count) {
  const alpha = 0.01 * 0.985, bin = Math.ceil(Math.log(milliseconds * 1e6) / Math.log((1 + alpha) / (1 - alpha)));
  const number = (n) => { const raw = []; for (; n >= 0x80; n >>= 7) raw.push((n & 0x7f) | 0x80); return [...raw, n]; };
  return Buffer.from([1, ...number(1), ...number(bin), ...number(count)]).toString('base64');
}

function tenUsualDays(database) {
  const rows = [];
  for (let hour = 1; hour <= 240; ++hour) {
    const at = new Date(Math.floor(Date.now() / 3.6e6) * 3.6e6 - hour * 3.6e6).toISOString().slice(0, 19) + '.000000Z';
    rows.push(`('itau', 'hour', '${at}', 'retrieve', 300, 1, 0, 0, 0, 0, 0, '{}', '${sketch(500, 301)}')`);
  }
  execFileSync('sqlite3', [database], { input: `PRAGMA busy_timeout = 5000; INSERT INTO traffic_history (institution_id, grain,
    began_at, operation, good, bad, neither, injected_bad, platform, injected_platform, bank_bad, outcomes, latencies) VALUES ${rows.join(',\n')};` });
}

function retrieve(world, agent) {
  return new Promise((resolve, reject) => {
    const asked = request({ host: 'localhost', port: world.proxyPort, path: '/api/accounts/', method: 'POST', agent,
      headers: { 'Content-Type': 'application/json' } }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode)));
    asked.on('error', reject).end(JSON.stringify({ link }));
  });
}

test('a bank that is slow for itself alone is told of, with all that its limit comes from', { timeout: 120_000 }, async () => {
  const told = await hook();
  const world = await World.prepare();
  let takes = 250;
  const bank = createServer({ key: readFileSync(world.identity.key), cert: readFileSync(world.identity.certificate) }, (asked, answer) => {
    asked.resume().on('end', () => setTimeout(() => answer.writeHead(201, { 'Content-Type': 'application/json' }).end('[]'), takes));
  });
  await new Promise((resolve) => bank.listen(world.bankPort, '127.0.0.1', resolve));
  const extra = `
[[channel]]
name = "hook"
kind = "webhook"
url = "${told.url}"
[links]
"${link}" = "itau"
[[rule]]
name = "slower_than_usual"
metric = "latency_p95"
threshold = "usual"
for = "1m"
severity = "low"
channels = ["hook"]
operations = ["retrieve"]
`;
  writeFileSync(world.config, world.toml(1) + extra);
  const agent = new Agent({ keepAlive: true, maxSockets: 12, ca: readFileSync(world.ca) });
  try {
    await world.up();
    await world.program.stop(); // the first start makes the tables
    tenUsualDays(join(world.folder, 'vendaval.db'));
    await world.up();
    await until(() => /slower_than_usual follows itau from now on/.test(world.program.output), 'it has learned');

    const explained = run(['rules', 'explain', '--config', world.config, '--institution', 'itau', '--json', '--operations', 'retrieve']);
    assert.equal(explained.status, 0, explained.stderr);
    const limits = JSON.parse(explained.stdout);
    assert.equal(limits.pool, 'hour_of_day');
    assert.ok(Math.abs(limits.p95_median_ms - 500) < 10, explained.stdout);
    assert.ok(limits.p95_limit_ms > 800 && limits.p95_limit_ms < 1000, explained.stdout);

    const calls = () => Promise.all(Array.from({ length: 12 }, () => retrieve(world, agent)));
    for (let i = 0; i < 3; ++i) assert.deepEqual(new Set(await calls()), new Set([201]));
    assert.equal(told.posts.length, 0, 'as usual, nobody hears of it');
    takes = 2000;
    for (let i = 0; i < 2; ++i) await calls();
    await until(() => told.posts.length > 0, 'somebody is told');

    const [{ body }] = told.posts;
    assert.equal(body.incident.rule, 'slower_than_usual');
    assert.equal(body.explanation.written_limit, 5);
    assert.equal(body.explanation.usual.stretches > 0, true);
    assert.ok(body.explanation.chance < 1e-3 && body.explanation.observed > body.explanation.limit, JSON.stringify(body.explanation));
    assert.match(body.explanation.sentence, /p95 usual (49|50)\d ms, limite/);

    const alert = (await world.get('/v1/alerts')).alerts.find((a) => a.rule === 'slower_than_usual' && a.institution === 'itau');
    assert.equal(alert.firing, true);
    assert.deepEqual(alert.explanation, body.explanation);
    const [incident] = (await world.get('/v1/incidents')).incidents;
    assert.ok(incident.updates.some((u) => u.text.startsWith('slower_than_usual: p95 de')), JSON.stringify(incident.updates));

    await world.program.stop('SIGKILL'); // what it fired for outlives the process
    await world.up();
    const again = (await world.get('/v1/alerts')).alerts.find((a) => a.rule === 'slower_than_usual' && a.institution === 'itau');
    assert.deepEqual(again.explanation, alert.explanation);

    const played = run(['rules', 'backtest', '--config', world.config, '--institution', 'itau']);
    assert.match(played.stdout, /^dynamic {2}0 alerts/m, played.stderr);
  } finally {
    await world.end();
    agent.destroy();
    bank.close();
    told.close();
  }
});
