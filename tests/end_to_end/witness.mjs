// What the program has promised, and what others have heard of it: kept outside of it, while it is killed again and again.
import assert from 'node:assert/strict';

/** Everything that an answer of 2xx has promised; each broken promise is a line in `broken`. */
export class Witness {
  incidents = new Map(); // id → as it was shown last
  acknowledged = []; // {id, reopened, by, told}
  notes = []; // {id, text}
  silences = new Set();
  alerts = new Set(); // "institution/rule" that fired
  arms = new Set(); // "life/fault"
  lives = []; // how many posts had come when each process began
  broken = [];

  /** All of GET /v1/incidents. Nothing that was shown is forgotten, and nothing that was done is undone. Of what is over, a
   * start without the database knows the newest alone. */
  saw(shown, life) {
    const now = new Map(shown.map((i) => [i.id, i]));
    const newest = new Set([...this.incidents.values()].sort((a, b) => b.detected_at.localeCompare(a.detected_at)).slice(0, 40));
    for (const [id, before] of this.incidents) {
      const after = now.get(id);
      if (!after && before.resolved_at && !newest.has(before)) continue;
      if (!after) this.#broke(life, `${before.label} of ${before.institution_id} is forgotten`);
      else if (after.label !== before.label) this.#broke(life, `${before.label} is called ${after.label} now`);
      else if (after.reopened < before.reopened) this.#broke(life, `${before.label} was reopened ${before.reopened} times, and now ${after.reopened}`);
      else if (after.reopened === before.reopened) this.#compare(before, after, life);
    }
    for (const incident of shown) this.incidents.set(incident.id, incident);
  }
  #compare(before, after, life) {
    const rank = (i) => ['open', 'investigating', 'resolved', 'closed'].indexOf(i.status);
    if (rank(after) < rank(before)) this.#broke(life, `${before.label} was ${before.status}, and is ${after.status}`);
    if (before.acknowledged_at && !after.acknowledged_at) this.#broke(life, `${before.label} is not acknowledged any more`);
    if (before.alerted_at && !after.alerted_at) this.#broke(life, `that ${before.label} was told is forgotten`);
  }
  #broke(life, what) {
    this.broken.push(`life ${life}: ${what}`);
  }
}

const openings = ['opened', 'updated'];

/** What stands in the database at last, against what was promised and heard. `query` gives rows of texts. */
export function checkAll({ witness, query, hook, pager, engine }) {
  const incidents = new Map(query(`select i.id, i.institution_id, i.status, d.number, d.alerted_at is not null, d.acknowledged_by,
      ${engine.field('d.state', 'reopened')}, ${engine.field('d.state', 'told')}
    from banking_incidents i join incident_details d on d.incident_id = i.id`)
    .map(([id, institution, status, number, alerted, by, reopened, told]) =>
      [id, { id, institution, status, number, alerted: ['1', 't'].includes(alerted), by, reopened: Number(reopened), told: Object.keys(JSON.parse(told)) }]));
  const outbox = query(`select dedup_key, incident_id, channel, kind, accepted_at is not null, failed_at is not null from outbox`)
    .map(([key, incident, channel, kind, accepted, failed]) => ({ key, incident, channel, kind, accepted: ['1', 't'].includes(accepted), failed: ['1', 't'].includes(failed) }));
  const wrong = [...witness.broken];
  const demand = (holds, what) => holds || wrong.push(what);

  whole(query, engine, demand);
  for (const [id, shown] of witness.incidents) demand(incidents.has(id), `${shown.label} was shown and is not in the database`);
  for (const { id, reopened, by } of witness.acknowledged) {
    const i = incidents.get(id);
    demand(i && (i.reopened > reopened || i.by === by), `${id} was acknowledged by ${by}, the database says ${i?.by}`);
  }
  const notes = new Set(query('select incident_id, text from incident_notes').map((r) => r.join('/')));
  for (const { id, text } of witness.notes) demand(notes.has(`${id}/${text}`), `the note ${text} of ${id} is missing`);
  const states = new Set(query('select key from monitor_state').map(([key]) => key));
  for (const id of witness.silences) demand(states.has(`silence/${id}`), `the silence ${id} is missing`);

  for (const alert of witness.alerts) demand(states.has(`alert/${alert}`), `that ${alert} fired is missing`);

  const keys = new Set(hook.posts.map((p) => p.headers['idempotency-key']));
  const known = new Set(outbox.map((row) => row.key));
  for (const key of keys) demand(known.has(key), `${key} was told and stands nowhere`);
  for (const row of outbox) {
    demand(row.accepted && !row.failed, `${row.key} was not delivered`);
    if (row.channel === 'hook') demand(keys.has(row.key), `${row.key} never came`);
    if (row.channel === 'pagerduty' && row.incident) demand(pager.heard.has(pagerKey(row)), `${row.key} never came to PagerDuty`);
  }
  onceEach(hook.posts, witness.lives, demand);
  oneKeyEach(hook.posts, pager.events, incidents, demand);
  for (const i of incidents.values()) toldOfAll(i, hook.posts, demand);
  oneAtATime(query, engine, demand);
  assert.deepEqual(wrong, []);
  return { incidents: incidents.size, notifications: outbox.length, told: hook.posts.length + pager.events.length };
}

