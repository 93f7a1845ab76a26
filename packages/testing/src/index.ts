export { type Flood, flood } from './upstream/flood.ts';
export { type Gate, gate } from './upstream/gate.ts';
export type { RecordedRequest } from './upstream/request-reader.ts';
export type {
  BodyFraming,
  Ending,
  GatedPiece,
  InterimAnswer,
  Piece,
  RawHeaders,
  ScriptBody,
  UpstreamScript,
} from './upstream/script.ts';
export { type Answer, type Disconnect, startUpstream, type Upstream } from './upstream/start-upstream.ts';
export { unusedPort } from './upstream/unused-port.ts';
