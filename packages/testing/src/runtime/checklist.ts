import { describe } from 'vitest';
import { checkCache } from './checklist-cache.ts';
import { checkLog } from './checklist-log.ts';
import { checkManagement } from './checklist-management.ts';
import { checkPassing } from './checklist-passing.ts';
import { checkTries } from './checklist-tries.ts';
import { checkUniversal } from './checklist-universal.ts';
import type { Scene } from './scene.ts';

/** The conformance checklist of the wire's specification, section 8.8, each point by its number. */
export function testChecklist(scene: () => Scene): void {
  describe('the checklist of the wire', () => {
    checkUniversal(scene);
    checkPassing(scene);
    checkCache(scene);
    checkTries(scene);
    checkLog(scene);
    checkManagement(scene);
  });
}
