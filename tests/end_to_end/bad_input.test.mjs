// What people get wrong, through the real program: exit code 2 or 3, the place, and the way out.
import test from 'node:test';
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { World, freePort, run, workFolder } from './harness.mjs';

const head = '[scenario]\nname = "x"\nversion = 1\ntitle = "x"\ntype = "unavailability"\n';
const baseline = '[[phase]]\nname = "baseline"\nfor = "1m"\n';

const scenarios = [
  ['an unknown key', head + 'target = "itau"\nspeeed = 3\n' + baseline, /x\.toml:7:1: unknown key "speeed"/],
  ['a wrong type', head.replace('version = 1', 'version = "one"') + 'target = "itau"\n' + baseline, /version must be a whole number/],
  ['an unknown institution', head + 'target = "itauu"\n' + baseline, /did you mean "itau"\?/],
  ['a phase of zero length', head + 'target = "itau"\n' + baseline + '[[phase]]\nname = "nothing"\nfor = "0s"\n', /x\.toml:\d+:\d+: /],
  ['phases that overlap on one bank', head + 'target = "itau"\n' + baseline + '[[phase]]\nname = "b"\nat = "30s"\nfor = "1m"\n', /overlap/],
  ['a host off the allow-list', head + 'target = "itau"\nupstream = "api.belvo.com"\n' + baseline, /allow/],
];

for (const [name, text, said] of scenarios) {
  test(`a scenario with ${name} is explained`, () => {
    const file = join(workFolder(), 'x.toml');
    writeFileSync(file, text);
    const checked = run(['check', file]);
    assert.equal(checked.status, 2, checked.stdout + checked.stderr);
    assert.match(checked.stderr, said);
  });
}

test('a taken port is named with the option that changes it', async () => {
  const taken = createServer();
  await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const port = taken.address().port;
  const refused = run(['demo', '--folder', workFolder(), '--proxy-port', String(port), '--bank-port', String(await freePort()),
    '--api-port', String(await freePort()), '--receiver-port', String(await freePort())]);
  taken.close();
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, new RegExp(`port ${port} for the proxy is taken.*--proxy-port`));
});

test('an unreadable certificate, an unwritable database and a missing configuration are named', async () => {
  const folder = workFolder();
  const [proxy, api] = [await freePort(), await freePort()];
  const config = (certificate, storage) => `
[environment]
name = "sandbox"
[proxy]
listen = "127.0.0.1:${proxy}"
certificate = "${certificate}"
key = "${certificate}"
[upstream]
url = "https://localhost:1"
allow = ["localhost"]
[api]
listen = "127.0.0.1:${api}"
[storage]
url = "sqlite:${storage}"
[game_day]
directory = "${folder}/runs"
`;
  const file = join(folder, 'vendaval.toml');
  writeFileSync(file, config(join(folder, 'none.pem'), join(folder, 'a.db')));
  let refused = run(['up', '--config', file]);
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /none\.pem/);

  writeFileSync(file, config(join(folder, 'none.pem'), join(folder, 'no', 'such', 'folder.db')));
  refused = run(['up', '--config', file]);
  assert.equal(refused.status, 3);
  assert.match(refused.stderr, /folder\.db/);

  refused = run(['up', '--config', join(folder, 'absent.toml')]);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /absent\.toml.*No such file/);
});

test('an upstream that is gone is answered 502, and nobody waits', { timeout: 60_000 }, async () => {
  const world = await World.start();
  try {
    await world.bank.stop();
    const { request } = await import('node:https');
    const { readFileSync } = await import('node:fs');
    const status = await new Promise((resolve, reject) => {
      request({ host: 'localhost', port: world.proxyPort, path: '/api/', ca: readFileSync(world.ca) }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject).end();
    });
    assert.equal(status, 502);
  } finally {
    await world.end();
  }
});
