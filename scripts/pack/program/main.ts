import process from 'node:process';
import { createApp } from './app.ts';
import { makeCalls } from './calls.ts';

const app = createApp(process.env.UPSTREAM ?? '');
console.log(JSON.stringify(await makeCalls(async (path, init) => app.request(path, init))));
