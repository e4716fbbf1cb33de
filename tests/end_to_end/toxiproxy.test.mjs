// The real npm toxiproxy-node-client drives `vendaval toxiproxy`, and every toxic is seen on real sockets.
import test, { before, after, beforeEach } from 'node:test';
import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Toxiproxy } from 'toxiproxy-node-client';
import { Program, World, freePort, listening, run, until, workFolder } from './harness.mjs';

const folder = workFolder();
let api, url, program, client, echo, echoPort;

/** Says back what it hears, and its own end after the client's; `heard` has every connection's end. */
function echoServer() {
  const heard = [];
  const server = net.createServer({ allowHalfOpen: false }, (socket) => {
    socket.on('error', (e) => heard.push(e.code));
    socket.on('end', () => heard.push('end'));
    socket.on('data', (d) => (d.toString().startsWith('send ') ? socket.write(Buffer.alloc(Number(d.toString().slice(5)), 'x')) : socket.write(d)));
  });
  return Object.assign(server, { heard });
}
const listenOn = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

/** A connection to a proxy: say, hear so many bytes, wait for its end. Times in ms. */
class Wire {
  static async open(proxy) {
    const w = new Wire();
    const port = Number(proxy.listen.split(':').pop());
    w.socket = net.connect({ port, host: '127.0.0.1' });
    w.got = Buffer.alloc(0);
    w.chunks = [];
    w.socket.on('data', (d) => ((w.got = Buffer.concat([w.got, d])), w.chunks.push(d.length), w.wake?.()));
    w.ended = new Promise((resolve) => {
      w.socket.on('end', () => resolve('end'));
      w.socket.on('error', (e) => resolve(e.code));
    });
    await new Promise((resolve) => w.socket.once('connect', resolve).once('error', resolve));
    return w;
  }
  say(text) {
    this.said = performance.now(); // before: a busy machine may stop us in between
    this.socket.write(text);
  }
  async hear(count) {
    while (this.got.length < count) {
      const over = await Promise.race([new Promise((resolve) => (this.wake = resolve)), this.ended]);
      if (over) throw new Error(`it ended (${over}) after ${this.got.length} of ${count} bytes`);
    }
    const heard = this.got.subarray(0, count).toString();
    this.got = this.got.subarray(count);
    return heard;
  }
  async roundTrip(text = 'ping') {
    this.say(text);
    assert.equal(await this.hear(text.length), text);
    return performance.now() - this.said;
  }
  close() {
    this.socket.destroy();
  }
}

/** A proxy to the echo server with these toxics, and a wire through it. */
async function through(...toxics) {
  const proxy = await client.createProxy({ name: 'echo', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echoPort}` });
  const hung = [];
  for (const toxic of toxics) hung.push(await proxy.addToxic({ name: '', stream: 'downstream', toxicity: 1, ...toxic }));
  return { proxy, hung, wire: await Wire.open(proxy) };
}
const call = async (method, path, body, headers = {}) => {
  const answer = await fetch(url + path, { method, body: body && JSON.stringify(body), headers });
  return { status: answer.status, text: await answer.text() };
};

before(async () => {
  echo = echoServer();
  echoPort = await listenOn(echo);
  api = await freePort();
  url = `http://127.0.0.1:${api}`;
  program = new Program(['toxiproxy', '--listen', `127.0.0.1:${api}`, '--seed', '7']);
  await listening(api, program);
  client = new Toxiproxy(url);
});
after(async () => {
  assert.equal(await program.stop(), 0);
  echo.close();
});
beforeEach(async () => {
  for (const proxy of Object.values(await client.getAll())) await proxy.remove();
  echo.heard.length = 0;
});

test('the client creates, finds, changes and removes proxies and toxics', async () => {
  assert.match(await client.getVersion(), /^\{"version": "2\.12\.0", "vendaval": "\d/);
  const proxy = await client.createProxy({ name: 'redis', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echoPort}` });
  assert.match(proxy.listen, /^127\.0\.0\.1:\d+$/);
  const toxic = await proxy.addToxic({ name: 'slow', type: 'latency', stream: 'upstream', toxicity: 0.5, attributes: { latency: 100, jitter: 3 } });
  assert.deepEqual(toxic.toJson(), { attributes: { latency: 100, jitter: 3 }, name: 'slow', stream: 'upstream', toxicity: 0.5, type: 'latency' });
  const changed = await toxic.update({ ...toxic.toJson(), attributes: { latency: 70 } });
  assert.deepEqual(changed.attributes, { latency: 70, jitter: 3 }, 'attributes are merged');
  assert.equal((await proxy.getToxic('slow')).attributes.latency, 70);
  assert.equal((await (await client.get('redis')).update({ ...proxy.toJson(), enabled: false })).enabled, false);
  await client.reset();
  assert.equal((await client.get('redis')).enabled, true);
  await assert.rejects(proxy.getToxic('slow'), /404/);
  const all = await client.populate([{ name: 'a', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echoPort}` }]);
  assert.deepEqual(Object.keys(all), ['a']);
  await proxy.remove();
  await assert.rejects(client.get('redis'), /404/);
});

