import type { Fault } from '../common/fault';
import type { Json } from './envelope';
import { reason } from './errors';

type Body = { input: unknown[] };

/**
 * A fault of kind `skip`: some records of a write are refused with `code`, though nothing is wrong with them; the others are carried
 * out. The first `records` (default 1) of the input.
 */
export class Skip {
  private readonly count: number;

  private constructor(
    private readonly fault: Fault,
    private readonly input: unknown[],
    /** Only leads' results have no `seq` (marketo-api §4.4, §6.1.4). */
    private readonly numbered: boolean,
  ) {
    this.count = Math.min(fault.records ?? 1, input.length);
  }

  /** Nothing where the call has no such fault, or no records. */
  static of(fault: Fault | undefined, path: string, body: unknown): Skip | undefined {
    const input = (body as Partial<Body> | null | undefined)?.input;
    if (fault?.kind !== 'skip' || !Array.isArray(input) || input.length === 0) return undefined;
    return new Skip(fault, input, !/^\/rest\/v1\/(leads|lists)\b/.test(path));
  }

  /** The body that is left; nothing where no record is. */
  rest(body: unknown): Body | undefined {
    const input = this.input.slice(this.count);
    return input.length === 0 ? undefined : { ...(body as object), input };
  }

  /** The answer with the refused records in their places: results stand in the order of the input (marketo-api §4.4). */
  with(answer: Json): Json {
    const reasons = [reason(this.fault.code ?? '1003', this.fault.message)];
    const results = (answer.result ?? []) as Json[];
    const refused = Array.from({ length: this.count }, (_, seq) => ({
      ...(this.numbered && { seq }),
      status: 'skipped',
      reasons,
    }));
    const shifted = results.map((one) => ('seq' in one ? { ...one, seq: Number(one.seq) + this.count } : one));
    return { ...answer, result: [...refused, ...shifted] };
  }
}
