import {test} from 'vitest';
import {whenMissing} from './server.ts';

// Vitest's set-up of each test file. A file whose tests all run on a server would have none without it, and look broken: it gets one that is skipped.
whenMissing(kind => { test.skip(`needs ${kind}, which is not here`); });
