// What people get wrong, through the real program: exit code 2 or 3, the place, what is accepted, and the way out.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { request } from 'node:https';
import { chmodSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, World, caller, freePort, outage, run, runWithoutRights, until, workFolder } from './harness.mjs';

const head = '[scenario]\nname = "x"\nversion = 1\ntitle = "x"\ntype = "unavailability"\n';
const target = 'target = "itau"\n';
const baseline = '[[phase]]\nname = "baseline"\nfor = "1m"\n';
const stuck = (from) => `[[phase]]\nname = "b"\nat = "${from}"\nfor = "1m"\n`;

/** [what it has, its text, the place and what is wrong, what is accepted or how to mend it] */
const scenarios = [
  ['an unknown key', head + target + 'speeed = 3\n' + baseline,
    /^x\.toml:7:1: unknown key "speeed"$/m, /accepted here: name, title, version/],
  ['a misspelt key', head + target + baseline.replace('for', 'fore'),
    /^x\.toml:9:1: unknown key "fore"$/m, /did you mean "for"\? accepted here: name, for, at/],
  ['a number in quotes', head.replace('version = 1', 'version = "one"') + target + baseline,
    /^x\.toml:3:11: version must be a whole number from 1 to 1000000$/m, /\^{5}/],
  ['a duration without its unit', head + target + baseline.replace('"1m"', '60'),
    /^x\.toml:9:7: for must be a duration/m, /such as "250ms", "30s" or "3m"/],
  ['an unknown institution', head + 'target = "itauu"\n' + baseline,
    /^x\.toml:6:10: unknown institution "itauu"$/m, /did you mean "itau"\? accepted: "bb", "itau"/],
  ['a phase of zero length', head + target + baseline + '[[phase]]\nname = "nothing"\nfor = "0s"\n',
    /^x\.toml:12:7: phase "nothing" lasts no time at all$/m, /give it at least 1s, or take it out/],
  ['phases that overlap on one bank', head + target + baseline + stuck('30s'),
    /^x\.toml:12:6: phase "b" \(30s to 90s\) overlaps phase "baseline" \(0s to 1m\), and both are about itau$/m,
    /start it at 1m or later/],
];

for (const [name, text, wrong, way] of scenarios)
  test(`a scenario with ${name} is explained`, () => {
    const cwd = workFolder();
    writeFileSync(join(cwd, 'x.toml'), text);
    const checked = run(['check', 'x.toml'], { cwd });
    assert.equal(checked.status, 2, checked.stdout + checked.stderr);
    assert.match(checked.stderr, wrong);
    assert.match(checked.stderr, way);
  });

test('every mistake is told at once, also by a running vendaval, which then breaks nothing', { timeout: 60_000 }, async () => {
  const world = await World.start();
  try {
    const file = join(world.folder, 'x.toml');
    writeFileSync(file, outage('x', 'upstream = "api.belvo.com"\nspeeed = 3'));
    for (const args of [['check', file, '--config', world.config], ['run', file, '--api', `http://127.0.0.1:${world.apiPort}`]]) {
      const refused = run(args);
      assert.equal(refused.status, 2, refused.stderr);
      assert.match(refused.stderr, /x\.toml:8:12: "api\.belvo\.com" is not on the list of hosts that faults may be injected for/);
      assert.match(refused.stderr, /allowed in vendaval\.toml: "localhost"/);
      assert.match(refused.stderr, /x\.toml:9:1: unknown key "speeed"/);
    }
    const unknown = run(['run', file, '--institution', 'nubanc', '--api', `http://127.0.0.1:${world.apiPort}`]);
    assert.match(unknown.stderr, /unknown institution "nubanc" given as the target[^]*did you mean "nubank"\?/);
    assert.equal((await world.get('/v1/faults')).faults.length, 0);
    assert.equal((await world.get('/v1/status')).run, null);
  } finally {
    await world.end();
  }
});

test('an export of links is counted bank by bank, or explained line by line', () => {
  const folder = workFolder();
  const [good, bad, config] = ['good.csv', 'bad.csv', 'vendaval.toml'].map((name) => join(folder, name));
  writeFileSync(good, 'link_id,institution\na-1,ofitau_br_retail\na-2,itau\na-3,bb\n');
  writeFileSync(bad, 'link_id,institution\na-1,itauu\n');
  const counted = run(['links', 'check', good]);
  assert.equal(counted.status, 0, counted.stderr);
  assert.match(counted.stdout, /3 links\n +bb +1\n +itau +2\n/);
  writeFileSync(config, `[environment]\nname = "sandbox"\n[links]\nfile = "${bad}"\n`);
  for (const said of [run(['links', 'check', bad]), run(['check', config])]) {
    assert.equal(said.status, 2, said.stdout);
    assert.match(said.stderr, /bad\.csv:2:5: unknown institution "itauu"[^]*did you mean "itau"\?/);
  }
});

