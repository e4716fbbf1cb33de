// Ctrl-C at a real terminal, and what a person sees there. `script` (Debian's bsdutils) lends us a pseudo-terminal.
import test from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { Program, World, caller, freePort, outage, run, until, vendaval, workFolder } from './harness.mjs';

const ctrlC = '\x03';

/** A program at a terminal of 100 columns: `screen` is every byte it wrote, `type` presses keys. */
class AtTerminal {
  constructor(args) {
    const command = [vendaval, ...args].map((word) => `'${word}'`).join(' ');
    this.screen = '';
    this.child = spawn('script', ['-qec', `stty cols 100; exec ${command}`, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TERM: 'xterm', LC_ALL: 'C.UTF-8' } });
    this.child.stdout.on('data', (d) => (this.screen += d));
    this.ended = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve(code ?? signal)));
  }
  type(keys) {
    this.child.stdin.write(keys);
  }
}

/** The lines that are drawn in place: between "forget what was drawn" and the next time. */
const drawings = (screen) => screen.split('\x1b[J').map((part) => part.split('\r\n'));

async function outageAt(world) {
  const file = join(world.folder, 'outage.toml');
  writeFileSync(file, outage('interrupted'));
  const app = await caller(world);
  return { app, args: ['run', file, '--api', `http://127.0.0.1:${world.apiPort}`] };
}
const armed = async (world) => (await world.get('/v1/faults')).faults.length;

test('Ctrl-C at a terminal takes every fault away and ends with 4', { timeout: 120_000 }, async () => {
  const world = await World.start({ compress: 1 });
  try {
    const { app, args } = await outageAt(world);
    const person = new AtTerminal(args);
    await until(async () => (await armed(world)) === 1, 'the fault is armed');
    await until(() => /target {2}success.*in flight/.test(person.screen), 'the state is drawn');
    person.type(ctrlC);
    assert.equal(await person.ended, 4, person.screen);
    assert.equal(await armed(world), 0);
    assert.match(person.screen, /Ctrl-C: taking every fault away/);
    assert.match(person.screen, /ERROR {2}.*Ctrl-C at the terminal/);
    for (const line of drawings(person.screen).flat())
      if (line.includes('▶')) assert.ok([...line.replace(/\x1b\[[0-9;]*m/g, '')].length <= 100, `wraps, so it is not erased: ${line}`);
    const last = drawings(person.screen).at(-1).join('\n');
    assert.doesNotMatch(last, /▶|takes every fault away and ends/, 'nothing that was drawn in place is left behind');
    await app.stop();
  } finally {
    await world.end();
  }
});

test('where nobody looks it prints plain lines with their time; SIGTERM ends it as Ctrl-C does', { timeout: 120_000 }, async () => {
  const world = await World.start({ compress: 1 });
  try {
    const { app, args } = await outageAt(world);
    const client = new Program(args);
    await until(async () => (await armed(world)) === 1, 'the fault is armed');
    assert.equal(await client.stop('SIGTERM'), 4, client.output);
    assert.equal(await armed(world), 0);
    assert.doesNotMatch(client.output, /\x1b/);
    const progress = client.output.split('\n').filter((line) => /phase|Ctrl-C:/.test(line) && !/^ /.test(line));
    assert.ok(progress.length >= 3, client.output);
    for (const line of progress) assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z /);
    await app.stop();
  } finally {
    await world.end();
  }
});

test('a second Ctrl-C leaves at once, even when nobody answers', { timeout: 120_000 }, async () => {
  const world = await World.start({ compress: 1 });
  try {
    const { app, args } = await outageAt(world);
    const client = new Program(args);
    await until(async () => (await armed(world)) === 1, 'the fault is armed');
    world.program.child.kill('SIGSTOP'); // the API will not answer before its time limit of half a minute
    client.child.kill('SIGINT');
    await until(() => client.output.includes('taking every fault away'), 'the first one is seen');
    assert.equal(await client.stop('SIGINT'), 4);
    assert.match(client.output, /interrupted twice.*vendaval stop/);
    world.program.child.kill('SIGCONT');
    // What it was told last, the program may never have read; the person does what the message says.
    assert.equal(run(['stop', '--reason', 'interrupted twice', '--api', `http://127.0.0.1:${world.apiPort}`]).status, 0);
    assert.equal(await armed(world), 0);
    await app.stop();
  } finally {
    await world.end();
  }
});

test('Ctrl-C ends the demo with everything it started', { timeout: 120_000 }, async () => {
  const folder = workFolder();
  const ports = await Promise.all(Array.from({ length: 6 }, freePort));
  const demo = new Program(['demo', '--folder', folder, '--proxy-port', ports[0], '--bank-port', ports[1], '--api-port', ports[2],
    '--receiver-port', ports[3], '--webhooks-port', ports[4], '--app-port', ports[5]].map(String));
  await until(() => /phase brown-out begins/.test(demo.output), 'something is broken');
  assert.equal(await demo.stop('SIGINT'), 4, demo.output);
  assert.match(demo.output, /ERROR {2}.*Ctrl-C at the terminal/);
  await assert.rejects(fetch(`http://127.0.0.1:${ports[2]}/v1/health`), 'vendaval up has ended too');
});
