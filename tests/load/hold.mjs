// Holds 10,000 idle TLS connections and 2,000 active ones together, and wants not one error. `./dev hold`.
import { connect } from 'node:tls';
import { readFileSync } from 'node:fs';
import { World } from '../end_to_end/harness.mjs';

const idleCount = Number(process.env.IDLE ?? 10000);
const activeCount = Number(process.env.ACTIVE ?? 2000);
const seconds = Number(process.env.SECONDS ?? 20);
const answered = 'HTTP/1.1 401'; // the bank's own word: these requests carry no credentials
const request = 'GET /api/institutions/ HTTP/1.1\r\nHost: localhost\r\n\r\n';

const world = await World.start({ extra: `[limits]\nconnections = ${idleCount + activeCount + 100}\nidle = "10m"\npooled_upstream = ${activeCount}\n` });
const ca = readFileSync(world.ca);
const errors = new Map();
const count = (what) => errors.set(what, (errors.get(what) ?? 0) + 1);
let ending = false;

/** One client: `ask()` resolves with the status line of its answer, whose body it reads too. */
class Client {
  constructor() {
    this.heard = '';
    this.socket = connect({ port: world.proxyPort, host: '127.0.0.1', servername: 'localhost', ca });
    this.socket.setEncoding('latin1');
    this.ready = new Promise((resolve) => this.socket.once('secureConnect', resolve));
    this.socket.on('error', (e) => (ending ? 0 : count(e.code ?? e.message), this.wake?.()));
    this.socket.on('close', () => (ending ? 0 : count('closed'), this.wake?.()));
    this.socket.on('data', (text) => {
      this.heard += text;
      const head = this.heard.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(this.heard)?.[1]);
      if (this.heard.length < head + 4 + length) return;
      const line = this.heard.slice(0, this.heard.indexOf('\r'));
      this.heard = '';
      this.wake?.(line);
    });
  }
  ask() {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.socket.write(request);
    });
  }
}

async function open(howMany) {
  const all = [];
  while (all.length < howMany) {
    const some = Array.from({ length: Math.min(100, howMany - all.length) }, () => new Client());
    await Promise.all(some.map((c) => c.ready));
    all.push(...some);
  }
  return all;
}

const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${world.program.child.pid}/status`, 'latin1'))[1]) / 1024;

const bare = rss();
const idle = await open(idleCount);
const idled = rss();
console.log(`${idleCount} idle TLS connections: ${((1024 * (idled - bare)) / idleCount).toFixed(1)} KiB each`);
const active = await open(activeCount);
let answers = 0;
const end = Date.now() + seconds * 1000;
await Promise.all(active.map(async (c) => {
  while (Date.now() < end) {
    const line = await c.ask();
    if (!line) return;
    if (line.startsWith(answered)) ++answers;
    else count(line);
  }
}));
// The idle ones must still work.
for (let at = 0; at < idle.length; at += 500)
  for (const line of await Promise.all(idle.slice(at, at + 500).map((c) => c.ask())))
    if (!line?.startsWith(answered)) count(`idle: ${line}`);
ending = true;
console.log(`${activeCount} active ones beside them: ${answers} answers in ${seconds} s; RSS ${rss().toFixed(0)} MiB`);
for (const [what, times] of errors) console.log(`error: ${what}, ${times} times`);
process.exit(errors.size > 0 || answers === 0 ? 1 : 0);
