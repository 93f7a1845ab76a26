export type { LogSpool, SpooledRows, SpoolStats } from './log-spool.ts';
export type { LogStats, Timer } from './log-writer.ts';
export { type LoggingOptions, type LoggingPlugin, logging } from './logging.ts';
