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

const typed = 'http://127.0.0.1:1', elsewhere = 'http://127.0.0.1:2'; // nobody listens at either
const commands = ['stop', 'release --reason x', 'status', 'run SCENARIO', 'incidents list', 'incidents show INC-0001',
  'incidents acknowledge INC-0001', 'incidents note INC-0001 --text x', 'incidents close INC-0001 --notes x', 'incidents stats',
  'silences list', 'silences add --for 1h --reason x', 'silences remove x', 'channels list', 'channels test x', 'channels dead'];

test('what is typed goes over the environment, in every command and first of all in the kill switch', () => {
  const folder = workFolder();
  const scenario = join(folder, 'x.toml');
  writeFileSync(scenario, outage('x'));
  const env = { ...process.env, VENDAVAL_API: elsewhere };
  for (const command of commands) {
    const args = command.split(' ').map((word) => (word === 'SCENARIO' ? scenario : word));
    const said = run([...args, '--api', typed], { env });
    assert.equal(said.status, 3, command + said.stderr);
    assert.match(said.stderr, /no answer from vendaval at http:\/\/127\.0\.0\.1:1 /, command);
    assert.match(run(args, { env }).stderr, /no answer from vendaval at http:\/\/127\.0\.0\.1:2 /, command);
    const token = run([...args, '--api', typed, '--token-file', '/absent/typed'], { env: { ...env, VENDAVAL_TOKEN_FILE: '/absent/env' } });
    assert.match(token.stderr, /\/absent\/typed/, command);
  }
  assert.match(run(['stop', '--help']).stdout, /VENDAVAL_API[^]*VENDAVAL_TOKEN_FILE/);
});

test('a database that is typed, or named by a typed configuration, goes over the environment', () => {
  const folder = workFolder();
  const config = join(folder, 'vendaval.toml');
  writeFileSync(config, `[environment]\nname = "sandbox"\n[storage]\nurl = "sqlite:${folder}/configured.db"\n`);
  const env = { ...process.env, VENDAVAL_STORAGE: `sqlite:${folder}/environment.db` };
  for (const command of ['slo', 'sla', 'series --institution itau', 'export incidents', 'rules explain --institution itau',
    'rules backtest --institution itau']) {
    const args = command.split(' ');
    assert.match(run([...args, '--storage', `sqlite:${folder}/typed.db`], { env }).stderr, /typed\.db: there is no such file/, command);
    assert.match(run([...args, '--config', config], { env }).stderr, /configured\.db: there is no such file/, command);
    assert.match(run(args, { env, cwd: folder }).stderr, /environment\.db: there is no such file/, command);
  }
});

test('a configuration that cannot be read gives no secret away, at the terminal or in the log', { timeout: 60_000 }, async () => {
  const world = await World.start();
  try {
    const good = readFileSync(world.config, 'utf8');
    const check = (wrong) => {
      writeFileSync(world.config, good + wrong);
      return run(['check', world.config]);
    };
    const channel = '[[channel]]\nname = "ops"\nkind = "slack_bot"\nto = ["#ops"]\n';
    for (const wrong of [`${channel}tokn = "xoxb-geheim-1234567890"`, '[[channel]]\ntoken = xoxb-geheim', '[[channel]]\ntoken = "xoxb-geheim',
      '[[channel]]\ntoken = "xoxb-geheim"\ntoken = "xoxb-geheim"', `${channel}token = ["xoxb-geheim"]`,
      '[notifications]\nwebhook_url = "https://hooks.slack.com/services/T0/B0/geheim"', '[notifications]\npassword = "geheim"',
      '[notifications]\nuri = "postgresql://vendaval:geheim@localhost/x"']) {
      const said = check(wrong);
      assert.equal(said.status, 2, wrong);
      assert.match(said.stderr, /vendaval\.toml:\d+:\d+: [^]*\| \w+ = .?.?…/, wrong);
      assert.doesNotMatch(said.stdout + said.stderr, /geheim/, wrong);
    }
    world.program.child.kill('SIGHUP');
    await until(() => /was not taken over/.test(world.program.output), 'the running one refuses it');
    assert.doesNotMatch(world.program.output, /geheim/);
  } finally {
    await world.end();
  }
});

test('check opens the files that a configuration names, and up starts with no channel that has no token', async () => {
  const world = await World.prepare();
  const empty = join(world.folder, 'empty');
  writeFileSync(empty, '\n');
  const channel = (name, rest) => `[[channel]]\nname = "${name}"\nkind = "pagerduty"\n${rest}\n`;
  writeFileSync(world.config, world.toml(1) + channel('one', `token_file = "${empty}"`) + channel('two', 'token_file = "/nonexistent/token"') +
    channel('three', `token = "k"\ndrill_token_file = "${empty}"\nca = "/nonexistent/ca.pem"`) +
    `[probes]\nurl = "https://localhost:1"\nca = "${empty}"\nauthorization_file = "/nonexistent/auth"\n[[probes.call]]\ninstitution = "itau"\npath = "/"\n`);
  const checked = run(['check', world.config]);
  assert.equal(checked.status, 2, checked.stdout);
  for (const wrong of [`channel "one": token_file ${empty} is empty`, 'channel "two": token_file /nonexistent/token cannot be read: No such file',
    `channel "three": drill_token_file ${empty} is empty`, 'channel "three": ca /nonexistent/ca.pem cannot be read: No such file',
    `[probes] ca ${empty} is no PEM file`, '[probes] authorization_file /nonexistent/auth cannot be read: No such file'])
    assert.ok(checked.stderr.includes(wrong), `${wrong} is not in\n${checked.stderr}`);
  writeFileSync(world.config, world.toml(1) + channel('one', `token_file = "${empty}"`));
  const up = run(['up', '--config', world.config]);
  assert.equal(up.status, 3, up.stderr);
  assert.match(up.stderr, /channel "one": token_file .* is empty/);
  writeFileSync(world.config, world.toml(1));
  assert.equal(run(['check', world.config]).status, 0);
});

