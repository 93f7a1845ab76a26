import { type Plugin, type StateKey, stateKey } from '@sluice/core';

export const team: StateKey<string> = stateKey('team');

export const readTeam: Plugin = {
  name: 'read-team',
  stage: 'guard',
  setup: () => ({
    handle(call, next) {
      call.state.set(team, String(call.metadata?.team ?? 'nobody'));
      return next();
    },
  }),
};

export const countTokens = (count: (team: string, tokens: number | null) => void): Plugin => ({
  name: 'count-tokens',
  stage: 'observe',
  requires: ['read-team'],
  setup: () => ({
    end(call, outcome) {
      count(call.state.get(team) ?? 'nobody', outcome.facts.usage?.outputTokens ?? null);
    },
  }),
});
