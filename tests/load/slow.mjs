// slowhttptest's three attacks with 300 connections each, one after the other, while fresh requests are served. Every
// connection of an attack must be closed within 15 s of its beginning. `./dev slow`.
import { spawn } from 'node:child_process';
import { Agent, createServer, request } from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World, freePort } from '../end_to_end/harness.mjs';

const world = await World.start();
await putALargeBankBehind(world);
const target = `https://localhost:${world.proxyPort}`;
const ca = readFileSync(world.ca);
const attacks = {
  'slow headers': ['-H', '-i', '5', '-u', `${target}/api/institutions/`],
  'slow body': ['-B', '-i', '5', '-s', '8192', '-u', `${target}/api/links/`],
  'slow read': ['-X', '-w', '512', '-y', '1024', '-n', '5', '-z', '32', '-u', `${target}/large`],
};

/** In place of the sandbox's bank: one whose answers do not fit into a socket's buffer, because a slow reader of less is idle. */
async function putALargeBankBehind(world) {
  const port = await freePort();
  const pem = join(world.folder, 'certificates', 'both');
  const large = 'x'.repeat(1 << 18);
  createServer({ cert: readFileSync(`${pem}.pem`), key: readFileSync(`${pem}.key`) }, (asked, answer) => {
    asked.resume();
    answer.setHeader('Content-Type', 'application/json').end(asked.url === '/large' ? large : '{}');
  }).listen(port, '127.0.0.1').unref();
  writeFileSync(world.config, readFileSync(world.config, 'utf8').replace(`localhost:${world.bankPort}`, `localhost:${port}`));
  await world.program.stop();
  await world.up();
}

/** A request on a connection of its own: how long it took, in ms. */
function fresh() {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const agent = new Agent({ ca, maxSockets: 1 });
    request(`${target}/api/institutions/`, { agent, timeout: 5000 }, (answer) => {
      answer.resume();
      answer.on('end', () => (agent.destroy(), resolve(performance.now() - begun)));
    }).on('error', reject).on('timeout', function () { this.destroy(new Error('no answer in 5 s')); }).end();
  });
}

function attack(args) {
  const child = spawn('slowhttptest', [...args, '-c', '300', '-r', '300', '-l', '18', '-p', '5'], { stdio: 'ignore' });
  return new Promise((resolve) => child.on('exit', resolve));
}

/** Connections of the proxy's that its kernel still knows, ended or not, but for those in TIME_WAIT. */
function open() {
  const port = world.proxyPort.toString(16).toUpperCase().padStart(4, '0');
  return readFileSync('/proc/net/tcp', 'latin1').split('\n').map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(`:${port}`) && !['06', '0A'].includes(state)).length;
}

let wrong = 0;
for (const [name, args] of Object.entries(attacks)) {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const times = [];
  const failed = [];
  let most = 0;
  let closed = NaN; // slowhttptest itself goes on counting what it has not read yet
  const done = attack(args);
  while (seconds() < 20) {
    await fresh().then((t) => times.push(t), (e) => failed.push(e.message));
    const now = open();
    most = Math.max(most, now);
    if (most >= 290 && now < 10 && Number.isNaN(closed)) closed = seconds();
    await new Promise((r) => setTimeout(r, 50));
  }
  await done;
  times.sort((a, b) => a - b);
  const p = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))]?.toFixed(0);
  const good = closed <= 15 && failed.length === 0;
  if (!good) ++wrong;
  console.log(`${good ? 'ok    ' : 'FAILED'} ${name}: ${most} connections at most, ${closed ? `all closed after ${closed.toFixed(1)} s` : `${open()} still open after 20 s`}; ` +
    `${times.length} fresh requests, p50 ${p(0.5)} ms, p99 ${p(0.99)} ms${failed.length ? `, ${failed.length} failed: ${failed[0]}` : ''}`);
}
process.exit(wrong ? 1 : 0);
