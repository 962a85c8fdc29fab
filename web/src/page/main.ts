/** The script of the reader's page: the page itself, and the worker that it starts. */

import { answerRequests } from '../worker/answer.js';
import { IN_WORKER } from '../worker/script.js';
import { startReader } from './reader.js';

if (IN_WORKER) answerRequests();
else startReader();
