// The real belvo SDK, with a real opossum breaker, through the running proxy. The SDK trusts our CA through
// NODE_EXTRA_CA_CERTS, which Node reads only at its start: so the client part runs in a process of its own.
import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SdkClient, World, bankDown, outage, run, until } from './harness.mjs';

const scenario = outage('sdk-outage', 'settle = "1s"', ['kind = "listed"', bankDown]);

test('links, pages, an outage of one bank while another answers, and recovery', { timeout: 120_000 }, async () => {
  const world = await World.start({ compress: 1 });
  const client = new SdkClient(world, { BELVO_API_URL: `https://localhost:${world.proxyPort}` });
  try {
    assert.deepEqual((await client.ask('versions')).value, { belvo: '0.28.0', opossum: '9.0.0' });
    assert.equal((await client.ask('connect')).error, undefined);
    assert.equal((await client.ask('register', 'ofitau_br_retail')).value, 'ofitau_br_retail');

    const links = (await client.ask('links')).value;
    assert.ok(links.length > 10, 'the list of links spans several pages of 10');
    const itau = links.find((l) => l.institution.includes('itau')).id;
    const bb = links.find((l) => l.institution.includes('bancodobrasil')).id;
    assert.ok((await client.ask('accounts', itau)).value.length > 0);
    const transactions = (await client.ask('transactions', itau)).value;
    assert.ok(transactions.length > 10, 'transactions span several pages');
    assert.equal((await client.ask('refresh', itau)).error, undefined);

    const file = join(world.folder, 'sdk-outage.toml');
    writeFileSync(file, scenario);
    const dry = () => run(['run', file, '--dry-run', '--api', `http://127.0.0.1:${world.apiPort}`]);
    const forecast = /sdk-outage\/down\/2 +error +2 in reach, about 2 touched +\(itau; link, retrieve; 100%\)/;
    await until(() => forecast.test(dry().stdout), 'the dry run knows the two calls that reached the bank');
    assert.equal((await world.get('/v1/faults')).faults.length, 0);

    // Traffic for the target, without which a run refuses to begin.
    const started = await world.post('/v1/runs', { scenario, file: 'sdk-outage.toml' });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    const id = started.body.id;
    await until(async () => {
      await client.ask('accounts', itau);
      return (await world.get('/v1/faults')).faults.length === 2;
    }, 'the fault is armed');

    const refused = await client.ask('refresh', itau);
    assert.equal(refused.error.status, 400);
    assert.equal(refused.error.code, 'institution_down');
    assert.equal((await client.ask('refresh', bb)).error, undefined, 'the other bank answers');
    assert.equal((await client.ask('register', 'ofitau_br_retail')).error?.code, 'institution_down');
    assert.equal((await client.ask('register', 'ofbancodobrasil_br_retail')).error, undefined);
    assert.equal((await client.ask('accounts', itau)).error, undefined, 'stored data stays readable');
    const down = (await client.ask('institutions')).value.filter((bank) => bank.status === 'down');
    assert.deepEqual(down.map((bank) => bank.name), ['ofitau_br_retail'], 'the list of banks says which one is down');

    await until(async () => {
      await client.ask('refresh', itau);
      return (await client.ask('breaker', itau)).value === 'open';
    }, "opossum opens the target's breaker");
    assert.equal((await client.ask('breaker', bb)).value, 'closed');

    await world.post(`/v1/runs/${id}/abort`, { reason: 'the test has seen enough' });
    await until(async () => (await world.get('/v1/faults')).faults.length === 0, 'the fault is lifted');
    await until(async () => (await client.ask('refresh', itau)).error === undefined, 'the bank answers again');
    assert.equal((await client.ask('breaker', itau)).value, 'closed');
    assert.ok((await client.ask('institutions')).value.every((bank) => bank.status === 'healthy'));

    // Nothing reached the bank except through the proxy: both counted the same requests.
    client.end();
    await world.bank.stop();
    const answered = Number(world.bank.output.match(/answered (\d+) requests/)[1]);
    const sum = (metrics, pattern) => [...metrics.matchAll(pattern)].reduce((n, m) => n + Number(m[1]), 0);
    let metrics;
    await until(async () => {
      metrics = await world.get('/metrics'); // the monitor takes what happened four times a second
      return answered === sum(metrics, /^vendaval_upstream_requests_total\{.*injected="false"\} (\d+)/gm);
    }, 'the bank answered exactly what the proxy forwarded');
    assert.ok(sum(metrics, /^vendaval_upstream_requests_total\{.*injected="true"\} (\d+)/gm) > 0);
  } finally {
    client.end();
    await world.end();
  }
});
