import { spawn } from 'node:child_process';

/** Runs a command with its output shown, and counts it as one test. */
export async function runStep(program, args) {
  const code = await exitCode(program, args);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** Runs a command with its output shown; null when it was ended by a signal. */
export function exitCode(program, args) {
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: 'inherit' }).on('error', reject).on('exit', resolve);
  });
}
