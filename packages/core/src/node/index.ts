export { type NodeRuntimeOptions, nodeRuntime } from './node-runtime.ts';
export { type UndiciTransportOptions, undiciTransport } from './undici-transport.ts';
