// /metrics of the real program with everything on: promtool has nothing to say against it, the agreed names are there,
// and no client can make it grow. Debian's Alertmanager and Prometheus tools take what we write for them.
import test, { before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import https from 'node:https';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program, World, caller, freePort, listening, outage, run, until } from './harness.mjs';
import { alertmanager, hook } from './receivers.mjs';

/** What dashboards and alerts of others are built on; a name is never taken away. */
const agreed = {
  vendaval_upstream_requests_total: ['institution', 'operation', 'outcome', 'injected'],
  vendaval_upstream_request_duration_seconds: ['institution', 'operation'],
  vendaval_api_errors_total: ['institution', 'code', 'injected'],
  vendaval_upstream_inflight_requests: ['institution'],
  vendaval_upstream_oldest_inflight_seconds: ['institution'],
  vendaval_institution_up: ['institution'],
  vendaval_faults_injected_total: ['institution', 'fault'],
  vendaval_chaos_run_active: ['run'],
  vendaval_breaker_state: ['institution', 'evidence'],
  vendaval_alert_state: ['rule', 'institution', 'state'],
  vendaval_notifications_total: ['integration', 'outcome'],
  vendaval_notification_duration_seconds: ['integration'],
};
const banks = ['itau', 'bb', 'bradesco', 'santander', 'caixa', 'nubank', 'inter'];
const nobody = ['global', 'unknown'];

let world, app, told, peer;
const tool = (name, args, input) => {
  const done = spawnSync(name, args, { input, encoding: 'utf8' });
  assert.equal(done.error, undefined, `${name}: ${done.error}`);
  return { status: done.status, said: done.stdout + done.stderr };
};

/** name → [{labels, value}] of a page in the text format. */
function read(page) {
  const all = new Map();
  for (const line of page.split('\n').filter((l) => l && !l.startsWith('#'))) {
    const [, name, labels] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? assert.fail(line);
    const pairs = Object.fromEntries([...(labels ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, value]) => [key, value]));
    if (!all.has(name)) all.set(name, []);
    all.get(name).push(pairs);
  }
  return all;
}
const seriesIn = (all) => [...all.values()].reduce((sum, list) => sum + list.length, 0);

before(async () => {
  told = await hook();
  world = await World.prepare();
  peer = await alertmanager(world.folder);
  const auth = join(world.folder, 'probe.auth');
  writeFileSync(auth, `Basic ${Buffer.from('sandbox-id:sandbox-password').toString('base64')}\n`);
  world.bank = new Program(['sandbox', 'bank', '--listen', `127.0.0.1:${world.bankPort}`, '--certificate', world.identity.certificate, '--key', world.identity.key]);
  await listening(world.bankPort, world.bank);
  writeFileSync(world.config, `${world.toml(20)}
[toxiproxy]
listen = "127.0.0.1:${await freePort()}"
[webhooks]
listen = "127.0.0.1:${await freePort()}"
app = "${told.url}"
[probes]
url = "https://localhost:${world.proxyPort}"
ca = "${world.ca}"
every = "5s"
authorization_file = "${auth}"
[[probes.call]]
institution = "nubank"
path = "/api/accounts/?institution=nubank"
[[channel]]
name = "hook"
kind = "webhook"
url = "${told.url}/vendaval"
[[channel]]
name = "cluster"
kind = "alertmanager"
to = ["${peer.url}"]
`);
  await world.up();
  app = await caller(world);
  const started = await world.post('/v1/runs', { scenario: outage('metrics'), file: 'metrics.toml' });
  assert.equal(started.status, 202, JSON.stringify(started.body));
  await until(() => told.posts.some((p) => p.body.event === 'opened'), 'somebody is told');
});
after(async () => {
  await app?.stop();
  await world?.end();
  told?.close();
  peer?.close();
});

test('promtool finds nothing to complain of while a game day runs and an alert fires', async () => {
  await until(async () => /^vendaval_notifications_total\{integration="alertmanager",outcome="accepted"\} [1-9]/m.test(await world.get('/metrics')), 'Alertmanager has it');
  const checked = tool('promtool', ['check', 'metrics'], await world.get('/metrics'));
  assert.deepEqual(checked, { status: 0, said: '' });
});

test('the agreed names are there, with no other labels than these', async () => {
  const all = read(await world.get('/metrics'));
  for (const [name, labels] of Object.entries(agreed)) {
    const series = all.get(name) ?? all.get(`${name}_bucket`);
    assert.ok(series?.length > 0, `${name} is missing`);
    for (const one of series) assert.deepEqual(Object.keys(one).filter((l) => l !== 'le').sort(), [...labels].sort(), name);
  }
  const seen = new Set([...all.values()].flat().map((l) => l.institution).filter(Boolean));
  assert.deepEqual([...seen].filter((one) => ![...banks, ...nobody].includes(one)), []);
  assert.ok(all.get('vendaval_faults_injected_total').some((l) => l.institution === 'itau' && l.fault === 'error'));
});

test('the alert is Alertmanager\'s as well, once, at the severity that it has', async () => {
  await until(async () => (await world.get('/v1/incidents')).incidents.some((i) => i.severity === 'critical' && i.told.cluster === 'critical'), 'it has become critical');
  const query = () => JSON.parse(tool('amtool', ['alert', 'query', 'alertname=VendavalIncident', '--alertmanager.url', peer.url, '-o', 'json']).said);
  await until(() => query().some((a) => a.labels.severity === 'critical'), 'amtool sees it');
  await until(() => query().length === 1, 'and nothing of what it was before');
  const [alert] = query();
  assert.equal(alert.labels.institution, 'itau');
  assert.equal(alert.labels.drill, 'true');
});

