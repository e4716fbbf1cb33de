// A PostgreSQL of our own: on loopback, in a temporary folder, gone with this process. It can be killed and started again.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, until } from './harness.mjs';

const root = process.getuid() === 0;
const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
const asUser = root ? { uid: idOf('-u'), gid: idOf('-g') } : {}; // PostgreSQL refuses to run as root

export class Postgres {
  static async start() {
    const p = new Postgres();
    const versions = readdirSync('/usr/lib/postgresql').filter((v) => existsSync(`/usr/lib/postgresql/${v}/bin/initdb`));
    p.programs = `/usr/lib/postgresql/${versions.sort().at(-1)}/bin`;
    p.folder = mkdtempSync('/tmp/vpg');
    process.on('exit', () => { p.child?.kill('SIGKILL'); rmSync(p.folder, { recursive: true, force: true }); });
    if (root) chownSync(p.folder, asUser.uid, asUser.gid);
    execFileSync(join(p.programs, 'initdb'), ['-D', join(p.folder, 'data'), '-U', 'vendaval', '--encoding=UTF8', '--locale=C', '--auth=trust', '--no-sync'],
      { stdio: 'ignore', cwd: '/', ...asUser });
    p.port = await freePort();
    await p.up();
    return p;
  }
  get url() {
    return `postgresql://vendaval@127.0.0.1:${this.port}/postgres`;
  }
  async up() {
    await until(() => {
      if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null)
        this.child = spawn(join(this.programs, 'postgres'), ['-D', join(this.folder, 'data'), '-h', '127.0.0.1', '-p', String(this.port), '-k', this.folder],
          { stdio: 'ignore', cwd: '/', ...asUser });
      return spawnSync(join(this.programs, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(this.port)]).status === 0;
    }, 'PostgreSQL answers');
  }
  /** SIGKILL for its first process: the others end when they notice. */
  async kill() {
    if (!this.child) return;
    const gone = new Promise((resolve) => this.child.on('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
    this.child = undefined;
  }
  query(text) {
    return execFileSync('psql', [this.url, '-At', '-c', text], { encoding: 'utf8' }).trim().split('\n').filter(Boolean).map((line) => line.split('|'));
  }
}
