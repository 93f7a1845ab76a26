export type { RunningGateway, StartGateway } from './gateway.ts';
export { type ClientsSubject, testClients } from './suite.ts';
export { type ProviderSlug, startVendors, type Vendors } from './vendors.ts';