test('a taken port is named with the option that changes it', async () => {
  const taken = createServer();
  await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const port = taken.address().port;
  const refused = run(['demo', '--folder', workFolder(), '--proxy-port', String(port), '--bank-port', String(await freePort()),
    '--api-port', String(await freePort()), '--receiver-port', String(await freePort()),
    '--webhooks-port', String(await freePort()), '--app-port', String(await freePort())]);
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, new RegExp(`port ${port} for the proxy is taken.*--proxy-port`));

  const world = await World.prepare({ proxyPort: port });
  writeFileSync(world.config, world.toml(1));
  const up = run(['up', '--config', world.config]);
  taken.close();
  assert.equal(up.status, 3);
  assert.match(up.stderr, new RegExp(`cannot listen on 127\\.0\\.0\\.1:${port}: .*; free the port or change its listen address`));
});

test('configurations that cannot work are refused with the file at fault and a fix', async () => {
  const world = await World.prepare();
  const up = (change) => {
    writeFileSync(world.config, change(world.toml(1)));
    return run(['up', '--config', world.config]);
  };

  let refused = up((toml) => toml.replaceAll('both.pem', 'none.pem'));
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /the certificate .*none\.pem cannot be read: No such file or directory\. Fix: name a PEM file/);

  writeFileSync(join(world.folder, 'certificates', 'text.pem'), 'not a certificate');
  refused = up((toml) => toml.replaceAll('both.pem', 'text.pem'));
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /the certificate .*text\.pem is not a PEM certificate/);

  refused = up((toml) => toml.replace('vendaval.db', 'no/such/folder.db'));
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /folder\.db: there is no folder .*\/no\/such\. Fix: mkdir -p /);

  refused = up((toml) => toml.replace('compress = 1', 'compress = "1"').replace('threads', 'threds'));
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /vendaval\.toml:\d+:1: unknown key "threds"[^]*did you mean "threads"\?/);
  assert.match(refused.stderr, /vendaval\.toml:\d+:12: compress must be a whole number from 1 to 1000/);

  refused = run(['up', '--config', join(world.folder, 'absent.toml')]);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /absent\.toml.*No such file/);
});

test('a certificate and a database that we may not read or write are named', { timeout: 60_000 }, async () => {
  const world = await World.start();
  await world.end();
  const key = join(world.folder, 'certificates', 'both.key'), database = join(world.folder, 'vendaval.db');
  const opened = join(world.folder, 'opened');
  world.shareWithEverybody();

  chmodSync(key, 0o000);
  let refused = runWithoutRights(['up', '--config', world.config], world);
  assert.equal(refused.status, 3, refused.stderr);
  assert.match(refused.stderr, /the private key .*both\.key cannot be read: Permission denied\. Fix: name a PEM file that this user may read/);

  chmodSync(key, 0o444);
  copyFileSync(database, opened);
  chmodSync(database, 0o444);
  refused = runWithoutRights(['up', '--config', world.config], world);
  assert.equal(refused.status, 3, refused.stderr);
  assert.match(refused.stderr, /vendaval\.db: this file is read-only for us\. Fix: chmod u\+w it, run as its owner, or name another file/);
  assert.deepEqual(readFileSync(database), readFileSync(opened), 'it is left as it was');
});

test('an upstream that is gone is answered 502 with the reason, and nothing is broken on top of it', { timeout: 90_000 }, async () => {
  const world = await World.start({ compress: 20 });
  try {
    const app = await caller(world);
    await until(async () => /institution="itau".*outcome="ok"/.test(await world.get('/metrics')), 'the app knows its links and calls');
    await world.bank.stop();
    const answer = await new Promise((resolve, reject) => {
      request({ host: 'localhost', port: world.proxyPort, path: '/api/', ca: readFileSync(world.ca) }, async (got) => {
        let body = '';
        for await (const piece of got) body += piece;
        resolve({ status: got.statusCode, body });
      }).on('error', reject).end();
    });
    assert.equal(answer.status, 502);
    assert.match(JSON.parse(answer.body).message, new RegExp(`localhost.*(refused|connect)`, 'i'));

    const file = join(world.folder, 'x.toml');
    writeFileSync(file, outage('x').replace('for = "1s"', 'for = "60s"') +
      '[[hypothesis]]\nname = "the bank is well"\nmetric = "success_rate"\nof = "target"\nat_least = "90%"\nwhen = ["before"]\n');
    const refused = new Program(['run', file, '--api', `http://127.0.0.1:${world.apiPort}`]);
    assert.equal(await refused.ended, 3, refused.output);
    assert.match(refused.output, /ERROR .*not well before the first fault, so nothing was broken: the bank is well: success rate 0 %/);
    await app.stop();
  } finally {
    await world.end();
  }
});
