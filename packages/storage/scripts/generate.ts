import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { embeddedMigrations } from './embed-migrations.ts';

execFileSync('drizzle-kit', ['generate', ...process.argv.slice(2)], { stdio: 'inherit' });
writeFileSync(new URL('../src/migrations.gen.ts', import.meta.url), embeddedMigrations());
