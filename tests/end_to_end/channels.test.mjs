// Everybody who is to be told is told: a mail server that demands STARTTLS and a password, Debian's Alertmanager, and
// PagerDuty and Slack as strict as the real ones.
import test from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program, World, caller, listening, outage, run, until } from './harness.mjs';
import { alertmanager, hook, mailProvider, mailServer, pagerDuty, slackApi } from './receivers.mjs';

const routingKey = 'a'.repeat(32), drillKey = 'd'.repeat(32);

/** Every kind of channel, and rules that tell them all. */
async function everybody() {
  const world = await World.prepare();
  const kept = { refuse: () => null };
  const mail = await mailServer({ ...world.identity, user: 'vendaval', password: 'geheim', refuse: (to) => kept.refuse(to) });
  const all = {
    world, mail, kept, pager: await pagerDuty([routingKey, drillKey]), slack: await slackApi('xoxb-secret'), hook: await hook(),
    alerts: await alertmanager(world.folder), provider: await mailProvider('re_secret'),
  };
  writeFileSync(join(world.folder, 'pagerduty.key'), `${routingKey}\n`);
  const names = ['hook', 'email', 'pagerduty', 'slack', 'cluster', 'provider'];
  world.channels = `
[[channel]]
name = "hook"
kind = "webhook"
url = "${all.hook.url}/vendaval"
token = "hook-token"
[[channel]]
name = "email"
kind = "email"
url = "smtp://localhost:${mail.port}"
user = "vendaval"
token = "geheim"
from = "vendaval@aegis.example"
to = ["ana@aegis.example", "rui@aegis.example"]
ca = "${world.ca}"
fallback = "hook"
[[channel]]
name = "pagerduty"
kind = "pagerduty"
url = "${all.pager.url}"
token_file = "${join(world.folder, 'pagerduty.key')}"
drill_token = "${drillKey}"
[[channel]]
name = "slack"
kind = "slack_bot"
url = "${all.slack.url}/api/"
token = "xoxb-secret"
to = ["#ops"]
[[channel]]
name = "cluster"
kind = "alertmanager"
to = ["${all.alerts.url}"]
[[channel]]
name = "provider"
kind = "email_http"
url = "${all.provider.url}/emails"
token = "re_secret"
from = "vendaval@aegis.example"
to = ["ana@aegis.example", "rui@aegis.example"]
[[rule]]
name = "bank_unavailable"
metric = "outage"
for = "1m"
min_samples = 5
clear_for = "1m"
severity = "critical"
channels = ${JSON.stringify(names)}
operations = ["link", "retrieve"]
`;
  world.bank = await startBank(world);
  writeFileSync(world.config, world.toml(20) + world.channels);
  await world.up();
  all.close = async () => {
    await world.end();
    for (const one of [mail, all.provider, all.pager, all.slack, all.hook, all.alerts]) one.close();
  };
  return all;
}

async function startBank(world) {
  const bank = new Program(['sandbox', 'bank', '--listen', `127.0.0.1:${world.bankPort}`,
    '--certificate', world.identity.certificate, '--key', world.identity.key]);
  await listening(world.bankPort, bank);
  return bank;
}

const header = (mail, name) => mail.text.match(new RegExp(`^${name}: (.*)$`, 'mi'))?.[1].trim();