test('latency delays each direction, also on live connections, and is gone when it is removed', async () => {
  const { proxy, wire } = await through();
  const quick = await wire.roundTrip();
  const up = await proxy.addToxic({ name: 'up', type: 'latency', stream: 'upstream', toxicity: 1, attributes: { latency: 50 } });
  await proxy.addToxic({ name: 'down', type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 70 } });
  assert.ok((await wire.roundTrip()) >= 119.5, 'both add up, and neither is early');
  await up.update({ ...up.toJson(), attributes: { latency: 5000 } });
  wire.say('held');
  await up.remove();
  assert.equal(await wire.hear(4), 'held', 'what was held goes on at once');
  assert.ok(quick < 1000);
  wire.close();
});

test('bandwidth: thousands of bytes a second; zero stalls until it is removed', async () => {
  const { proxy, wire } = await through({ type: 'bandwidth', attributes: { rate: 100 } });
  wire.say('send 30000');
  await wire.hear(30000);
  assert.ok(performance.now() - wire.said >= 295, '30 kB at 100 kB/s');
  const toxic = await proxy.getToxic('bandwidth_downstream');
  await toxic.update({ ...toxic.toJson(), attributes: { rate: 0 } });
  wire.say('stalled');
  assert.equal(await Promise.race([wire.hear(7), new Promise((r) => setTimeout(r, 150, 'nothing'))]), 'nothing');
  await toxic.remove();
  await until(() => wire.got.length === 0 && wire.chunks.reduce((a, b) => a + b) === 30007, 'it arrives');
  wire.close();
});

test('slow_close holds the end, timeout swallows and closes, limit_data closes after so many bytes', async () => {
  const { proxy, wire, hung } = await through({ type: 'limit_data', attributes: { bytes: 1000 } });
  wire.say('send 5000');
  assert.equal(await wire.ended, 'end');
  assert.equal(wire.got.length, 1000);
  await hung[0].remove();

  await proxy.addToxic({ name: 'late', type: 'slow_close', stream: 'upstream', toxicity: 1, attributes: { delay: 200 } });
  const closing = await Wire.open(proxy);
  await closing.roundTrip();
  closing.said = performance.now();
  closing.socket.end();
  assert.equal(await closing.ended, 'end');
  assert.ok(performance.now() - closing.said >= 199);
  await client.reset();

  const timeout = await proxy.addToxic({ name: 't', type: 'timeout', stream: 'downstream', toxicity: 1, attributes: { timeout: 300 } });
  const begun = performance.now();
  const late = await Wire.open(proxy);
  const chatter = setInterval(() => late.socket.write('x'), 50);
  assert.equal(await late.ended, 'end', 'traffic does not restart its clock');
  clearInterval(chatter);
  assert.ok(performance.now() - begun >= 299);
  assert.equal(late.got.length, 0);
  await timeout.remove();

  const forever = await proxy.addToxic({ name: 't', type: 'timeout', stream: 'downstream', toxicity: 1, attributes: { timeout: 0 } });
  const hanging = await Wire.open(proxy);
  hanging.say('x');
  await new Promise((r) => setTimeout(r, 100)); // nothing must happen, and nothing tells when
  await forever.remove();
  assert.equal(await hanging.ended, 'end', 'what was swallowed is missing, so the connection goes with the toxic');
});

test('reset_peer resets both sides; with toxicity 0 it touches nothing (Toxiproxy issue 603)', async () => {
  const { proxy, wire, hung } = await through({ type: 'reset_peer', attributes: { timeout: 100 } });
  wire.say('x');
  assert.equal(await wire.ended, 'ECONNRESET');
  assert.ok(performance.now() - wire.said >= 99);
  await until(() => echo.heard.includes('ECONNRESET'), 'the upstream is reset too');
  echo.heard.length = 0;
  await hung[0].update({ ...hung[0].toJson(), toxicity: 0 });
  const spared = await Wire.open(proxy);
  await spared.roundTrip();
  spared.socket.end();
  assert.equal(await spared.ended, 'end');
  assert.deepEqual(echo.heard, ['end']);
});

