import type { WhenDeletedInMarketo } from './deletion';
import type { EchoRule } from './echo';
import type { Entity } from './entities';
import type { FieldRule } from './field-rule';
import type { WhenMergedInDynamics } from './identity';
import type { PushWish } from './push';

/** What an unlinked row does about a person with the same e-mail who is there already. */
export type Adoption = 'adopt' | 'create' | 'park';

/** Whether Dynamics' duplicate-detection rules are asked; the API does not by itself (dataverse-api §5.3). */
export type Duplicates = 'check' | 'suppress';

/** Which persons that are in Marketo alone go to Dynamics without a command. */
export interface CreateInDynamics extends PushWish {
  when: 'never' | 'list' | 'always';
  /** Its members go, where `when` is `list`. */
  list?: number;
}

/** The rules of each entity, and the file's age: the younger map counts, for all workers. */
export interface FieldMap {
  /** When sync.config.yaml was changed; epoch ms. */
  version: number;
  rules: Record<string, FieldRule[]>;
}

export const fieldMapOf = ({ entities, mapVersion }: Settings): FieldMap => ({
  version: mapVersion,
  rules: Object.fromEntries(entities.map(({ name, rules }) => [name, rules])),
});

/** The operator's choices, as the activities see them (from sync.config.yaml, checked by workers/config.ts). */
export interface Settings {
  entities: Entity[];
  /** When sync.config.yaml was changed; epoch ms. */
  mapVersion: number;
  adoption: Adoption;
  /** What makes an edit in Dynamics our own, so that it doesn't travel back. */
  echo: EchoRule;
  whenDeletedInMarketo: WhenDeletedInMarketo;
  whenMergedInDynamics: WhenMergedInDynamics;
  /** Partition for new people (marketo-api §4.4). */
  partitionName?: string;
  /** Roles from `parentcontactid` too: the built-in connector drops it where there is an account. */
  parentContactRoles: boolean;
  /** Every row is compared with its counterpart again within so many days; 0: never. */
  reconcileEveryDays: number;
  /** Failures are remembered so many days, for the digest. */
  keepFailuresDays: number;
  createInDynamics: CreateInDynamics;
  duplicateDetection: { create: Duplicates; update: Duplicates };
  feeds: {
    /** `leadchanges`, two-way fields only. */
    changesEverySeconds: number;
    /** Deleted leads, and activity types 22 and 32. */
    deletionsEverySeconds: number;
    /** Rest after each cycle of a lane; 0: none, every feed at its own pace. */
    restSeconds: number;
    /** The static list of `createInDynamics`. */
    listEverySeconds: number;
  };
}
