// What a developer sees of each fault: through the belvo SDK (axios 0.27), and through Node's own fetch. One bank a fault.
import test from 'node:test';
import assert from 'node:assert/strict';
import { SdkClient, World, outage, until } from './harness.mjs';

const faults = {
  itau: 'kind = "connection"\nmode = "reset"',
  bb: 'kind = "connection"\nmode = "refuse"',
  bradesco: 'kind = "truncate"\nafter = "1B"',
  santander: 'kind = "truncate"\nafter = "1B"\nthen = "reset"',
  caixa: 'kind = "answer"\npage = "maintenance"',
  nubank: 'kind = "error"\nanswers = ["throttled_html"]',
  inter: 'kind = "hang"',
};
const names = { bb: 'ofbancodobrasil_br_retail' };

/** bank: [what the SDK makes of it, what fetch does] */
const symptoms = {
  itau: [{ error: { code: 'ECONNRESET' } }, { error: { message: 'fetch failed', code: 'ECONNRESET' } }],
  bb: [{ error: { code: 'ECONNRESET' } }, { error: { message: 'fetch failed', code: 'UND_ERR_SOCKET' } }],
  bradesco: [{ error: { code: 'ERR_BAD_RESPONSE' } }, { error: { message: 'terminated', code: 'UND_ERR_SOCKET' } }],
  // A reset that arrives together with the last bytes libuv takes for an orderly end.
  santander: [{ error: { code: /^(ERR_BAD_RESPONSE|ECONNRESET)$/ } }, { error: { message: 'terminated', code: /^(UND_ERR_SOCKET|ECONNRESET)$/ } }],
  caixa: [{ value: 'string' }, { error: {} }],  // HTML with 200 is data to the SDK, and no JSON to fetch
  nubank: [{ error: { status: 403 } }, { error: {} }],
};

const scenario = outage('symptoms', 'settle = "1s"',
  Object.entries(faults).map(([bank, fault]) => `institutions = ["${bank}"]\noperations = ["retrieve"]\n${fault}`));

test('each fault shows itself to the SDK and to fetch as that kind of failure does', { timeout: 120_000 }, async () => {
  const world = await World.start({ compress: 1 });
  const client = new SdkClient(world, { BELVO_API_URL: `https://localhost:${world.proxyPort}` });
  try {
    assert.equal((await client.ask('connect')).error, undefined);
    const links = (await client.ask('links')).value;
    const linkOf = (bank) => links.find((l) => l.institution.includes(names[bank] ?? bank)).id;
    const started = await world.post('/v1/runs', { scenario, file: 'symptoms.toml' });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    await until(async () => {
      await client.ask('accounts', linkOf('itau'));
      return (await world.get('/v1/faults')).faults.length === Object.keys(faults).length;
    }, 'every fault is armed');

    for (const [bank, [sdk, plain]] of Object.entries(symptoms)) {
      for (const [way, wanted] of [['retrieve', sdk], ['fetch', plain]]) {
        const seen = await client.ask(way, linkOf(bank));
        const told = `${bank} by ${way}: ${JSON.stringify(seen)}`;
        assert.equal('error' in seen, 'error' in wanted, told);
        for (const [key, value] of Object.entries(wanted.error ?? {})) assert.match(String(seen.error[key]), RegExp(value), told);
        assert.equal(seen.value, wanted.value, told);
      }
    }

    // Never answered: it waits until somebody takes the fault away, and then it is answered after all.
    const waiting = client.ask('retrieve', linkOf('inter'));
    await until(async () => /^vendaval_upstream_inflight_requests\{institution="inter"\} 1$/m.test(await world.get('/metrics')), 'the request is under way');
    await world.post('/v1/stop', { reason: 'seen enough' });
    assert.equal((await waiting).value, 'object');
  } finally {
    client.end();
    await world.end();
  }
});