test('slicer: small pieces with pauses, not one byte lost', async () => {
  const { wire } = await through({ type: 'slicer', attributes: { average_size: 100, size_variation: 50, delay: 5000 } });
  wire.say('send 3000');
  assert.equal(await wire.hear(3000), 'x'.repeat(3000));
  // Pieces of 150 bytes at most, so 19 pauses at least. How many pieces we read says nothing: while we are kept waiting for
  // the processor, the system joins them.
  assert.ok(performance.now() - wire.said >= 95);
  wire.close();
});

test('packet_loss loses chunks, and an end gets past it', async () => {
  const { wire } = await through({ type: 'packet_loss', stream: 'upstream', attributes: { loss_rate: 1 } });
  wire.say('lost');
  wire.socket.end();
  assert.equal(await wire.ended, 'end');
  assert.equal(wire.got.length, 0);
});

test('down: nobody gets in and who is there is told; a dead upstream is an end after connecting', async () => {
  const { proxy, wire } = await through();
  await wire.roundTrip();
  await proxy.update({ ...proxy.toJson(), enabled: false });
  assert.equal(await wire.ended, 'end');
  assert.equal(await (await Wire.open(proxy)).ended, 'ECONNREFUSED');
  await proxy.update({ ...proxy.toJson(), enabled: true, upstream: `127.0.0.1:${await freePort()}` });
  assert.equal(await (await Wire.open(proxy)).ended, 'end');
});

test('the same seed meets the same connections (Toxiproxy throws its seed away)', async () => {
  const touched = async () => {
    const { proxy } = await through({ type: 'timeout', toxicity: 0.5, attributes: { timeout: 1 } });
    let pattern = '';
    for (let i = 0; i < 40; ++i) {
      const wire = await Wire.open(proxy);
      wire.say('x');
      pattern += (await Promise.race([wire.ended, wire.hear(1)])) === 'x' ? '.' : 'x';
      wire.close();
    }
    await proxy.remove();
    return pattern;
  };
  const first = await touched();
  assert.match(first, /x.*\.|\..*x/);
  assert.equal(await touched(), first);
});

test('where the proxy speaks HTTP, toxicity is thrown for each request of a kept connection', async () => {
  const bank = http.createServer((_, res) => res.end('ok'));
  const proxy = JSON.parse((await call('POST', '/proxies', {
    name: 'bank', http: true, upstream: `127.0.0.1:${await listenOn(bank)}`,
    toxics: [{ type: 'latency', toxicity: 0.5, attributes: { latency: 60 } }] })).text);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const slow = [];
  for (let i = 0; i < 24; ++i) {
    const begun = performance.now();
    await new Promise((resolve, reject) => http.get({ agent, port: proxy.listen.split(':')[1], host: '127.0.0.1' }, (res) => res.resume().on('end', resolve)).on('error', reject));
    slow.push(performance.now() - begun >= 59);
  }
  assert.ok(slow.includes(true) && slow.includes(false), `both on one connection: ${slow}`);
  agent.destroy();
  bank.close();
});

test('TLS: ended towards the client, made towards the upstream', async () => {
  const made = run(['sandbox', 'certificates', '--folder', folder, '--name', 'both']);
  assert.equal(made.status, 0, made.stderr);
  const [certificate, key, ca] = ['both.pem', 'both.key', 'ca.pem'].map((name) => join(folder, name));
  const bank = https.createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_, res) => res.end('over TLS'));
  const upstream = `localhost:${await listenOn(bank)}`;
  const { status, text } = await call('POST', '/proxies', { name: 'tls', upstream, tls: { certificate, key }, upstream_tls: { ca },
    toxics: [{ type: 'latency', attributes: { latency: 50 } }] });
  assert.equal(status, 201, text);
  const mute = await Wire.open(JSON.parse(text)); // shakes no hands, and holds up nobody else
  const begun = performance.now();
  const body = await new Promise((resolve, reject) => https.get({ port: JSON.parse(text).listen.split(':')[1], host: 'localhost', family: 4, ca: readFileSync(ca), agent: false },
    (res) => { let all = ''; res.on('data', (d) => (all += d)).on('end', () => resolve(all)); }).on('error', reject));
  assert.equal(body, 'over TLS');
  mute.close();
  assert.ok(performance.now() - begun >= 49);
  bank.close();
});

test('counters move while a connection lives (Toxiproxy counts when it ends)', async () => {
  const { wire } = await through();
  await wire.roundTrip('12345');
  const shown = (await call('GET', '/metrics')).text;
  assert.match(shown, /toxiproxy_proxy_received_bytes_total\{direction="upstream",[^}]*proxy="echo"[^}]*\} 5\n/);
  assert.match(shown, /toxiproxy_proxy_sent_bytes_total\{direction="downstream",[^}]*proxy="echo"[^}]*\} 5\n/);
  wire.close();
});

