// Starts the real program on free ports, as a user would, and ends what it started.
import { spawn, spawnSync } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const vendaval = process.env.VENDAVAL;
if (!vendaval) throw new Error('VENDAVAL must name the program to test');

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'vendaval-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a command to its end: {status, stdout, stderr}. */
export function run(args, options = {}) {
  return spawnSync(vendaval, args, { encoding: 'utf8', ...options });
}

/** The same as a user without rights of its own: to root no file is unreadable. Of the program it gets a copy it may read. */
export function runWithoutRights(args, world) {
  if (process.getuid() !== 0) return run(args);
  const copy = join(world.folder, 'program');
  copyFileSync(vendaval, copy);
  chmodSync(copy, 0o755);
  return spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', copy, ...args], { encoding: 'utf8', cwd: world.folder });
}

/** A program in the background; `ended` resolves with its exit code or signal. */
export class Program {
  constructor(args, options = {}) {
    this.output = '';
    this.child = spawn(vendaval, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    this.child.stdout.on('data', (d) => (this.output += d));
    this.child.stderr.on('data', (d) => (this.output += d));
    this.ended = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve(code ?? signal)));
    Program.all.add(this);
  }
  static all = new Set();
  async stop(signal = 'SIGTERM') {
    this.child.kill(signal);
    const how = await this.ended;
    Program.all.delete(this);
    return how;
  }
}
process.on('exit', () => Program.all.forEach((p) => p.child.kill('SIGKILL')));

/** Until something listens there, or the program that should has ended. */
export async function listening(port, program) {
  let over = false;
  program.ended.then(() => (over = true));
  while (!over) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => (socket.destroy(), resolve(true)));
      socket.on('error', () => resolve(false));
    });
    if (open) return;
    await new Promise((r) => setTimeout(r, 20)); // another process: nothing to be woken by
  }
  throw new Error(`it ended instead of listening:\n${program.output}`);
}

export async function until(condition, what) {
  for (let i = 0; i < 1500; ++i) {
    const value = await condition();
    if (value) return value;
    await new Promise((r) => setTimeout(r, 20));
  }
  throw new Error(`never happened: ${what}`);
}

/** The bank of most tests; a test may put its own in its place. */
async function sandboxBank(w, identity) {
  writeFileSync(join(w.folder, 'sandbox.toml'), sandboxToml);
  const files = ['--certificate', identity.certificate, '--key', identity.key];
  const bank = new Program(['sandbox', 'bank', '--listen', `127.0.0.1:${w.bankPort}`, '--config', join(w.folder, 'sandbox.toml'), ...files]);
  await listening(w.bankPort, bank);
  return bank;
}

