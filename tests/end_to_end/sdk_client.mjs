// Does what it is told on standard input, with the belvo SDK and one opossum breaker per link.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const { default: Belvo } = require('belvo');
const CircuitBreaker = require('opossum');
const { HttpsProxyAgent } = require('https-proxy-agent');

// axios 0.27 asks an HTTPS_PROXY for whole URLs; who wants CONNECT gives Node an agent that speaks it.
if (process.env.CONNECT_PROXY) require('node:https').globalAgent = new HttpsProxyAgent(process.env.CONNECT_PROXY);

const client = new Belvo('sandbox-id', 'sandbox-password');
const breakers = new Map();

function breakerOf(link) {
  if (!breakers.has(link)) {
    const refresh = () => client.balances.retrieve(link, '2026-01-01', { dateTo: '2026-01-31' });
    breakers.set(link, new CircuitBreaker(refresh, { timeout: 10_000, resetTimeout: 500, volumeThreshold: 3 }));
  }
  return breakers.get(link);
}

const version = (name) => JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version;

const actions = {
  versions: () => ({ belvo: version('belvo'), opossum: version('opossum') }),
  register: async (institution) => (await client.links.register(institution, 'somebody100', 'password')).institution,
  connect: () => client.connect(),
  institutions: () => client.institutions.list({ limit: 1000 }),
  links: () => client.links.list({ limit: 1000 }),
  accounts: (link) => client.accounts.list({ filters: { link } }),
  transactions: (link) => client.transactions.list({ limit: 1000, filters: { link } }),
  retrieve: async (link) => typeof (await client.balances.retrieve(link, '2026-01-01', { dateTo: '2026-01-31' })),
  /** The same call without the SDK, on a connection that is warm: a reset that comes with the end of a handshake libuv takes for an orderly end. */
  fetch: async (link) => {
    const headers = { 'Content-Type': 'application/json', Authorization: `Basic ${btoa('sandbox-id:sandbox-password')}` };
    await (await fetch(`${process.env.BELVO_API_URL}/api/`, { headers })).text();
    const body = JSON.stringify({ link, date_from: '2026-01-01', date_to: '2026-01-31' });
    const answer = await fetch(`${process.env.BELVO_API_URL}/api/balances/`, { method: 'POST', headers, body });
    return typeof (await answer.json());
  },
  refresh: async (link) => Boolean(await breakerOf(link).fire()),
  breaker: (link) => (breakers.get(link)?.opened ? 'open' : 'closed'),
};

function describe(error) {
  const detail = error.detail ?? error.response?.data;
  if (error.cause) return { message: error.message, code: error.cause.code };
  return { status: error.statusCode ?? error.response?.status, code: Array.isArray(detail) ? detail[0]?.code : error.code };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { what, args } = JSON.parse(line);
  let answer;
  try {
    answer = { value: await actions[what](...args) };
  } catch (error) {
    answer = { error: describe(error) };
  }
  process.stdout.write('>' + JSON.stringify(answer) + '\n');
}
process.exit(0);