test('a lease ends a toxic by itself, and frees what it holds', async () => {
  const { wire } = await through({ type: 'latency', lease: '300ms', attributes: { latency: 60_000 } });
  wire.say('held');
  assert.equal(await wire.hear(4), 'held');
  await until(async () => (await call('GET', '/proxies/echo/toxics')).text === '[]', 'the toxic is gone');
  wire.close();
});

test('the kill switch frees 200 held connections, and nothing goes wrong again until it is released', async () => {
  const { proxy } = await through({ type: 'latency', attributes: { latency: 60_000 } });
  const wires = await Promise.all(Array.from({ length: 200 }, () => Wire.open(proxy)));
  for (const wire of wires) wire.say('held');
  await new Promise((r) => setTimeout(r, 200)); // until they are held: nothing tells
  assert.equal(run(['stop', '--reason', 'drill', '--api', url]).status, 0);
  for (const wire of wires) assert.equal(await wire.hear(4), 'held');
  assert.equal((await call('POST', '/proxies/echo/toxics', { type: 'latency' })).status, 503);
  assert.equal(run(['release', '--reason', 'over', '--api', url]).status, 0);
  assert.equal((await call('POST', '/proxies/echo/toxics', { type: 'latency' })).status, 200);
  wires.forEach((wire) => wire.close());
});

test('what is dangerous is refused: other hosts, other names for us, listeners for others, an open API', async () => {
  const refused = await call('POST', '/proxies', { name: 'metadata', upstream: '169.254.169.254:80' });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /--allow 169\.254\.169\.254:80/);
  assert.equal((await call('POST', '/proxies', { name: 'open', listen: '0.0.0.0:0', upstream: `127.0.0.1:${echoPort}` })).status, 403);
  const rebound = await new Promise((resolve) => http.get({ port: api, host: '127.0.0.1', path: '/proxies', headers: { host: 'evil.example' } }, resolve));
  assert.equal(rebound.statusCode, 421);
  rebound.resume();
  const open = run(['toxiproxy', '--listen', '0.0.0.0:0']);
  assert.equal(open.status, 3);
  assert.match(open.stderr, /without a token: add --token-file/);
});

test('a configuration file brings proxies and toxics, and a mistake in it names the file', async () => {
  const file = join(folder, 'toxiproxy.json');
  const proxy = { name: 'redis', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echoPort}`, toxics: [{ type: 'latency', attributes: { latency: 3 } }] };
  writeFileSync(file, JSON.stringify([proxy]));
  const port = await freePort();
  const other = new Program(['toxiproxy', '--listen', `127.0.0.1:${port}`, '--config', file]);
  await listening(port, other);
  const toxic = await (await new Toxiproxy(`http://127.0.0.1:${port}`).get('redis')).getToxic('latency_downstream');
  assert.equal(toxic.attributes.latency, 3);
  assert.equal(await other.stop(), 0);
  writeFileSync(file, JSON.stringify([{ ...proxy, toxics: [{ type: 'lateness' }] }]));
  const wrong = run(['toxiproxy', '--listen', `127.0.0.1:${port}`, '--config', file]);
  assert.notEqual(wrong.status, 0);
  assert.match(wrong.stderr, /toxiproxy\.json: invalid toxic type/);
});

test('inside vendaval up it obeys the one kill switch, also after a restart', async () => {
  const port = await freePort();
  const world = await World.start({ extra: `[toxiproxy]\nlisten = "127.0.0.1:${port}"\n` });
  const beside = new Toxiproxy(`http://127.0.0.1:${port}`);
  const hang = (proxy) => proxy.addToxic({ name: '', type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 60_000 } });
  const make = () => beside.createProxy({ name: 'echo', listen: '127.0.0.1:0', upstream: `127.0.0.1:${echoPort}` });
  try {
    const proxy = await make();
    await hang(proxy);
    const wire = await Wire.open(proxy);
    wire.say('held');
    await world.post('/v1/stop', { reason: 'drill' });
    assert.equal(await wire.hear(4), 'held');
    wire.close();
    await assert.rejects(hang(proxy), /503/);
    assert.equal((await fetch(`http://127.0.0.1:${port}/v1/release`, { method: 'POST' })).status, 404);
    await world.program.stop();
    await world.up();
    await listening(port, world.program);
    await until(async () => !(await make().then(hang).then(() => true, () => false)), 'it is latched');
    await world.post('/v1/release', { reason: 'over' });
    await until(() => beside.get('echo').then(hang).then(() => true, () => false), 'it is released');
  } finally {
    await world.end();
  }
});
