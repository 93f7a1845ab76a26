import { execFileSync } from 'node:child_process';
import { nginxCommand } from '../nginx.ts';
import { findProgram } from '../tools.ts';
import { CLIENT_HEADERS, type Place, type Subject } from './subject.ts';

/** nginx as a plain reverse proxy with one worker: the floor that no gateway gets below. */
export function nginx(): Subject {
  return {
    name: 'nginx reverse proxy',
    version: version(),
    missing: () => (findProgram('nginx') === undefined ? 'nginx is missing: apt-get install nginx-light' : undefined),
    launch: (place) => ({
      command: nginxCommand(place.directory, proxy(place)),
      readyUrl: `http://127.0.0.1:${place.port}/ready`,
      target: { url: `http://127.0.0.1:${place.port}/v1/chat/completions`, headers: CLIENT_HEADERS },
    }),
  };
}

function proxy({ port, upstream }: Place): string {
  return `
  upstream vendor { server ${new URL(upstream).host}; keepalive 64; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    location = /ready { return 200; }
    location / {
      proxy_pass http://vendor;
      proxy_http_version 1.1;
      proxy_set_header connection "";
      proxy_buffering off;
    }
  }`;
}

function version(): string {
  const program = findProgram('nginx');
  if (program === undefined) return 'not installed';
  // nginx prints its version to stderr.
  return execFileSync('sh', ['-c', '"$0" -v 2>&1', program], { encoding: 'utf8' }).trim().replace(/^.*\//, '');
}
