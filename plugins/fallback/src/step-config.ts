import { GatewayError, suggest } from '@sluice/core';

/** What a step's `config` says, as the options that it stands for. */
export function readConfig(config: unknown, at: string): readonly (readonly [string, string])[] {
  if (config === undefined || config === null) return [];
  if (typeof config !== 'object' || Array.isArray(config)) {
    throw new GatewayError('invalid_request', `${at} is not an object. Known in it are: ${NAMES.join(', ')}.`);
  }
  return Object.entries(config).flatMap(([name, value]) => {
    const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
    if (setting === undefined) {
      throw new GatewayError('invalid_request', `${at} has no "${name.slice(0, 50)}". ${suggest(name, NAMES)}`);
    }
    if (value === null) return [];
    if (!setting.accepts(value)) throw new GatewayError('invalid_request', `${at}.${name} must be ${setting.wants}.`);
    return [[setting.option, String(value)] as const];
  });
}

interface Setting {
  readonly option: string;
  readonly wants: string;
  accepts(value: unknown): boolean;
}

const MILLISECONDS = { wants: 'a whole number of milliseconds', accepts: isCount };

/** By the field's name. How far a number may go is for those who act on it. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  requestTimeout: { option: 'request-timeout', ...MILLISECONDS },
  maxAttempts: { option: 'max-attempts', wants: 'a whole number of tries', accepts: isCount },
  retryDelay: { option: 'retry-delay', ...MILLISECONDS },
  backoff: { option: 'backoff', wants: 'constant, linear or exponential', accepts: isBackoff },
};

const NAMES = Object.keys(SETTINGS);

function isCount(value: unknown): boolean {
  return typeof value === 'string' ? /^\d{1,10}$/.test(value) : Number.isSafeInteger(value) && Number(value) >= 0;
}

function isBackoff(value: unknown): boolean {
  return value === 'constant' || value === 'linear' || value === 'exponential';
}
