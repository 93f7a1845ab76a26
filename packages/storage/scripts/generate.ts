import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { embeddedMigrations, postgresMigrations } from './embed-migrations.ts';

execFileSync('drizzle-kit', ['generate', ...process.argv.slice(2)], { stdio: 'inherit' });
const folder = new URL('../migrations/postgres/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const { name, sql } of postgresMigrations()) writeFileSync(new URL(name, folder), sql);
writeFileSync(new URL('../src/migrations.gen.ts', import.meta.url), embeddedMigrations());
