// kill -9 of `vendaval up` at random points under load, and again, on the same database and spool: what was promised is
// there, what happened is told, under one key, and no table is half written. A few kills here; KILLS=200 (./dev crash)
// for many. SEED repeats the dice; who throws them when is up to the machine.
import { describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import https from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, World, listening, outage } from './harness.mjs';
import { hook, pagerDuty } from './receivers.mjs';
import { Postgres } from './postgres.mjs';
import { Witness, checkAll } from './witness.mjs';

const kills = Number(process.env.KILLS ?? 4);
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const compress = 400; // "for = 1m" is 0.15 s
const banks = ['itau', 'nubank', 'caixa'];
const routingKey = 'a'.repeat(32), drillKey = 'd'.repeat(32);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Dice that throw the same again (mulberry32). */
function dice(state) {
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { chance: (p) => next() < p, between: (a, b) => a + next() * (b - a), pick: (all) => all[Math.floor(next() * all.length)] };
}

/** Banks that are well and unwell by turns; the calm is long enough, now and then, for an incident to be over for good. */
class Banks {
  static async start(world, throws) {
    const b = new Banks();
    b.unwell = new Set();
    b.server = https.createServer({ cert: readFileSync(world.identity.certificate), key: readFileSync(world.identity.key) }, (request, response) => {
      const ill = b.unwell.has(request.headers['x-bank']);
      response.writeHead(ill ? 503 : 200, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise((resolve) => b.server.listen(world.bankPort, '127.0.0.1', resolve));
    b.over = Promise.all(banks.map(async (bank) => {
      while (!b.ended) {
        await pause(throws.chance(0.5) ? throws.between(2000, 4000) : throws.between(300, 1200));
        if (!b.ended) b.unwell.add(bank);
        await pause(throws.between(300, 1500));
        b.unwell.delete(bank);
      }
    }));
    return b;
  }
  async calm() {
    this.ended = true;
    await this.over;
    this.unwell.clear();
  }
}

/** An app that calls every bank without a rest, whatever comes back. */
class App {
  agent = new https.Agent({ keepAlive: true, maxSockets: 12 });
  constructor(world) {
    this.ca = readFileSync(world.ca);
    this.over = Promise.all(banks.map(async (bank) => {
      while (!this.ended) {
        await Promise.all([this.#call(world, bank), pause(20)]);
      }
    }));
  }
  #call(world, bank) {
    return new Promise((resolve) => {
      const request = https.request({ port: world.proxyPort, host: 'localhost', family: 4, agent: this.agent, ca: this.ca, method: 'POST', path: '/retrieve',
        headers: { 'x-bank': bank, 'content-length': 2 }, timeout: 2000 }, (response) => response.on('end', resolve).on('error', resolve).resume());
      request.on('error', resolve).on('timeout', () => request.destroy()).end('{}');
    });
  }
  async end() {
    this.ended = true;
    await this.over;
    this.agent.destroy();
  }
}

/** A person at the API: looks, acknowledges, notes, closes, silences, begins and ends game days. `life`: which process. */
async function person(world, witness, throws, life) {
  const post = (path, body) => world.post(path, body).catch(() => ({ status: 0 }));
  for (let step = 0; !life.over; ++step) {
    const list = await world.get('/v1/incidents').catch(() => undefined);
    if (list?.incidents && !life.over) witness.saw(list.incidents, life.number);
    const faults = await world.get('/v1/faults').catch(() => undefined);
    const { alerts } = await world.get('/v1/alerts').catch(() => ({ alerts: [] }));
    for (const a of alerts) if (a.firing) witness.alerts.add(`${a.institution}/${a.rule}`);
    for (const fault of faults?.faults ?? []) witness.arms.add(`${life.number}/${fault.id}`);
    const all = list?.incidents ?? [];
    const name = `ana-${life.number}-${step}`;
    const open = all.find((i) => i.status === 'open');
    if (open && throws.chance(0.3)) {
      const done = await post(`/v1/incidents/${open.id}/acknowledge`, { by: name });
      if (done.status === 200) witness.acknowledged.push({ id: open.id, reopened: done.body.reopened, by: name });
    }
    if (all.length > 0 && throws.chance(0.3)) {
      const { id } = throws.pick(all.slice(0, 5));
      if ((await post(`/v1/incidents/${id}/note`, { by: 'ana', text: `note of ${name}` })).status === 200) witness.notes.push({ id, text: `note of ${name}` });
    }
    const done = all.find((i) => i.status === 'resolved');
    if (done && throws.chance(0.2)) await post(`/v1/incidents/${done.id}/close`, { by: 'ana', notes: `seen by ${name}` });
    if (throws.chance(0.05)) {
      const made = await post('/v1/silences', { institution: throws.pick(banks), for: '1s', reason: 'drill', by: 'ana' });
      if (made.status === 201) witness.silences.add(made.body.id);
    }
    if (throws.chance(0.1)) await post('/v1/runs', { scenario: gameDay, file: 'kills.toml' });
    await pause(throws.between(20, 200));
  }
}
const gameDay = outage('kills', 'settle = "1s"', ['kind = "answer"\nstatus = 503\ninstitutions = ["caixa"]\noperations = ["retrieve"]']).replace('target = "itau"', 'target = "caixa"');

const sqlite = (world) => {
  const ask = (sql) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', join(world.folder, 'vendaval.db'), sql], { encoding: 'utf8' }).trim().split('\n').filter(Boolean).map((line) => line.split('|'));
  return {
    query: ask,
    engine: {
      field: (column, name) => `json_extract(${column}, '$.${name}')`,
      check: (demand) => {
        demand(ask('pragma integrity_check').join() === 'ok', 'PRAGMA integrity_check');
        demand(ask('pragma foreign_key_check').length === 0, 'PRAGMA foreign_key_check');
      },
    },
  };
};
const postgres = (server) => ({
  query: (sql) => server.query(sql),
  engine: { field: (column, name) => `${column}::jsonb ->> '${name}'`, check: () => {} },
});

/** PostgreSQL dies as well, and may be away still when the next process begins. */
async function crash(server, throws) {
  await pause(throws.between(0, 1500));
  await server.kill();
  await pause(throws.between(0, 3000));
  await server.up();
}

async function lives(world, server, witness, throws, log, told) {
  let away = null;
  const perhaps = () => throws.chance(0.15) && server && (away ??= crash(server, throws).then(() => (away = null)));
  for (let number = 1; number <= kills + 1; ++number) {
    if (number > kills) await away; // a start without the database marks no runs
    witness.lives.push(told.posts.length);
    const program = new Program(['up', '--config', world.config]);
    world.program = program;
    if (number > kills) return listening(world.apiPort, program).then(() => log(program));
    // One in five does not live to see its start; one in four lives long enough for incidents to be over.
    const [early, later] = [throws.between(5, 300), throws.chance(0.25) ? throws.between(3000, 8000) : throws.between(0, 2500)];
    const short = throws.chance(0.2);
    if (short) await pause(early);
    else {
      await listening(world.apiPort, program);
      const life = { number, over: false };
      const over = person(world, witness, throws, life);
      perhaps();
      await pause(later);
      life.over = true;
      await program.stop('SIGKILL');
      await over;
    }
    if (Program.all.has(program)) await program.stop('SIGKILL');
    log(program);
  }
}

async function play(database, makeQuery) {
  const throws = dice(seed);
  const world = await World.prepare();
  const server = database && (await database.start());
  if (server) world.database = server.url;
  const told = await hook(() => throws.chance(0.02));
  const pager = await pagerDuty([routingKey, drillKey]);
  writeFileSync(world.config, world.toml(compress).replace('[api]', 'dialect = "plain"\nheader = "X-Bank"\n[api]') + channels(told, pager));
  const { query, engine } = makeQuery(server ?? world);
  const witness = new Witness(), complaints = new Set();
  const ill = await Banks.start(world, throws);
  const app = new App(world);
  const log = (program) => program.output.split('\n').filter((l) => /given up, because|are lost|nor can that|terminate|ended by itself/.test(l)).forEach((l) => complaints.add(l));
  try {
    const begun = Date.now();
    await lives(world, server, witness, throws, log, told);
    await ill.calm();
    await quiet(world, query);
    const list = await world.get('/v1/incidents');
    if (list.incidents.length < 500) witness.saw(list.incidents, 'the last');
    assert.equal(await world.program.stop(), 0, 'it ends when asked to');
    log(world.program);
    const heard = new Set(pager.events.map((e) => `${e.event_action} ${e.dedup_key}`));
    const result = checkAll({ witness, query, hook: told, pager: { ...pager, heard }, engine });
    assert.deepEqual([...complaints], []);
    assert.deepEqual(pager.refused, []);
    const arms = Number(query("select count(*) from audit where action = 'arm'")[0][0]);
    assert.ok(arms >= witness.arms.size, `${witness.arms.size} faults were seen armed, ${arms} are in the audit`);
    console.log(`${server ? 'PostgreSQL' : 'SQLite'}, seed ${seed}: ${kills} kills in ${Math.round((Date.now() - begun) / 1000)} s: ${JSON.stringify({ ...result,
      acknowledged: witness.acknowledged.length, notes: witness.notes.length, silences: witness.silences.size, alerts: witness.alerts.size, faults: witness.arms.size })}`);
  } catch (wrong) {
    wrong.message += `\nseed ${seed}, in ${world.folder}\n${world.program?.output.slice(-3000)}`;
    throw wrong;
  } finally {
    await app.end();
    await world.end();
    ill.server.close();
    for (const one of [told, pager]) one.close();
    await server?.kill();
  }
}

/** Until every incident is over and everybody is told. A dead process's lease on a notification holds for 90 s: with few kills, time passes by hand. */
async function quiet(world, query) {
  const waiting = 'select count(*) from outbox where accepted_at is null and failed_at is null';
  for (let second = 0; second < 240; ++second) {
    const { incidents } = await world.get('/v1/incidents');
    const { keeping } = await world.get('/v1/status');
    if (incidents.every((i) => ['resolved', 'closed'].includes(i.status)) && keeping.waiting === 0 && query(waiting)[0][0] === '0') return;
    if (kills < 20 && second % 5 === 4) query('update outbox set leased_until = null where leased_until is not null and accepted_at is null');
    await pause(1000);
  }
  throw new Error(`it does not come to rest: ${query(waiting)} notifications wait, open: ${JSON.stringify((await world.get('/v1/incidents')).incidents.filter((i) => !i.resolved_at))}`);
}

const channels = (told, pager) => `
[notifications]
repeat = "0s"
[[escalation]]
severity = "critical"
after = "1m"
channels = ["hook"]
[[channel]]
name = "hook"
kind = "webhook"
url = "${told.url}/vendaval"
[[channel]]
name = "pagerduty"
kind = "pagerduty"
url = "${pager.url}"
token = "${routingKey}"
drill_token = "${drillKey}"
[[rule]]
name = "errors_high"
metric = "error_rate"
threshold = "10%"
for = "3m"
min_samples = 10
clear_for = "2m"
severity = "high"
channels = ["hook"]
[[rule]]
name = "bank_unavailable"
metric = "outage"
for = "1m"
min_samples = 5
clear_for = "1m"
severity = "critical"
channels = ["hook", "pagerduty"]
operations = ["link", "retrieve"]
`;

const limit = { timeout: 200_000 + kills * 10_000 };
describe('killed again and again, it forgets nothing that it promised', { concurrency: true }, () => {
  test('SQLite', limit, () => play(null, sqlite));
  test('PostgreSQL', limit, () => play(Postgres, postgres));
});
