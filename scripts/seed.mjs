// `npm run seed -- --logs 1000000`: fills a log as a busy team would have, to look at and to measure. It goes into the data
// directory of `npm start`, or into `--database-url`.
await import('../packages/bench/src/log-store/seed-command.ts');
