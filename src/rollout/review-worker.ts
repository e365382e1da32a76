// The thread that looks a bundle over while traffic goes on. Its whole work is one message.

import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { BundleFiles } from '../decide/bundle-files.ts';
import { reviewBundle } from './review-bundle.ts';

/** Behind whatever else wants the CPU. Linux keeps it for each thread; elsewhere it would be the whole process's. */
const NICE = 10;

if (process.platform === 'linux') setPriority(0, NICE);
const files: BundleFiles = workerData;
parentPort?.postMessage(await reviewBundle(files), []);
