// The real belvo SDK through every way in: base URL, HTTPS_PROXY (axios 0.27 sends whole URLs in the clear), and
// CONNECT, blind and intercepted.
import test from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { SdkClient, World, until } from './harness.mjs';

const ways = {
  'as a base URL': (w) => ({ BELVO_API_URL: `https://localhost:${w.proxyPort}` }),
  'as HTTPS_PROXY': (w) => ({ BELVO_API_URL: `https://localhost:${w.bankPort}`, HTTPS_PROXY: `http://127.0.0.1:${w.forwardPort}` }),
  'by CONNECT': (w) => ({ BELVO_API_URL: `https://localhost:${w.bankPort}`, CONNECT_PROXY: `http://127.0.0.1:${w.forwardPort}` }),
};

/** Follows pages, reads and refreshes; every answer comes from the bank. */
async function useTheSdk(world, environment) {
  const client = new SdkClient(world, environment);
  try {
    assert.equal((await client.ask('connect')).error, undefined);
    const links = (await client.ask('links')).value;
    assert.ok(links.length > 10, 'the list of links spans several pages of 10');
    const itau = links.find((l) => l.institution.includes('itau')).id;
    assert.ok((await client.ask('accounts', itau)).value.length > 0);
    assert.equal((await client.ask('refresh', itau)).error, undefined);
  } finally {
    client.end();
  }
}

const counted = (metrics, institution) =>
  [...metrics.matchAll(new RegExp(`^vendaval_upstream_requests_total\\{.*institution="${institution}".*\\} (\\d+)`, 'gm'))]
    .reduce((n, m) => n + Number(m[1]), 0);

test('what is looked into is counted for its bank, a blind tunnel for nobody', { timeout: 60_000 }, async (t) => {
  const world = await World.start();
  try {
    for (const [name, environment] of Object.entries(ways))
      await t.test(name, async () => {
        const before = counted(await world.get('/metrics'), 'itau');
        await useTheSdk(world, environment(world));
        if (name === 'by CONNECT')
          await until(async () => counted(await world.get('/metrics'), 'unknown') > 0, 'the tunnel is counted');
        else await until(async () => counted(await world.get('/metrics'), 'itau') >= before + 2, 'two requests for Itaú');
      });
  } finally {
    await world.end();
  }
});

test('CONNECT ended with our own CA is looked into as well', { timeout: 60_000 }, async () => {
  const intercept = (w) => `intercept = true
intercept_ca = "${w.ca}"
intercept_key = "${join(w.folder, 'certificates', 'ca.key')}"`;
  const world = await World.start({ proxy: intercept });
  try {
    await useTheSdk(world, ways['by CONNECT'](world));
    await until(async () => counted(await world.get('/metrics'), 'itau') >= 2, 'two requests for Itaú');
    assert.equal(counted(await world.get('/metrics'), 'unknown'), 0);
  } finally {
    await world.end();
  }
});
