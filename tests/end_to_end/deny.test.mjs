// S23: times in which nothing may be broken, as a user configures them.
import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { World, caller, freePort, outage, run, until } from './harness.mjs';

const clock = (date) => date.toISOString().slice(11, 16);
const minutes = (n) => new Date(Date.now() + n * 60_000);
const window = (from, to) => `[[faults.deny]]\nname = "payday"\nzone = "UTC"\nfrom = "${clock(from)}"\nto = "${clock(to)}"\n`;

test('S23: in a deny window no game day begins, no toxic hangs, and the answer says until when', { timeout: 60_000 }, async () => {
  const toxiproxy = await freePort();
  const world = await World.start({ extra: `${window(minutes(-60), minutes(60))}[toxiproxy]\nlisten = "127.0.0.1:${toxiproxy}"\n` });
  const app = await caller(world);
  try {
    const refused = await world.post('/v1/runs', { scenario: outage('denied'), file: 'denied.toml' });
    assert.equal(refused.status, 409);
    assert.match(JSON.stringify(refused.body), /nothing may be armed until 20.. ?.*payday/);
    assert.deepEqual((await world.get('/v1/faults')).faults, []);

    const ask = (path, body) => fetch(`http://127.0.0.1:${toxiproxy}${path}`, { method: 'POST', body: JSON.stringify(body) });
    assert.equal((await ask('/proxies', { name: 'p', upstream: '127.0.0.1:1' })).status, 201);
    const toxic = await ask('/proxies/p/toxics', { type: 'latency' });
    assert.equal(toxic.status, 503);
    assert.match(await toxic.text(), /payday/);
  } finally {
    await app.stop();
    await world.end();
  }
});

test('S23: outside of its windows a game day runs, and one that would last into them does not', { timeout: 60_000 }, async () => {
  const world = await World.start({ compress: 1, extra: window(minutes(10), minutes(70)) });
  const app = await caller(world);
  try {
    const long = await world.post('/v1/runs', { scenario: outage('long'), file: 'long.toml' });
    assert.equal(long.status, 409);
    assert.match(JSON.stringify(long.body), /payday.{0,4} opens in/);
    const short = await world.post('/v1/runs', { scenario: outage('short').replace('"20m"', '"1m"'), file: 'short.toml' });
    assert.equal(short.status, 202, JSON.stringify(short.body));
    await until(async () => (await world.get('/v1/faults')).faults.length === 1, 'the bank is broken');
  } finally {
    await app.stop();
    await world.end();
  }
});

test('a zone whose clocks change with the season is refused with what to write instead', async () => {
  const world = await World.prepare();
  writeFileSync(world.config, world.toml(1) + '[[faults.deny]]\nname = "n"\nzone = "America/Santiago"\n');
  const checked = run(['check', world.config]);
  assert.equal(checked.status, 2);
  assert.match(checked.stdout + checked.stderr, /America\/Santiago.*no zone that is known here[\s\S]*"-03:00"/);
});
