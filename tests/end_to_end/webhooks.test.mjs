// The bank's webhooks on their way to the app: passed on as they came, and kept from it for one bank while a fault says so.
import test from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { World, freePort, outage, run, until, workFolder } from './harness.mjs';

/** The app's own endpoint: remembers what it was sent, and answers as an app does. */
async function receiver() {
  const heard = [];
  const server = createServer((call, answer) => {
    let text = '';
    call.on('data', (part) => (text += part));
    call.on('end', () => {
      heard.push({ path: call.url, authorization: call.headers.authorization, body: JSON.parse(text) });
      answer.writeHead(202, { 'Content-Type': 'application/json' }).end('{"queued":true}');
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { heard, port: server.address().port, links: () => heard.map((one) => one.body.link_id), close: () => server.close() };
}

const secret = 'Bearer hook-secret-4711';

function call(world, port, options, body = '') {
  return new Promise((resolve, reject) => {
    const one = request({ host: 'localhost', port, ca: readFileSync(world.ca), agent: false, ...options }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    one.on('error', reject);
    one.end(body);
  });
}

const webhook = (link, n) => JSON.stringify({
  webhook_id: `b5d0${n}`, webhook_type: 'TRANSACTIONS', webhook_code: 'new_transactions_available', link_id: link,
  request_id: `e8a1${n}`, external_id: null, data: { new_transactions: n },
});

test('webhooks of the broken bank stay away until the kill switch, and those of another pass', { timeout: 60_000 }, async () => {
  const app = await receiver();
  const port = await freePort();
  const world = await World.start({
    compress: 1,
    extra: `[webhooks]\nlisten = "127.0.0.1:${port}"\napp = "http://127.0.0.1:${app.port}"\n[links]\n"link-itau" = "itau"\n"link-bb" = "bb"\n`,
  });
  const send = (link, n) => call(world, port, { method: 'POST', path: '/hooks?from=belvo', headers: { 'Content-Type': 'application/json', Authorization: secret } }, webhook(link, n));
  try {
    assert.deepEqual(await send('link-itau', 1), { status: 202, text: '{"queued":true}' }, "the app's own answer");
    assert.deepEqual(app.heard[0], { path: '/hooks?from=belvo', authorization: secret, body: JSON.parse(webhook('link-itau', 1)) });

    const started = await world.post('/v1/runs', { scenario: outage('webhooks', 'settle = "1s"', ['kind = "webhook"\neffect = "silence"']), file: 'webhooks.toml' });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    await until(async () => {
      await call(world, world.proxyPort, { path: '/api/accounts/?institution=itau' });
      return (await world.get('/v1/faults')).faults.length === 1;
    }, 'the fault is armed');

    assert.equal((await send('link-itau', 2)).status, 200, 'its sender hears that it was taken');
    assert.equal((await send('link-bb', 3)).status, 202);
    assert.deepEqual(app.links(), ['link-itau', 'link-bb'], 'only the other bank is heard');

    await world.post('/v1/stop', { reason: 'seen enough' });
    await until(() => app.heard.length === 3, 'what was held goes out');
    assert.deepEqual(app.heard[2].body, JSON.parse(webhook('link-itau', 2)));
    assert.equal(app.heard[2].authorization, secret);
    assert.equal((await send('link-itau', 4)).status, 202);
    assert.equal(app.heard.length, 4, 'once, and nothing is held any more');
    assert.doesNotMatch(world.program.output, /hook-secret/);
  } finally {
    await world.end();
    app.close();
  }
});

test('a way in for webhooks that could leak or lead nowhere is refused', () => {
  const folder = workFolder();
  const config = (lines) => {
    const file = join(folder, 'vendaval.toml');
    writeFileSync(file, `[environment]\nname = "sandbox"\n[upstream]\nurl = "https://localhost:9000"\nallow = ["localhost"]\n[webhooks]\n${lines}\n`);
    return run(['check', file]);
  };
  for (const [lines, told] of [
    ['app = "https://app.example"', /listen/],
    ['listen = "127.0.0.1:8445"', /app/],
    ['listen = "127.0.0.1:8445"\napp = "http://app.example"', /https/],
    ['listen = "127.0.0.1:8445"\napp = "https://app.example"\nap = 1', /did you mean|unknown/i],
  ]) {
    const result = config(lines);
    assert.equal(result.status, 2, lines + result.stdout + result.stderr);
    assert.match(result.stdout + result.stderr, told, lines);
  }
});
