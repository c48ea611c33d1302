import { isReformat } from './alteration';
import type { BoundField } from './bind';
import { asMarketoHasIt } from './convert';
import type { FieldDecision } from './decision';
import type { FieldMark, Fingerprinter } from './fingerprint';
import { normalise } from './normalise';

/** A field of which Dynamics has made something else than it was sent: by a plug-in, a rule, or a limit of its own. */
export interface AlteredField {
  bound: BoundField;
  /** What the link is to remember: what was sent, which Marketo holds, and what Dynamics holds. */
  mark: FieldMark;
  /** It is more than the same in another spelling. */
  isListed: boolean;
}

/** @param held what the row holds of what was sent, as Dynamics' own answer to the write tells it: any later version is an edit */
export function alteredByDynamics(
  decisions: readonly FieldDecision[],
  held: Readonly<Record<string, unknown>>,
  fingerprinter: Fingerprinter,
): AlteredField[] {
  return decisions.flatMap(({ bound, action, value, taken }): AlteredField[] => {
    const { logicalName } = bound.column;
    if (action !== 'to-dynamics' || taken === undefined || !(logicalName in held)) return [];
    const normal = (of: unknown) =>
      normalise(bound.kind, bound.field.dataType, asMarketoHasIt(bound, { [logicalName]: of }));
    const [sent, has] = [normal(value), normal(held[logicalName])];
    if (sent === has) return [];
    const mark: FieldMark = { state: 'altered-by-dynamics', fingerprint: taken, base: fingerprinter.of(has) };
    return [{ bound, mark, isListed: !isReformat(sent, has) }];
  });
}
