// A verdict's figures, worked out anew from a journal's raw facts: phases, instants, notices and the traffic of every second.
// Written apart from the program, so that a mistake in its arithmetic cannot hide behind the same mistake here.

/** The figures of one journal, by the names that scenarios use. Times in ms, shares in thousandths of a percent. */
export class Facts {
  constructor(journal) {
    this.journal = journal;
    const names = journal.traffic.columns;
    this.rows = journal.traffic.rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
    this.banks = journal.run.institutions.map((i) => i.id);
    const faulty = journal.phases.filter((p) => p.faulty);
    this.target = faulty[0].target;
    this.from = Math.min(...faulty.map((p) => p.began_ms));
    this.to = Math.max(...faulty.map((p) => p.ended_ms));
  }

  mark(name) {
    return this.journal.instants.find((i) => i.mark === name)?.ms ?? null;
  }

  /** Rows of whole seconds before and after the faults; during them, of every second that they touched. */
  rowsOf(when, { of, operations = [] }) {
    const ended = this.journal.run.ended_ms;
    const within = {
      before: (ms) => ms >= 0 && ms + 1000 <= this.from,
      during: (ms) => ms + 1000 > this.from && ms < this.to,
      after: (ms) => ms >= this.to && ms + 1000 <= ended,
    }[when];
    const chosen = of === 'target' ? (id) => id === this.target : (id) => id !== this.target && this.banks.includes(id);
    return this.rows.filter((row) => within(row.ms) && chosen(row.institution) &&
      (operations.length === 0 || operations.includes(row.operation)));
  }

  success(when, what) {
    const rows = this.rowsOf(when, what);
    const good = rows.reduce((sum, row) => sum + row.good, 0), bad = rows.reduce((sum, row) => sum + row.bad, 0);
    return Math.floor((good * 100_000) / (good + bad));
  }

  /** The bins are logarithmic: bin i ends at growth^i nanoseconds. */
  p95(when, what) {
    const alpha = 0.01 * 0.985, growth = (1 + alpha) / (1 - alpha);
    const bins = new Map();
    for (const row of this.rowsOf(when, what)) for (const [i, n] of row.latency) bins.set(i, (bins.get(i) ?? 0) + n);
    const sorted = [...bins].sort(([a], [b]) => a - b);
    let left = Math.floor(0.95 * (sorted.reduce((sum, [, n]) => sum + n, 0) - 1));
    const [index] = sorted.find(([, n]) => (left -= n) < 0);
    return Math.floor((2 * growth ** index) / (growth + 1) / 1e6);
  }

  calls(when) {
    const all = this.rowsOf(when, { of: 'target' }).reduce((sum, row) => sum + row.good + row.bad + row.neither, 0);
    const length = when === 'before' ? this.from : this.to - this.from;
    return (1000 * all) / length;
  }

  firstBad(phase) {
    return phase ? this.journal.phases.find((p) => p.name === phase).first_bad_ms : this.mark('first_bad_answer');
  }

  recovery() {
    const closed = this.mark('breaker_closed');
    const all = [this.mark('first_good_answer'), this.mark('rate_recovered'), ...(closed === null ? [] : [closed])];
    return Math.max(...all) - this.mark('lifted');
  }

  measure(name, since) {
    const { breaker, notices, writes } = this.journal;
    const { target, others } = this.journal.webhooks;
    const keptBack = (moments) => Object.values(moments).reduce((sum, one) => sum + one.held + one.dropped, 0);
    return {
      detection: () => this.mark('accepted') - this.firstBad(since),
      incident_opened: () => this.mark('written') - this.firstBad(since),
      recovery: () => this.recovery(),
      breaker_closed: () => this.mark('breaker_closed') - this.mark('lifted'),
      incident_resolved: () => this.mark('incident_resolved') - this.mark('lifted'),
      breaker_wait: () => breaker.shortest_wait_ms,
      breaker_opened_after: () => breaker.failures_before_open,
      notifications_opened: () => notices.opened,
      notifications_resolved: () => notices.resolved,
      writes_lost: () => writes.lost,
      writes_repeated: () => writes.repeated,
      webhooks_held: () => keptBack(target),
      webhooks_others_held: () => keptBack(others),
      webhooks_resumed: () => target.after.passed,
      webhooks_others_passed: () => others.during.passed,
      amplification: () => Math.round((1000 * this.calls('during')) / this.calls('before')),
      breaker_verdict: () => null,
    }[name]();
  }
}

/** What a scenario asks, from its text: enough TOML for the shipped ones. Arrays of tables become lists of objects. */
export function criteria(text) {
  const found = { hypothesis: [], assert: [] };
  let current = null;
  for (const line of text.split('\n')) {
    const table = line.match(/^\s*\[\[?([\w.]+)\]?\]/);
    if (table) {
      current = found[table[1]] ? {} : null;
      if (current) found[table[1]].push(current);
      continue;
    }
    const pair = line.match(/^\s*(\w+)\s*=\s*("[^"]*"|\[[^\]]*\]|[\d.]+)/);
    if (current && pair) current[pair[1]] = JSON.parse(pair[2]);
  }
  return found;
}

/** "90s" in ms, "99%" in thousandths of a percent, 1.3 in thousandths when it is a ratio, 7 as it is. */
export function limit(value, { ratio = false, divide = 1 } = {}) {
  if (typeof value === 'number') return ratio ? Math.round(value * 1000) : value;
  const [, number, unit] = value.match(/^([\d.]+)(ms|s|m|%)$/);
  return Number(number) * (unit === '%' ? 1000 : { ms: 1, s: 1000, m: 60_000 }[unit] / divide);
}
