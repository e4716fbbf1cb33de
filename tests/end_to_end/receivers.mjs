// Stand-ins for PagerDuty and Slack that refuse what the real ones refuse (their documented limits), and starters for a
// real mail server and a real Alertmanager.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { freePort, until } from './harness.mjs';

async function serve(answer) {
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (d) => (text += d));
    request.on('end', () => {
      const { status, body, headers = {} } = answer(request, text);
      response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const bytes = (text) => Buffer.byteLength(text ?? '');

/** Events API v2: 32-character keys, limits of every field, 120 events a minute; alerts by key, as it would show them. */
export async function pagerDuty(keys) {
  const events = [], changes = [], alerts = new Map(), refused = [];
  const flaw = (e, path) => {
    if (bytes(JSON.stringify(e)) > 512 * 1024) return 'larger than 512 KB';
    if (typeof e.routing_key !== 'string' || e.routing_key.length !== 32) return 'routing_key must have 32 characters';
    if (!e.payload?.summary && (path.includes('change') || e.event_action === 'trigger')) return 'payload.summary is required';
    if (bytes(e.payload?.summary) > 1024) return 'payload.summary has more than 1024';
    if (path.includes('change')) return;
    if (!['trigger', 'acknowledge', 'resolve'].includes(e.event_action)) return 'event_action is wrong';
    if (bytes(e.dedup_key) > 255) return 'dedup_key has more than 255';
    if (e.event_action !== 'trigger') return e.dedup_key ? undefined : 'dedup_key is required';
    if (!e.payload.source) return 'payload.source is required';
    if (!['critical', 'error', 'warning', 'info'].includes(e.payload.severity)) return 'payload.severity is wrong';
    if (e.payload.timestamp && Number.isNaN(Date.parse(e.payload.timestamp))) return 'payload.timestamp is no time';
  };
  const times = [];
  const server = await serve((request, text) => {
    const now = Date.now();
    while (times.length && times[0] < now - 60_000) times.shift();
    if (times.length >= 120) return { status: 429, body: { status: 'throttle exceeded' } };
    times.push(now);
    const event = JSON.parse(text);
    const why = request.headers['content-type'] === 'application/json' ? flaw(event, request.url) : 'not JSON';
    if (why) {
      refused.push(why);
      return { status: 400, body: { status: 'invalid event', message: why, errors: [why] } };
    }
    if (request.url === '/v2/change/enqueue') changes.push(event);
    else events.push(event);
    if (keys.includes(event.routing_key) && event.event_action) {  // through another key it is dropped without a word
      const of = `${event.routing_key}/${event.dedup_key}`;
      if (event.event_action === 'trigger') alerts.set(of, 'triggered');
      else if (alerts.has(of)) alerts.set(of, event.event_action === 'resolve' ? 'resolved' : 'acknowledged');
    }
    return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: event.dedup_key ?? 'none' } };
  });
  return { ...server, events, changes, alerts, refused };
}

function blocksFlaw(m) {
  const blocks = m.blocks ?? [];
  if (!m.text) return 'no_text';
  if (blocks.length > 50 || bytes(JSON.stringify(blocks)) > 13_000) return 'invalid_blocks';
  for (const b of blocks) {
    if (b.type === 'header' && (b.text.type !== 'plain_text' || [...b.text.text].length > 150)) return 'invalid_blocks';
    if (b.type === 'section' && (b.text?.text?.length > 3000 || b.fields?.length > 10 || (!b.text && !b.fields))) return 'invalid_blocks';
    if (b.fields?.some((f) => f.text.length > 2000)) return 'invalid_blocks';
  }
}

/** chat.postMessage and chat.update of Slack's Web API, one message a second and channel. */
export async function slackApi(token, channels = { '#ops': 'C024BE91L' }) {
  const messages = [], refused = [];
  let last = 0;
  const server = await serve((request, text) => {
    const no = (error, status = 200, headers) => (refused.push(error), { status, headers, body: { ok: false, error } });
    if (request.headers.authorization !== `Bearer ${token}`) return no('invalid_auth');
    const m = JSON.parse(text);
    const id = Object.values(channels).includes(m.channel) ? m.channel : channels[m.channel];
    if (!id) return no('channel_not_found');
    const why = request.url.endsWith('chat.update') && !m.text ? 'no_text' : blocksFlaw(m);
    if (why) return no(why);
    if (request.url.endsWith('/chat.update')) {
      const edited = messages.find((x) => x.ts === m.ts);
      if (!edited) return no('message_not_found');
      Object.assign(edited, { text: m.text, blocks: m.blocks, edits: (edited.edits ?? 0) + 1 });
      return { status: 200, body: { ok: true, channel: id, ts: m.ts } };
    }
    if (Date.now() - last < 900) return no('ratelimited', 429, { 'Retry-After': '1' });
    last = Date.now();
    const ts = `${1503435956 + messages.length}.000247`;
    messages.push({ ...m, channel: id, ts });
    return { status: 200, body: { ok: true, channel: id, ts } };
  });
  return { ...server, messages, refused };
}

