// slowhttptest's three attacks with 300 connections each, one after the other, while fresh requests are served. Every
// connection of an attack must be closed within 15 s of its beginning. `./dev slow`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { World } from '../end_to_end/harness.mjs';

const connections = 300;
const mostSeconds = 15;
const world = await World.start({ bank: largeBank });
const target = `https://localhost:${world.proxyPort}`;
const ca = readFileSync(world.ca);
// Of slow readers slowhttptest itself cannot tell: what its system has received it goes on reading, long after the end.
const attacks = {
  'slow headers': { args: ['-H', '-i', '5', '-u', `${target}/api/institutions/`], tells: true },
  'slow body': { args: ['-B', '-i', '5', '-s', '8192', '-u', `${target}/api/links/`], tells: true },
  'slow read': { args: ['-X', '-w', '512', '-y', '1024', '-n', '5', '-z', '32', '-u', `${target}/large`], tells: false },
};

async function largeBank(world, identity) {
  const bank = new Worker(new URL('./large_bank.mjs', import.meta.url), { workerData: { ...identity, port: world.bankPort } });
  await once(bank, 'message');
  return bank;
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

/** Connections of the proxy's that its kernel still knows, ended or not, but for those in TIME_WAIT; looked at 5 times a second. */
class Lifetimes {
  constructor() {
    this.port = world.proxyPort.toString(16).toUpperCase().padStart(4, '0');
    this.open = new Map(); // by the client's address and port: since when
    this.lasting = new Set(); // those that lived for two seconds: the attack's, for fresh requests come and go
    this.longest = 0; // seconds
    this.timer = setInterval(() => this.look(), 200);
  }
  look() {
    const now = performance.now();
    const seen = readFileSync('/proc/net/tcp', 'latin1').split('\n').map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(`:${this.port}`) && !['06', '0A'].includes(state));
    this.open = new Map(seen.map(([, , remote]) => [remote, this.open.get(remote) ?? now]));
    for (const [remote, since] of this.open) {
      this.longest = Math.max(this.longest, (now - since) / 1000);
      if (now - since > 2000) this.lasting.add(`${remote} ${since}`);
    }
  }
  end() {
    clearInterval(this.timer);
  }
}

/** Resolves with slowhttptest's own last words, and whether it ever found the service unavailable. */
function attack(args) {
  const child = spawn('slowhttptest', [...args, '-c', String(connections), '-r', String(connections), '-l', String(mostSeconds + 5), '-p', '5']);
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text) => (said += text.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '')));
  return new Promise((resolve) => child.on('close', () => resolve({
    end: /Exit status: *(.*)/.exec(said)?.[1] ?? `no word: ${said.slice(-200)}`,
    second: Number(/Test ended on (\d+)/.exec(said)?.[1]),
    available: !/service available: *NO/.test(said),
  })));
}

let wrong = 0;
for (const [name, { args, tells }] of Object.entries(attacks)) {
  const times = [];
  const failed = [];
  const lives = new Lifetimes();
  let over = false;
  const ending = attack(args).finally(() => (over = true));
  while (!over) {
    await fresh().then((t) => times.push(t), (e) => failed.push(e.message));
    await new Promise((r) => setTimeout(r, 50));
  }
  while (lives.open.size > 0 && lives.longest <= mostSeconds) await new Promise((r) => setTimeout(r, 50));
  const theirs = await ending;
  lives.end();
  times.sort((a, b) => a - b);
  const p = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))]?.toFixed(0);
  const good = lives.lasting.size >= connections && lives.open.size === 0 && lives.longest <= mostSeconds &&
    theirs.available && (!tells || theirs.end === 'No open connections left') && failed.length === 0;
  if (!good) ++wrong;
  console.log(`${good ? 'ok    ' : 'FAILED'} ${name}: ${lives.lasting.size} connections, the longest lived ${lives.longest.toFixed(1)} s, ${lives.open.size} left; ` +
    `${tells ? `slowhttptest after ${theirs.second} s: ${theirs.end}; ` : ''}` +
    `${times.length} fresh requests, p50 ${p(0.5)} ms, p99 ${p(0.99)} ms${failed.length ? `, ${failed.length} failed: ${failed[0]}` : ''}`);
}
await world.end();
process.exit(wrong ? 1 : 0);
