// S12: whoever is to be told takes the message and never answers. The bank is broken all the while, the app goes on calling,
// and the data path does not notice that nobody hears of it.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Agent, request } from 'node:https';
import { World, caller, outage, until } from './harness.mjs';

/** Accepts, reads and says nothing, for ever. */
async function blackHole() {
  const sockets = new Set();
  let heard = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', () => ++heard);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, heard: () => heard, close: () => (sockets.forEach((s) => s.destroy()), server.close()) };
}

function ask(world, agent, path) {
  return new Promise((resolve, reject) => {
    const options = { host: 'localhost', port: world.proxyPort, path, agent, auth: 'sandbox-id:sandbox-password' };
    request(options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    }).on('error', reject).end();
  });
}

test('S12: sinks that swallow every notification change nothing on the data path', { timeout: 120_000 }, async () => {
  const sink = await blackHole();
  const world = await World.start({ extra: `[[channel]]\nname = "slack"\nkind = "slack"\nurl = "http://127.0.0.1:${sink.port}/services/T/B/x"\n` });
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: readFileSync(world.ca) });
  let app;
  try {
    app = await caller(world);
    const started = await world.post('/v1/runs', { scenario: outage('unheard'), file: 'unheard.toml' });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    await until(() => sink.heard() > 0, 'somebody was to be told');

    const answers = await Promise.all(Array.from({ length: 400 }, () => ask(world, agent, '/api/accounts/?institution=bb')));
    assert.deepEqual(answers.filter((status) => status !== 200), []);
    assert.equal((await world.get('/v1/faults')).faults.length, 1, 'the bank is still broken');
    assert.match(await world.get('/metrics'), /^vendaval_notifications_accepted_total 0$/m);
    assert.match(await world.get('/metrics'), /^vendaval_exchanges_lost_total 0$/m);

    await world.post('/v1/stop', { reason: 'seen enough' });
    assert.equal((await world.get('/v1/faults')).faults.length, 0, 'and the kill switch waits for no sink');
  } finally {
    agent.destroy();
    if (app) await app.stop();
    await world.end();
    sink.close();
  }
});
