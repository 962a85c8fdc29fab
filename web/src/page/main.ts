/** The page: takes a file and a fingerprint, shows what the worker finds. */

import { startVerification } from '../worker/client.js';

const file = document.querySelector<HTMLInputElement>('#file');
const pin = document.querySelector<HTMLInputElement>('#pin');
const verdict = document.querySelector<HTMLOutputElement>('#verdict');

file?.addEventListener('change', async () => {
  const chosen = file.files?.[0];
  if (!chosen || !verdict) return;
  const { outcome } = startVerification(chosen, pin?.value || undefined, () => {});
  verdict.textContent = JSON.stringify((await outcome).report, null, 2);
});
