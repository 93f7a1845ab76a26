import { FramedLane } from './framed-lane.ts';
import { OpaqueLane } from './opaque-lane.ts';
import type { Lane, RelayOptions } from './relay.ts';
import { WholeLane } from './whole-lane.ts';

/** The lane that a streamed reply takes: framed where somebody reads its frames, whole for JSON, else opaque. */
export function createLane(options: RelayOptions): Lane {
  const { framing, protocol, headers } = options.reply;
  if (protocol === undefined) return new OpaqueLane(options);
  if (framing !== undefined) return new FramedLane(options, framing, protocol);
  return headers['content-type']?.includes('json') ? new WholeLane(options, protocol) : new OpaqueLane(options);
}
