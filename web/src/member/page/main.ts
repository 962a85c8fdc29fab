/** The script of the member's page: the page itself, and the worker that it starts. */

import { startPage } from '../../page/live.js';
import { IN_WORKER } from '../../worker/script.js';
import { serve } from '../worker/serve.js';
import { App } from './app.js';

if (IN_WORKER) {
  serve();
} else {
  startPage('cosign-member', (live) => {
    new App(live);
  });
}
