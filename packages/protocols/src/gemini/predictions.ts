import type { ReplyFacts } from '@sluice/core';
import { unitsOf } from '../reading/facts.ts';
import { asCount, sumCounts } from '../support/count.ts';
import { asArray, asObject, type JsonObject } from '../support/json.ts';
import { usageOf } from '../support/usage.ts';
import { toUsage } from './usage.ts';

/** `embedContent` and `batchEmbedContents`: only newer models state a usage, and it is input alone. */
export function readEmbeddings(body: JsonObject): Partial<ReplyFacts> {
  const inputTokens = toUsage(body.usageMetadata)?.inputTokens ?? null;
  return { usage: usageOf({ inputTokens }) };
}

/** Vertex's `predict` of embedding models: token counts stand with each vector, billed characters once. */
export function readVectors(body: JsonObject): Partial<ReplyFacts> {
  const counts = asArray(body.predictions).map((prediction) => {
    const statistics = asObject(asObject(asObject(prediction)?.embeddings)?.statistics);
    return asCount(statistics?.token_count);
  });
  const characters = asCount(asObject(body.metadata)?.billableCharacterCount);
  return { usage: usageOf({ inputTokens: sumCounts(...counts), ...unitsOf({ characters }) }) };
}

/** Imagen's `predict`: an image that was filtered out has no bytes, and a reason in their place. */
export function readImages(body: JsonObject): Partial<ReplyFacts> {
  if (!Array.isArray(body.predictions)) return {};
  const images = body.predictions.filter((prediction) => asObject(prediction)?.bytesBase64Encoded !== undefined);
  return { usage: usageOf(unitsOf({ images: images.length })) };
}
