/**
 * A page for measurements: the engine of the member's page, without the page.
 *
 * The driver chooses the key file or nothing, and the round or group, and calls `sign` or `enrol`.
 */

import { type MemberEngine, type Prepared, loadEngine } from '../member/engine/index.js';

const PASSPHRASE = 'correct horse battery staple';

const root = document.querySelector('cosign-member')!.attachShadow({ mode: 'closed' });
const input = document.createElement('input');
input.id = 'files';
input.type = 'file';
input.multiple = true;
root.append(input);

/** Load the engine, and open all chosen files. */
async function begin(): Promise<MemberEngine> {
  const engine = await loadEngine();
  for (const file of input.files!) await engine.open(file);
  return engine;
}

/** Do what a person does with a prepared step; return how long its record is. */
async function made(engine: MemberEngine, prepared: Prepared): Promise<number> {
  const released = await engine.release(new Blob([prepared.keyFile]));
  return 'record' in released ? released.record.length : 0;
}

async function sign(minute: number): Promise<number> {
  const engine = await begin();
  await engine.unlock(PASSPHRASE);
  const options = { action: 'cosign', statement: '', minSet: 0, minute } as const;
  return made(engine, await engine.sign(options));
}

async function enrol(voucher: string, minute: number): Promise<number> {
  const engine = await begin();
  engine.create(PASSPHRASE);
  return made(engine, await engine.enrol(voucher, minute));
}

Object.assign(globalThis, { sign, enrol });