test('a mistyped subcommand is named, with what there is', () => {
  for (const [args, said] of [
    ['incidents ack INC-0001', /^incidents: there is no "ack"; did you mean "acknowledge"\? accepted: list, show, acknowledge, note, close, stats$/m],
    ['incident list', /^vendaval: there is no "incident"; did you mean "incidents"\? accepted: demo, up, check, /m],
    ['silence add', /^vendaval: there is no "silence"; did you mean "silences"\? accepted: /m],
    ['export nope', /^export: there is no "nope"; accepted: /m],
    ['rules explian --institution itau', /^rules: there is no "explian"; did you mean "explain"\? accepted: /m],
  ]) {
    const refused = run(args.split(' '));
    assert.equal(refused.status, 2, args);
    assert.match(refused.stderr, said);
    assert.doesNotMatch(refused.stderr, /A subcommand is required/);
  }
  assert.match(run(['incidents']).stderr, /A subcommand is required/);
});

test('what is typed of an incident, a silence or a channel may hold anything, and a refusal is a usage error', { timeout: 60_000 }, async () => {
  const world = await World.start();
  const ask = (...args) => run([...args, '--api', world.url('')]);
  try {
    for (const [args, said] of [
      [['incidents', 'show', 'INC 1'], /^there is no incident INC 1 here/],
      [['incidents', 'show', 'INC-0001?'], /^there is no incident INC-0001\? here/],
      [['incidents', 'show', '../status'], /^there is no incident \.\.\/status here/],
      [['incidents', 'show', 'stats'], /^"stats" is no incident; figures over all of them: vendaval incidents stats/],
      [['incidents', 'show', ''], /^name an incident, such as INC-0042/],
      [['incidents', 'note', 'INC#1', '--text', 'x'], /INC#1/],
      [['incidents', 'stats', '--window', '30 d'], /^"30 d" is no window/],
      [['incidents', 'stats', '--severity', 'a&b'], /^severity is one of low, medium, high, critical/],
      [['channels', 'test', 'on call'], /^there is no channel "on call"; configured: none/],
      [['silences', 'remove', 'a b'], /^there is no such silence/],
      [['silences', 'add', '--institution', 'itauu', '--for', '1h', '--reason', 'x'], /^there is no institution "itauu"; there are bb, itau, /],
    ]) {
      const refused = ask(...args);
      assert.equal(refused.status, 2, args.join(' ') + refused.stderr);
      assert.match(refused.stderr, said);
    }
  } finally {
    await world.end();
  }
});

test('a silence is listed with all that it is limited to, and nothing is said to be nothing', { timeout: 60_000 }, async () => {
  const world = await World.start();
  const ask = (...args) => run([...args, '--api', world.url('')]);
  try {
    assert.equal(ask('incidents', 'list', '--open').stdout, 'no incident is open\n');
    assert.equal(ask('silences', 'list').stdout, 'no silence, and no maintenance is under way\n');
    const add = (...args) => ask('silences', 'add', '--for', '1h', '--reason', 'aviso', '--by', 'ana', ...args);
    for (const how of [['--severity', 'medium'], ['--institution', 'itau', '--rule', 'success_low']]) assert.equal(add(...how).status, 0);
    const listed = ask('silences', 'list').stdout;
    assert.match(listed, /bank any {2}rule any {2}severity medium and milder {2}ana: aviso/);
    assert.match(listed, /bank itau {2}rule success_low {2}severity any {2}ana: aviso/);
  } finally {
    await world.end();
  }
});

test('maintenance is listed with its banks', { timeout: 60_000 }, async () => {
  const half = (banks, at) => `[[maintenance]]\n${banks}at = "${at}"\nfor = "12h"\nreason = "janela"\n`;
  const window = (banks) => half(banks, '00:00') + half(banks, '12:00');
  const world = await World.start({ extra: window('institutions = ["itau", "bb"]\n') + window('') });
  try {
    const listed = run(['silences', 'list', '--api', world.url('')]).stdout;
    assert.match(listed, /^maintenance until \S+ {2}bank itau, bb: janela$/m);
    assert.match(listed, /^maintenance until \S+ {2}bank any: janela$/m);
  } finally {
    await world.end();
  }
});

test('an impossible time is a usage error', () => {
  const refused = run(['rules', 'explain', '--institution', 'itau', '--at', '2026-01-06T12:00-ab:cd', '--storage', 'sqlite:x']);
  assert.equal(refused.status, 2, refused.stderr);
  assert.match(refused.stderr, /^--at: "2026-01-06T12:00-ab:cd" is no time: write 2026-01-06T12:00-03:00/);
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
