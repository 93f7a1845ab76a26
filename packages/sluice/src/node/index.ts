export { masterKeyOf } from './master-key.ts';
export { openPlatform } from './open-platform.ts';
export { type App, type Listener, runApp, waitUntil } from './run-app.ts';
