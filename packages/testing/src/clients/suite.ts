import { afterAll, beforeAll, describe } from 'vitest';
import { aiGatewayProviderScenarios } from './ai-gateway-provider.ts';
import { anthropicScenarios } from './anthropic.ts';
import { curlScenarios } from './curl.ts';
import { fetchScenarios } from './fetch.ts';
import type { RunningGateway, StartGateway } from './gateway.ts';
import { googleScenarios } from './google.ts';
import { langchainScenarios } from './langchain.ts';
import { llamaindexScenarios } from './llamaindex.ts';
import { openaiScenarios } from './openai.ts';
import { type Target, throughGateway, withoutGateway } from './target.ts';
import { startVendors, type Vendors } from './vendors.ts';

/** A gateway to hold against what real clients expect of one. */
export interface ClientsSubject {
  /** The runtime, for the titles of tests. */
  readonly name: string;
  readonly start: StartGateway;
}

/**
 * Unmodified clients do through a gateway what they do at their vendors, with nothing but the base URL changed; each call is
 * then looked up in the log. The clients run here, the gateway wherever `start` puts it.
 */
export function testClients({ name, start }: ClientsSubject): void {
  describe(`real clients through ${name}`, () => {
    let vendors: Vendors;
    let gateway: RunningGateway;
    beforeAll(async () => {
      vendors = await startVendors();
      gateway = await start(vendors.env);
    });
    afterAll(async () => {
      await gateway?.stop();
      await vendors?.stop();
    });
    allScenarios(() => throughGateway(gateway, vendors));
    aiGatewayProviderScenarios(() => gateway);
  });
}

/** The control group: the same calls with no gateway in between, so that a failure above is a gateway's. */
export function testClientsWithoutGateway(): void {
  describe('real clients without a gateway', () => {
    let vendors: Vendors;
    beforeAll(async () => {
      vendors = await startVendors();
    });
    afterAll(() => vendors?.stop());
    allScenarios(() => withoutGateway(vendors));
  });
}

function allScenarios(target: () => Target): void {
  openaiScenarios(target);
  anthropicScenarios(target);
  googleScenarios(target);
  langchainScenarios(target);
  llamaindexScenarios(target);
  fetchScenarios(target);
  curlScenarios(target);
}
