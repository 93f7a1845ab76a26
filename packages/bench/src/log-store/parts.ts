// The packages as they stand in the workspace: what is measured is what is there.
export {
  createIdSource,
  type LogEntry,
  type LogRecord,
  type Rollup,
  Sketch,
} from '../../../core/src/index.ts';
export { createManagement } from '../../../management/src/index.ts';
export { createStorage, type SqlDatabase, type Storage } from '../../../storage/src/index.ts';
export { openNodeSqlite } from '../../../storage/src/node-sqlite.ts';
export { openPostgres } from '../../../storage/src/postgres.ts';
export {
  debianPostgresFolders,
  findProgram,
  run,
  userWithoutRights,
} from '../../../testing/src/services/programs.ts';
export { startService, type TestService } from '../../../testing/src/services/service.ts';
