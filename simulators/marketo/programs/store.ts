import { MarketoFault } from '../errors';
import type { Values } from '../fields';

export interface Member {
  leadId: number;
  statusName: string;
  membershipDate: number;
  updatedAt: number;
  /** Values of the writable member fields. */
  values: Values;
}

export interface Program {
  id: number;
  name: string;
  members: Map<number, Member>;
}

/** The statuses of every program, in the order in which a member passes through them. */
export const STATUSES = ['Invited', 'Registered', 'Attended'] as const;
/** A member that has reached it counts as a success. */
export const SUCCESS: (typeof STATUSES)[number] = 'Attended';

/** Two programs and their members (marketo-api §6.5). */
export class Programs {
  private programs: Program[] = [
    { id: 1001, name: 'Webinar', members: new Map() },
    { id: 1002, name: 'Trade fair', members: new Map() },
  ];

  get(id: number): Program {
    const program = this.programs.find((one) => one.id === id);
    if (!program) throw new MarketoFault('1013', 'Program not found');
    return program;
  }

  named(name: string): Program | undefined {
    return this.programs.find((one) => one.name === name);
  }

  removeLead(leadId: number): void {
    for (const { members } of this.programs) members.delete(leadId);
  }
}
