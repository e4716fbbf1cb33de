// PostgreSQL is killed while a bank is down: traffic goes on, people are told, and afterwards nothing is missing.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, World, caller, freePort, listening, run, until } from './harness.mjs';
import { Postgres } from './postgres.mjs';

/** A bank that fails every other call. */
async function brokenBank(w, identity) {
  writeFileSync(join(w.folder, 'sandbox.toml'), '[bank]\nerrors = "50%"\nretrieve_p50 = "5ms"\nretrieve_p95 = "9ms"\nlink_p50 = "5ms"\nlink_p95 = "9ms"\n');
  const bank = new Program(['sandbox', 'bank', '--listen', `127.0.0.1:${w.bankPort}`, '--config', join(w.folder, 'sandbox.toml'),
    '--certificate', identity.certificate, '--key', identity.key]);
  await listening(w.bankPort, bank);
  return bank;
}

test('a database that is killed touches no traffic and silences nobody; what it missed arrives', { timeout: 180_000 }, async () => {
  const told = [];
  const port = await freePort();
  const slack = createServer((request, response) => {
    let body = '';
    request.on('data', (d) => (body += d)).on('end', () => { told.push(body); response.end('ok'); });
  });
  await new Promise((resolve) => slack.listen(port, '127.0.0.1', resolve));
  const database = await Postgres.start();
  const extra = `\n[[channel]]\nname = "slack"\nkind = "slack"\nurl = "http://127.0.0.1:${port}/hook"\n`;
  const world = await World.start({ compress: 20, bank: (w, identity) => { w.database = database.url; return brokenBank(w, identity); }, extra });
  try {
    await database.kill();
    const app = await caller(world);
    await until(() => told.length > 0, 'somebody is told although the database is gone');
    const { keeping } = await world.get('/v1/status');
    assert.ok(keeping.waiting > 0 && keeping.spooled_bytes > 0, JSON.stringify(keeping));
    assert.match(await world.get('/metrics'), /^vendaval_spool_bytes [1-9]/m);
    const api = ['--api', `http://127.0.0.1:${world.apiPort}`];
    await until(() => /DATABASE IS IN TROUBLE/.test(run(['status', ...api]).stdout), 'status says so');

    await world.program.stop('SIGKILL');
    await world.up(); // and the proxy comes up without it
    const passed = async () => Number(/^vendaval_requests_total (\d+)/m.exec(await world.get('/metrics'))?.[1] ?? 0);
    await until(async () => (await passed()) > 0, 'calls pass');

    await database.up();
    await until(async () => (await world.get('/v1/status')).keeping.waiting === 0, 'all that waited is in the database');
    assert.ok(Number(database.query('select count(*) from banking_incidents')[0][0]) >= 1);
    await until(() => database.query("select count(*) from outbox where accepted_at is null")[0][0] === '0', 'and nobody is told again');
    assert.equal(database.query('select count(*) from outbox where incident_id not in (select id from banking_incidents)')[0][0], '0');
    assert.equal((await world.get('/v1/status')).keeping.lost, 0);
    await app.stop();
  } catch (wrong) {
    wrong.message += `\n${world.program.output.slice(-6000)}`;
    throw wrong;
  } finally {
    await world.end();
    slack.close();
    slack.closeAllConnections();
    await database.kill();
  }
});
