/** The worker: verifies one file and answers. */

import { verify } from '../verifier/index.js';
import type { Answer, Request } from './messages.js';

function answer(message: Answer): void {
  postMessage(message);
}

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  verify(data.file, data.pin, (event) => answer({ event })).then((outcome) => answer({ outcome }));
});
