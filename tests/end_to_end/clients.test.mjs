// Clients that people really use: curl, Node's fetch and a WebSocket client, through every way in, before a bank that
// says back what it hears.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { Agent, ProxyAgent } from 'undici';
import WebSocket, { WebSocketServer } from 'ws';
import { World } from './harness.mjs';

const listen = (server, port) => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

function echo(request, response) {
  if (request.url === '/events') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('data: first\n\n'); // the second waits until the client has asked for it
    echo.more = () => response.end('data: second\n\n');
    return;
  }
  const body = [];
  request.on('data', (piece) => body.push(piece));
  request.on('end', () => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ url: request.url, host: request.headers.host, body: Buffer.concat(body).toString() }));
  });
}

/** A client that asks before it sends: /refused hears no at once, everybody else go on. */
function invite(request, response) {
  if (request.url === '/refused') return response.writeHead(401, { 'Content-Length': 0 }).end();
  response.writeContinue();
  echo(request, response);
}

async function echoBank(w, identity) {
  const secure = createHttps({ cert: readFileSync(identity.certificate), key: readFileSync(identity.key) }, echo);
  secure.on('checkContinue', invite);
  new WebSocketServer({ server: secure }).on('connection', (socket) =>
    socket.on('message', (data, binary) => socket.send(data, { binary })));
  const plain = createHttp(echo);
  await listen(secure, w.bankPort);
  await listen(plain, 0);
  w.plainPort = plain.address().port;
  return { close: () => [secure, plain].forEach((s) => (s.close(), s.closeAllConnections())) };
}

let world, ca, reverse, bank, proxy;
before(async () => {
  world = await World.start({ bank: echoBank, allow: (w) => [`localhost:${w.bankPort}`, `localhost:${w.plainPort}`] });
  ca = readFileSync(world.ca);
  reverse = `https://localhost:${world.proxyPort}`;
  bank = `https://localhost:${world.bankPort}`;
  proxy = `http://127.0.0.1:${world.forwardPort}`;
});
after(async () => {
  await world.end();
  world.bank.close();
});

const curl = async (...args) => {
  const { stdout } = await promisify(execFile)('curl', ['-sS', '--fail', '--noproxy', '', '--max-time', '10', '--cacert', world.ca, ...args]);
  return JSON.parse(stdout);
};

test('curl, by base URL', async () => {
  assert.equal((await curl(`${reverse}/a`)).host, `localhost:${world.bankPort}`);
  const large = 'x'.repeat(2000);
  assert.equal((await curl('-d', large, `${reverse}/a`)).body, large);
});

test('curl asks before it sends, and the bank answers', async () => {
  const file = join(world.folder, 'upload.json');
  writeFileSync(file, 'x'.repeat(1_000_000));
  const upload = async (path) => (await promisify(execFile)('curl', ['-sS', '--noproxy', '', '--max-time', '10', '--cacert', world.ca,
    '--expect100-timeout', '60', '-H', 'Expect: 100-continue', '-D', '-', '-o', '/dev/null', '-w', 'sent %{size_upload}', '-T', file, `${reverse}${path}`])).stdout;
  const welcome = await upload('/upload');
  assert.match(welcome, /^HTTP\/1.1 100 Continue\r\nVia: 1.1 vendaval/, "the bank's own, passed on");
  assert.match(welcome, /HTTP\/1.1 200 OK[^]*sent 1000000$/);
  assert.match(await upload('/refused'), /^HTTP\/1.1 401 Unauthorized[^]*sent 0$/);
});

test('curl -x, for whole URLs and by CONNECT', async () => {
  const plain = `http://localhost:${world.plainPort}/b`;
  assert.equal((await curl('-x', proxy, plain)).host, `localhost:${world.plainPort}`);
  assert.equal((await curl('-x', proxy, '--proxytunnel', plain)).url, '/b');
  assert.equal((await curl('-x', proxy, `${bank}/c`)).url, '/c');
});

test('a host off the allow-list is refused', async () => {
  await assert.rejects(curl('-x', proxy, 'https://api.belvo.com/'), /403/);
  await assert.rejects(curl('-x', proxy, 'http://169.254.169.254/latest/meta-data/'), /403/);
});

test("Node's fetch, by base URL and by CONNECT", async () => {
  const direct = new Agent({ connect: { ca } }), through = new ProxyAgent({ uri: proxy, requestTls: { ca } });
  const post = { method: 'POST', body: 'hello' };
  assert.equal((await (await fetch(`${reverse}/d`, { ...post, dispatcher: direct })).json()).body, 'hello');
  assert.equal((await (await fetch(`${bank}/d`, { ...post, dispatcher: through })).json()).body, 'hello');
  await Promise.all([direct.close(), through.close()]);
});

test('server-sent events arrive as they are sent', async () => {
  const direct = new Agent({ connect: { ca } });
  const events = (await fetch(`${reverse}/events`, { dispatcher: direct })).body.pipeThrough(new TextDecoderStream()).getReader();
  assert.equal((await events.read()).value, 'data: first\n\n');
  echo.more();
  assert.equal((await events.read()).value, 'data: second\n\n');
  assert.equal((await events.read()).done, true);
  await direct.close();
});

test('a WebSocket, by base URL and by CONNECT', async () => {
  const ways = [
    () => new WebSocket(`${reverse.replace('https', 'wss')}/live`, { ca }),
    () => new WebSocket(`${bank.replace('https', 'wss')}/live`, { ca, agent: new HttpsProxyAgent(proxy, { ca }) }),
  ];
  for (const open of ways) {
    const socket = open();
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    for (const text of ['hello', 'x'.repeat(200_000)]) {
      const heard = new Promise((resolve) => socket.once('message', resolve));
      socket.send(text);
      assert.equal((await heard).toString(), text);
    }
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000);
    assert.equal(await closed, 1000);
  }
});
