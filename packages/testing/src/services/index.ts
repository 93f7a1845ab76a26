export { startPostgres } from './postgres.ts';
export { startRedis } from './redis.ts';
export type { MissingService, TestService } from './service.ts';