test('the rules exported for Prometheus pass promtool, and ask only for what is agreed', () => {
  const rules = run(['rules', 'export']);
  assert.equal(rules.status, 0, rules.stderr);
  const file = join(world.folder, 'vendaval.rules.yml');
  writeFileSync(file, rules.stdout);
  const checked = tool('promtool', ['check', 'rules', file]);
  assert.equal(checked.status, 0, checked.said);
  assert.match(checked.said, /SUCCESS: [4-9] rules found/);
  const asked = rules.stdout.match(/vendaval_\w+/g) ?? [];
  assert.ok(asked.length >= 4);
  for (const name of asked) assert.ok(Object.keys(agreed).some((one) => name.startsWith(one)), `${name} is asked for and not agreed`);
});

test('the rules of a configuration are exported with its overrides, and a mistake in it is told', () => {
  const file = join(world.folder, 'own.toml');
  const own = `
[[rule]]
name = "errors_high"
metric = "error_rate"
threshold = "3%"
for = "4m"
severity = "critical"
[[rule]]
name = "hardly_any"
metric = "success_rate"
threshold = "50%"
`;
  writeFileSync(file, world.toml(1) + own);
  const rules = run(['rules', 'export', '--config', file]);
  assert.equal(rules.status, 0, rules.stderr);
  assert.match(rules.stdout, /alert: errors_high\n[^]*?\[240s\][^]*? > 3\) [^]*?severity: critical/);
  assert.match(rules.stdout, /alert: hardly_any\n/);
  assert.match(rules.stdout, /alert: bank_unavailable\n/);
  const out = join(world.folder, 'own.rules.yml');
  writeFileSync(out, rules.stdout);
  const checked = tool('promtool', ['check', 'rules', out]);
  assert.equal(checked.status, 0, checked.said);

  writeFileSync(file, world.toml(1) + own.replace('3%', '3 apples'));
  const wrong = run(['rules', 'export', '--config', file]);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /own\.toml:\d+:\d+/);
  assert.equal(run(['rules', 'export', '--config', file, 'trial.toml']).status, 2);
});

test('the configuration for Alertmanager that we ship passes amtool, and sends each alert to where it says', () => {
  const file = fileURLToPath(new URL('../../packaging/alertmanager.yml', import.meta.url));
  const checked = tool('amtool', ['check-config', file]);
  assert.equal(checked.status, 0, checked.said);
  const goesTo = (...labels) => spawnSync('amtool', ['config', 'routes', 'test', '--config.file', file, ...labels], { encoding: 'utf8' }).stdout.trim();
  assert.equal(goesTo('alertname=VendavalIncident', 'severity=critical', 'institution=itau'), 'people');
  assert.equal(goesTo('alertname=VendavalIncident', 'severity=critical', 'institution=itau', 'drill=true'), 'drills');
  assert.equal(goesTo('alertname=VendavalChannelProof', 'severity=low'), 'drills');
  assert.equal(goesTo('alertname=ItauDown', 'institution=itau'), 'vendaval');
});

test('no client can make it grow: paths, institutions, clients, methods and hosts that nobody knows', { timeout: 120_000 }, async () => {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 16 });
  const ca = readFileSync(world.ca);
  const ask = (path, headers = {}, method = 'GET') => new Promise((resolve) => {
    const request = https.request({ port: world.proxyPort, host: 'localhost', family: 4, agent, ca, method, path, headers, timeout: 10_000 },
      (response) => response.on('end', resolve).on('error', resolve).resume());
    request.on('error', resolve).on('timeout', () => request.destroy()).end();
  });
  const storm = async (from, count) => {
    for (let i = from; i < from + count; i += 25)
      await Promise.all(Array.from({ length: 25 }, (_, k) => i + k).flatMap((n) => [
        ask(`/api/nowhere-${n}/deeper?x=${n}`), ask(`/api/accounts/?institution=bank-of-${n}`), ask(`/api/links/`, { 'user-agent': `client/${n}` }),
        ask('/api/links/', { host: `host-${n}.example` }), ask('/api/links/', {}, `WORD${String.fromCharCode(65 + n % 26)}`)]));
  };
  await storm(0, 50); // the unknown, and each reason to refuse, have their series now
  const before = read(await world.get('/metrics'));
  await storm(1000, 1000);
  const page = await world.get('/metrics');
  const after = read(page);
  // A bound for 7 banks: institutions × operations × (outcomes × 2 + 17 buckets + 2), and what stands once.
  const bound = (banks.length + nobody.length) * (5 * (15 * 2 + 19) + 30) + 200;
  assert.ok(seriesIn(after) <= bound, `${seriesIn(after)} series, the bound is ${bound}`);
  const grown = [...after].flatMap(([name, list]) => (list.length > (before.get(name)?.length ?? 0) ? [`${name}: ${before.get(name)?.length ?? 0} → ${list.length}`] : []));
  assert.ok(seriesIn(after) - seriesIn(before) <= 40, grown.join('\n')); // what a busier bank happens to answer
  assert.doesNotMatch(page, /nowhere-|bank-of-|client\/|host-\d|WORD/);
  assert.deepEqual(tool('promtool', ['check', 'metrics'], page), { status: 0, said: '' });
  console.log(`${seriesIn(after)} series (${seriesIn(before)} before 5,000 strange requests), the bound for ${banks.length} banks is ${bound}`);
  agent.destroy();
});