/** A bank and `vendaval up` in front of it; `extra` is more TOML, `proxy` and `allow` more of its [proxy] and allow-list. */
export class World {
  /** Folder, free ports and certificates, before anything runs; `ports` puts others in their place. */
  static async prepare(ports = {}) {
    const w = new World();
    w.folder = workFolder();
    [w.proxyPort, w.forwardPort, w.bankPort, w.apiPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
    Object.assign(w, ports);
    const folder = join(w.folder, 'certificates');
    const made = run(['sandbox', 'certificates', '--folder', folder, '--name', 'both']);
    if (made.status !== 0) throw new Error(made.stderr);
    w.ca = join(folder, 'ca.pem');
    w.identity = { certificate: join(folder, 'both.pem'), key: join(folder, 'both.key') };
    w.config = join(w.folder, 'vendaval.toml');
    return w;
  }
  static async start({ compress = 20, extra = '', bank = sandboxBank, proxy = () => '', allow = () => [] } = {}) {
    const w = await World.prepare();
    w.bank = await bank(w, w.identity);
    writeFileSync(w.config, w.toml(compress, proxy(w), ['localhost', ...allow(w)]) + extra);
    await w.up();
    return w;
  }
  async up() {
    this.program = new Program(['up', '--config', this.config]);
    await listening(this.apiPort, this.program);
  }
  toml(compress, proxy = '', allow = ['localhost']) {
    return `
[environment]
name = "sandbox"
[proxy]
listen = "127.0.0.1:${this.proxyPort}"
certificate = "${this.identity.certificate}"
key = "${this.identity.key}"
public_url = "https://localhost:${this.proxyPort}"
forward_listen = "127.0.0.1:${this.forwardPort}"
threads = 2
${proxy}
[upstream]
url = "https://localhost:${this.bankPort}"
ca = "${this.ca}"
allow = ${JSON.stringify(allow)}
[api]
listen = "127.0.0.1:${this.apiPort}"
[storage]
url = "${this.database ?? `sqlite:${this.folder}/vendaval.db`}"
[game_day]
compress = ${compress}
lease = "5s"
directory = "${this.folder}/runs"
`;
  }
  url(path) {
    return `http://127.0.0.1:${this.apiPort}${path}`;
  }
  async get(path) {
    const answer = await fetch(this.url(path));
    return path === '/metrics' ? answer.text() : answer.json();
  }
  async post(path, body) {
    const answer = await fetch(this.url(path), {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  }
  /** Everybody may read what is here and write in its folders; what the files allow stays as it is. */
  shareWithEverybody() {
    for (const entry of [{ parentPath: this.folder, name: '.', isDirectory: () => true },
      ...readdirSync(this.folder, { recursive: true, withFileTypes: true })]) {
      const path = join(entry.parentPath ?? entry.path, entry.name);
      chmodSync(path, entry.isDirectory() ? 0o777 : 0o666);
    }
  }
  async end() {
    for (const p of [this.program, this.bank]) if (Program.all.has(p)) await p.stop();
  }
}

/** The simulated app, whose breaker never opens, calling through a world's proxy. */
export async function caller(world) {
  const config = join(world.folder, 'app.toml');
  writeFileSync(config, '[app]\nrequests_per_minute = 600\nbreaker_failure_threshold = 1000\n');
  return new Program(['sandbox', 'app', '--target', `https://localhost:${world.proxyPort}`, '--ca', world.ca, '--config', config]);
}

/** The belvo SDK in a process of its own, told line by line what to do. */
export class SdkClient {
  constructor(world, environment) {
    this.child = spawn(process.execPath, [fileURLToPath(new URL('./sdk_client.mjs', import.meta.url))], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: world.ca, ...environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.waiting = [];
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      if (line.startsWith('>')) this.waiting.shift()(JSON.parse(line.slice(1)));
    });
  }
  ask(what, ...args) {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.child.stdin.write(JSON.stringify({ what, args }) + '\n');
    });
  }
  end() {
    this.child.stdin.end();
  }
}

const sandboxToml = `
[bank]
errors = "0%"
read_p50 = "5ms"
read_p95 = "9ms"
retrieve_p50 = "5ms"
retrieve_p95 = "9ms"
link_p50 = "5ms"
link_p95 = "9ms"
token_p50 = "5ms"
token_p95 = "9ms"
meta_p50 = "5ms"
meta_p95 = "9ms"
`;

export const bankDown = 'kind = "error"\nanswers = ["institution_down"]\noperations = ["link", "retrieve"]';

/** A bank that is down until somebody ends the run; `extra` goes into [scenario], `faults` take the place of its one. */
export const outage = (name, extra = '', faults = [bankDown]) => `
[scenario]
name = "${name}"
version = 1
title = "One bank down"
type = "unavailability"
target = "itau"
${extra}
[[phase]]
name = "baseline"
for = "1s"
[[phase]]
name = "down"
for = "20m"
${faults.map((fault) => `[[phase.fault]]\n${fault}`).join('\n')}
[[phase]]
name = "recovery"
for = "1s"
[[assert]]
measure = "notifications_opened"
at_most = 100
`;
