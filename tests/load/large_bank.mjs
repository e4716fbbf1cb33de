// A bank, on a thread of its own, whose answers do not fit into a socket's buffer: a slow reader of less is idle.
import { createServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const large = 'x'.repeat(1 << 18);
const { certificate, key, port } = workerData;
createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (asked, answer) => {
  asked.resume();
  answer.setHeader('Content-Type', 'application/json').end(asked.url === '/large' ? large : '{}');
}).listen(port, '127.0.0.1', () => parentPort.postMessage('ready'));
