// testssl.sh against the default configuration: nothing worse than LOW, except what follows from a private CA. `./dev tls`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { World } from '../end_to_end/harness.mjs';

// What is not the proxy's doing, and why.
const explained = {
  cert_revocation: 'a private CA publishes no revocation lists',
  cert_crlDistributionPoints: 'a private CA publishes no revocation lists',
  cert_ocspURL: 'a private CA answers no OCSP',
  certificate_transparency: 'a private CA is in no transparency log',
  security_headers: "the bank's own headers pass untouched",
  engine_problem: "testssl.sh's own OpenSSL",
};
const bad = new Set(['MEDIUM', 'HIGH', 'CRITICAL', 'FATAL', 'WARN']);

const world = await World.start();
const findings = join(world.folder, 'testssl.json');
const run = spawnSync('testssl', ['--quiet', '--color', '0', '--nodns', 'none', '--ip', '127.0.0.1', '--add-ca', world.ca, '--jsonfile', findings,
  `localhost:${world.proxyPort}`], { encoding: 'utf8', input: '' });
if (process.env.VERBOSE) console.log(run.stdout);
const all = JSON.parse(readFileSync(findings, 'utf8'));
const severities = {};
for (const f of all) severities[f.severity] = (severities[f.severity] ?? 0) + 1;
console.log(`testssl.sh, ${all.length} findings:`, severities);
const excuse = (f) => explained[f.id.split(' ')[0]];
const wrong = all.filter((f) => bad.has(f.severity) && !excuse(f));
for (const f of all.filter((f) => f.severity !== 'OK' && f.severity !== 'INFO'))
  console.log(`${f.severity.padEnd(8)} ${f.id}: ${f.finding}${excuse(f) ? `  (${excuse(f)})` : ''}`);
process.exit(wrong.length > 0 || all.length < 50 ? 1 : 0);