test('an outage and its end reach every kind of channel, each in its own words', { timeout: 180_000 }, async () => {
  const all = await everybody();
  let app;
  try {
    app = await caller(all.world);
    const started = await all.world.post('/v1/runs', { scenario: outage('told'), file: 'told.toml' });
    assert.equal(started.status, 202, JSON.stringify(started.body));
    await until(() => all.hook.posts.some((p) => p.body.event === 'opened'), 'the webhook is told');
    await until(() => all.mail.mails.length >= 2, 'both mails have come');
    await until(() => all.pager.events.length > 0 && all.slack.messages.length > 0, 'PagerDuty and Slack know');
    await until(async () => (await all.alerts.alerts()).some((a) => a.labels.alertname === 'VendavalIncident'), 'Alertmanager has it');

    assert.deepEqual(all.mail.mails.slice(0, 2).map((m) => m.to[0]).sort(), ['ana@aegis.example', 'rui@aegis.example']);
    assert.ok(all.mail.mails.every((m) => m.secure), 'mail goes under TLS');
    for (const { text } of all.mail.mails) {
      assert.doesNotMatch(text, /=0[AD]/, 'the lines of a text end as lines do in mail');
      assert.doesNotMatch(text, /[^\r]\n/);
    }
    assert.match(all.mail.mails[0].text, /text\/plain[^]*\r\n\r\n[^]*\r\nEnglish: /);
    assert.match(all.pager.changes[0].payload.summary, /^\[EXERCÍCIO\] Começa o teste em Itaú/, 'a change event for the drill');
    const [trigger] = all.pager.events;
    assert.equal(trigger.routing_key, drillKey, 'a drill has a key of its own');
    assert.equal(trigger.payload.severity, 'info', 'and wakes nobody');
    assert.match(all.hook.posts[0].body.text['pt-BR'], /^\[EXERCÍCIO\]/);
    assert.equal(all.hook.posts[0].headers.authorization, 'Bearer hook-token');

    await all.world.post('/v1/stop', { reason: 'enough' });
    await until(() => all.hook.posts.some((p) => p.body.event === 'resolved'), 'the webhook hears that it is over');
    await until(() => all.pager.events.some((e) => e.event_action === 'resolve'), 'PagerDuty hears it');
    assert.equal([...all.pager.alerts.values()].join(), 'resolved', 'under the key it was opened with');
    await until(() => all.mail.mails.length >= 4, 'the mails say so');
    const first = all.mail.mails.find((m) => m.to[0].startsWith('ana'));
    const last = all.mail.mails.findLast((m) => m.to[0].startsWith('ana'));
    assert.equal(header(last, 'In-Reply-To'), header(first, 'Message-ID'), 'they stand in one thread');
    await until(() => all.slack.messages.length >= 2, 'Slack has a thread');
    assert.equal(all.slack.messages.filter((m) => !m.thread_ts).length, 1, 'one message for one incident');
    assert.ok(all.slack.messages[0].edits >= 1, 'which is edited');
    assert.equal(all.slack.messages[1].thread_ts, all.slack.messages[0].ts);
    await until(() => all.provider.mails.length >= 4, 'the mail provider has been told both too');
    const byHttp = all.provider.mails.filter((m) => m.to[0].startsWith('ana'));
    assert.equal(byHttp.length, 2);
    assert.match(byHttp[0].subject, /^\[EXERCÍCIO\]/);
    assert.equal(byHttp[0].headers.References, byHttp[1].headers.References, 'in one thread as well');
    assert.deepEqual(all.pager.refused, []);
    assert.deepEqual(all.slack.refused, []);
    assert.deepEqual(all.provider.refused, []);
    assert.doesNotMatch(all.world.program.output, /geheim|xoxb-secret|re_secret|hook-token|a{32}|d{32}/, 'no secret is logged');
  } finally {
    if (app) await app.stop();
    await all.close();
  }
});

test('a receiver that never takes its mail holds up no other, and the fallback is told', { timeout: 120_000 }, async () => {
  const all = await everybody();
  const cli = (...args) => run(['channels', ...args, '--api', `http://127.0.0.1:${all.world.apiPort}`]);
  try {
    all.kept.refuse = (to) => (to.startsWith('rui') ? 550 : null);
    assert.match(cli('list').stdout, /RED {2}email +email +ana@aegis\.example +has taken nothing yet/);
    const tried = cli('test', '--all');
    assert.equal(tried.status, 0, tried.stderr);
    await until(() => all.mail.mails.some((m) => m.to[0].startsWith('ana')), 'ana has her test');
    await until(() => all.hook.posts.some((p) => p.body.event === 'undelivered'), 'the fallback is told about the other');
    await until(() => all.pager.changes.length === 1 && all.slack.messages.length === 1, 'the others are tried');
    assert.equal(all.pager.events.length, 0, 'a test pages nobody');
    const told = all.hook.posts.find((p) => p.body.event === 'undelivered').body.text['pt-BR'];
    assert.match(told, /^\[NÃO ENTREGUE por e-mail "email": the mail server answered 550/);
    await until(() => /ok +email +email +ana@/.test(cli('list').stdout), 'the channel is proven');
    assert.match(cli('list').stdout, /RED {2}email +email +rui@/);
    assert.match(cli('dead').stdout, /email:rui@aegis\.example: the mail server answered 550/);
    const unknown = cli('test', 'pigeon');
    assert.notEqual(unknown.status, 0);
    assert.match(unknown.stderr, /there is no channel "pigeon"; configured: hook, email, pagerduty, slack, cluster, provider/);
  } finally {
    await all.close();
  }
});

test('a mail server that says "later" is asked again', { timeout: 120_000 }, async () => {
  const all = await everybody();
  let refusals = 0;
  try {
    all.kept.refuse = (to) => (to.startsWith('ana') && refusals++ < 2 ? 451 : null);
    run(['channels', 'test', 'email', '--api', `http://127.0.0.1:${all.world.apiPort}`]);
    await until(() => all.mail.mails.some((m) => m.to[0].startsWith('ana')), 'the third attempt is taken');
    assert.equal(all.mail.refusals.filter((r) => r.to.startsWith('ana')).length, 2);
  } finally {
    await all.close();
  }
});
