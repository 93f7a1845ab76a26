export { type MemoryCountersOptions, memoryCounters } from './memory.ts';