/** A mail provider's `POST /emails` as Resend has it: two requests a second, and a key is good for one mail. */
export async function mailProvider(token) {
  const mails = [], refused = [], taken = new Map(), times = [];
  const address = /^(?:[^<>]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;
  const flaw = (m) => {
    if (!address.test(m.from)) return 'from';
    if (!Array.isArray(m.to) || m.to.length < 1 || m.to.length > 50 || !m.to.every((t) => address.test(t))) return 'to';
    if (typeof m.subject !== 'string' || !m.subject || /[\r\n]/.test(m.subject)) return 'subject';
    if (!m.text && !m.html) return 'text';
    if (m.headers && !Object.values(m.headers).every((v) => typeof v === 'string')) return 'headers';
  };
  const server = await serve((request, text) => {
    const no = (status, name, headers) => (refused.push(name), { status, headers, body: { statusCode: status, name, message: name } });
    if (request.headers.authorization !== `Bearer ${token}`) return no(403, 'invalid_api_key');
    const now = Date.now();
    while (times.length && times[0] < now - 900) times.shift();
    if (times.length >= 2) return no(429, 'rate_limit_exceeded', { 'retry-after': '1' });
    times.push(now);
    const key = request.headers['idempotency-key'];
    if (!key || key.length > 256) return no(400, 'invalid_idempotency_key');
    const before = taken.get(key);
    if (before && before.text !== text) return no(409, 'invalid_idempotent_request');
    if (before) return { status: 200, body: { id: before.id } };
    const m = JSON.parse(text), why = flaw(m);
    if (why) return no(422, `validation_error: ${why}`);
    const id = `mail-${mails.length}`;
    taken.set(key, { id, text });
    mails.push({ ...m, key });
    return { status: 200, body: { id } };
  });
  return { ...server, mails, refused };
}

/** A webhook of anybody's; `refuse()` may say that it takes nothing now. */
export async function hook(refuse = () => false) {
  const posts = [];
  const server = await serve((request, text) => {
    if (refuse()) return { status: 503, body: 'not now' };
    posts.push({ headers: request.headers, body: JSON.parse(text) });
    return { status: 200, body: 'ok' };
  });
  return { ...server, posts };
}

/** A real mail server (npm smtp-server): STARTTLS and AUTH demanded; `refuse(address)` may give an SMTP answer. */
export async function mailServer({ key, certificate, user, password, refuse = () => null }) {
  const mails = [], refusals = [];
  const server = new SMTPServer({
    key: readFileSync(key), cert: readFileSync(certificate), authMethods: ['PLAIN', 'LOGIN'],
    onAuth: (auth, session, done) =>
      auth.username === user && auth.password === password && session.secure ? done(null, { user }) : done(new Error('535 no')),
    onRcptTo: (address, session, done) => {
      const code = refuse(address.address);
      if (code) refusals.push({ to: address.address, code });
      done(code ? Object.assign(new Error('not now'), { responseCode: code }) : null);
    },
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (d) => (text += d));
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map((r) => r.address), from: session.envelope.mailFrom.address, secure: session.secure, text });
        done();
      });
    },
  });
  server.on('error', () => {});
  const port = await freePort();
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, mails, refusals, close: () => server.close() };
}

/** Debian's Alertmanager on a free port. */
export async function alertmanager(folder) {
  const port = await freePort();
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(config, 'route: {receiver: nobody, group_wait: 0s}\nreceivers: [{name: nobody}]\n');
  const child = spawn('prometheus-alertmanager', [`--config.file=${config}`, `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='], { stdio: 'ignore' });
  process.on('exit', () => child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${url}/-/ready`).then((r) => r.ok, () => false), 'Alertmanager is ready');
  return { url, alerts: () => fetch(`${url}/api/v2/alerts`).then((r) => r.json()), close: () => child.kill('SIGTERM') };
}
