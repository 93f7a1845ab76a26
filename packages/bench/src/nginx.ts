import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './tools.ts';

/** The command that runs nginx in the foreground with one worker and these `http` directives, all files in `directory`. */
export function nginxCommand(directory: string, http: string): readonly [string, ...string[]] {
  const program = findProgram('nginx');
  if (program === undefined) throw new Error('nginx is not installed.');
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'nginx.conf');
  writeFileSync(config, configuration(directory, http));
  return [program, '-p', directory, '-e', join(directory, 'error.log'), '-c', config];
}

function configuration(directory: string, http: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
worker_processes 1;
${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${join(directory, 'nginx.pid')};
events { worker_connections 4096; }
http {
  access_log off;
  tcp_nodelay on;
  keepalive_timeout 75s;
  keepalive_requests 10000000;
  ${temporary.map((name) => `${name}_temp_path ${join(directory, name)};`).join('\n  ')}
  ${http}
}
`;
}
