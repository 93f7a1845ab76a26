import { type EvaluationResult, type LogMeasures, StorageError } from '@sluice/storage';

export type EvaluationTypeName = 'cost' | 'speed' | 'human_feedback';

/** What one type of evaluation says of the rows: a bare number as text, and a sentence. */
export type Verdict = Omit<EvaluationResult, 'id' | 'type'>;

/** Reads a verdict off the sums. */
export function verdictOf(type: EvaluationTypeName, measures: LogMeasures): Verdict {
  return READERS[type](measures);
}

/** What stands in the place of a verdict when the database could not add up. */
export function noVerdict(cause: unknown): Verdict {
  const message =
    cause instanceof StorageError ? cause.message : 'The database could not add up the log. Evaluate it again.';
  return { result: '', status: 500, statusDescription: message, totalLogs: 0 };
}

const READERS: Readonly<Record<EvaluationTypeName, (measures: LogMeasures) => Verdict>> = {
  cost({ priced, total, averageCostNanos }) {
    if (averageCostNanos === null) return nothing(total, 'none has a known cost');
    const result = decimal(averageCostNanos / 1e9, 12);
    const others = total === priced ? '' : ` The cost of ${total - priced} more is unknown.`;
    return verdict(result, priced, `US dollars, on average of ${priced} calls.${others}`);
  },
  speed({ total, averageDurationMs }) {
    if (averageDurationMs === null) return nothing(total, 'none');
    return verdict(decimal(averageDurationMs, 2), total, `Milliseconds, on average of ${total} calls.`);
  },
  human_feedback({ total, rated, liked }) {
    if (rated === 0) return nothing(total, 'nobody rated one');
    const sentence = `Percent: ${liked} of ${rated} rated calls got a thumb up. ${total - rated} more were not rated.`;
    return verdict(decimal((100 * liked) / rated, 2), rated, sentence);
  },
};

function verdict(result: string, totalLogs: number, statusDescription: string): Verdict {
  return { result, status: 200, statusDescription, totalLogs };
}

function nothing(total: number, why: string): Verdict {
  const reason = total === 0 ? 'No call is in the datasets.' : `Of ${total} calls in the datasets ${why}.`;
  return { result: '', status: 204, statusDescription: reason, totalLogs: 0 };
}

/** Without an exponent and without zeros that say nothing. */
function decimal(value: number, digits: number): string {
  const text = value.toFixed(digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