/** outbox row → the event that PagerDuty must have had: its dedup_key holds institution, incident and episode. */
function pagerKey(row) {
  const action = { resolved: 'resolve', acknowledged: 'acknowledge' }[row.kind] ?? 'trigger';
  return `${action} vendaval/${row.key.split('/').slice(0, 3).join('/')}`;
}

/** No table is half written. */
function whole(query, engine, demand) {
  for (const [what, sql] of Object.entries({
    'an incident without details': 'select i.id from banking_incidents i left join incident_details d on d.incident_id = i.id where d.incident_id is null',
    'details without an incident': 'select incident_id from incident_details where incident_id not in (select id from banking_incidents)',
    'a note without an incident': 'select incident_id from incident_notes where incident_id not in (select id from banking_incidents)',
    'a notification without an incident': 'select dedup_key from outbox where incident_id not in (select id from banking_incidents)',
    'notes with a gap': 'select incident_id from incident_notes group by incident_id having max(number) + 1 <> count(*)',
    'a number twice': 'select number from incident_details group by number having count(*) > 1',
    'a resolved incident without its time': "select id from banking_incidents where (status in ('resolved', 'closed')) <> (resolved_at is not null)",
    'a run left running': "select id from runs where state = 'running'",
    'an audit that is not a chain': 'select a.number from audit a left join audit b on b.number = a.number - 1 where a.number > 1 and (b.hash is null or b.hash <> a.previous_hash)',
    'hours that are not the sum of their minutes': `select 1 where (select coalesce(sum(good + bad), 0) from traffic_history where grain = 'minute' and rolled = 1)
        <> (select coalesce(sum(good + bad), 0) from traffic_history where grain = 'hour')`,
  })) {
    const rows = query(sql);
    demand(rows.length === 0, `${what}: ${rows.join(' ')}`);
  }
  engine.check(demand);
}

/** One process tells everything once: twice is for those that were killed before they could note it. */
function onceEach(posts, lives, demand) {
  for (const [life, from] of lives.entries()) {
    const seen = new Set();
    for (const { headers } of posts.slice(from, lives[life + 1])) {
      const key = headers['idempotency-key'];
      demand(!seen.has(key), `life ${life + 1} told ${key} twice`);
      seen.add(key);
    }
  }
}

/** The same news has the same key however often it comes, and one episode of an incident one key at PagerDuty. */
function oneKeyEach(posts, events, incidents, demand) {
  const keyOf = new Map();
  for (const { headers, body } of posts) {
    if (!body.incident) continue;
    const news = `${body.episode} ${body.event} ${body.severity}`;
    const key = headers['idempotency-key'];
    demand((keyOf.get(news) ?? key) === key, `${news} was told as ${key} and as ${keyOf.get(news)}`);
    keyOf.set(news, key);
    demand(incidents.has(body.incident.id), `${body.incident.label} was told and is not in the database`);
  }
  for (const event of events) {
    const [, , id] = event.dedup_key.split('/');
    demand(incidents.has(id), `PagerDuty was told of ${id}, which is not in the database`);
    const label = event.payload?.custom_details?.incident;
    if (label) demand(Number(label.slice(4)) === Number(incidents.get(id)?.number), `${label} was told under the key of INC-${incidents.get(id)?.number}`);
  }
}

/** Whoever is on record as told of an incident heard of it, and of its end. */
function toldOfAll(i, posts, demand) {
  if (!i.told.includes('hook')) return;
  const heard = posts.filter((p) => p.body.incident?.id === i.id);
  demand(heard.some((p) => openings.includes(p.body.event)), `INC-${i.number} was never told of`);
  const last = `vendaval/${i.institution}/${i.id}/${i.reopened}`;
  if (['resolved', 'closed'].includes(i.status))
    demand(heard.some((p) => p.body.event === 'resolved' && p.body.episode === last), `that INC-${i.number} is over was never told`);
}

/** One trouble of a bank is one incident: the next begins after the end of the one before. */
function oneAtATime(query, engine, demand) {
  const twice = query(`select a.number, b.number from incident_details a join banking_incidents i on i.id = a.incident_id
    join incident_details b on b.number > a.number join banking_incidents j on j.id = b.incident_id and j.institution_id = i.institution_id
    where i.resolved_at is null or i.resolved_at > b.detected_at`);
  for (const [one, other] of twice) demand(false, `INC-${one} was not over when INC-${other} of the same bank was opened`);
}
