import type { Report } from '../../checker';
import { check } from '../../checker';
import { checkedMap } from '../../cli/check/map';
import { type Rested, watchRest } from '../../cli/check/stage/rest';
import { Service } from '../../cli/check/stage/service';
import type { Process } from '../../cli/check/stage/stage';
import type { Settings } from '../../model/settings';
import { configFile, settingsFrom } from '../../workers/config-file';
import { BEFORE_MS, configOf, PEOPLE_AT_FIRST, rowsAtFirst } from './circumstances';
import { process as activity } from './memory/activity';
import { checkedDynamics, checkedMarketo } from './memory/metadata';
import { Memory } from './memory/stage';
import { clock } from './memory/time';
import { SERVICE } from './memory/wire';
import { Hands, unlessRefused } from './operations';
import type { Schedule } from './schedule';
import { clashing, type EditStep, isEdit, poisoned, type Step, twice } from './step';
import { ANSWERED, editAndLook, suspend } from './suspend';
import { Zombie } from './zombie';

/** Longer than any call that timed out may still take. */
const SETTLED_MS = 60_000;
const IDLE_CYCLES = 1;
/** Longer than a call whose answer is lost is waited for (activities/writer.ts). */
const TAKEN_FOR_DEAD_MS = 200_000;
/** Cycles are so far apart while a system fails: a row that waits as long as it may is tried again several times. */
const FAILING_CYCLE_MS = 150_000;

export interface Outcome {
  report: Report;
  rested: Rested;
  /** Errors that an activity did not expect: a bug of the service's, or of the test's. */
  unexpected: string[];
}

/** Both systems as every schedule finds them, and the service beside them. */
export async function openWorld(schedule: Schedule): Promise<{ memory: Memory; settings: Settings }> {
  clock.begin();
  const settings = settingsFrom(configFile.parse(configOf(schedule)));
  const memory = new Memory(schedule, settings);
  memory.organisation.seed(rowsAtFirst());
  for (const person of PEOPLE_AT_FIRST) memory.instance.seed(person as Record<string, unknown>);
  clock.pass(BEFORE_MS);
  return { memory, settings };
}

/** Plays a schedule in memory, lets both systems come to rest, and asks the checker. */
export async function play(schedule: Schedule): Promise<Outcome> {
  const { memory, settings } = await openWorld(schedule);
  const service = await Service.on(memory);
  service.checkEveryMs = 15 * 60_000;
  const player = new Player(memory, service);
  for (const step of schedule.steps) await player.perform(step);
  return judge(memory, settings, service);
}

/** Ends what befalls the systems, lets them come to rest, and asks the checker. */
export async function judge(memory: Memory, settings: Settings, service: Service<Process>): Promise<Outcome> {
  memory.wire.noFaults();
  memory.organisation.release();
  await memory.pass(SETTLED_MS);
  const rested = await watchRest(service, IDLE_CYCLES);
  if (service.mortal.dead) await service.restart();
  const { map, labels } = await checkedMap(settings, checkedDynamics, checkedMarketo(memory.instance));
  const parked = [];
  for await (const { id, field, reason, code } of service.world.deps.store.parked.all()) {
    const [entity = '', guid = ''] = id.split(':');
    parked.push({ entity, id: guid, reason, ...(field ? { field } : {}), ...(code === undefined ? {} : { code }) });
  }
  const { dynamics, marketo } = memory.ledger.entries;
  const { interrupted, restSince } = rested;
  const facts = {
    dynamics,
    marketo,
    map,
    labels,
    parked,
    service: { dynamics: SERVICE, marketo: SERVICE },
    interrupted,
  };
  return {
    report: check({ ...facts, ...(restSince !== undefined && { restSince }) }),
    rested,
    unexpected: activity.unexpected.splice(0),
  };
}

/** Carries steps out in memory. */
class Player {
  readonly #hands: Hands;

  constructor(
    private readonly memory: Memory,
    private readonly service: Service<Process>,
  ) {
    this.#hands = new Hands(memory);
  }

  /** Nothing is looked at before a preflight has said what there is. */
  async #look(): Promise<void> {
    if (this.service.entities.length > 0) await this.service.look();
  }

  async #edit(edits: readonly EditStep[]): Promise<void> {
    for (const edit of edits) await this.#hands.perform(edit);
  }

  /** A cycle after each edit. */
  async #slowly(edits: readonly EditStep[]): Promise<void> {
    for (const edit of edits) {
      await this.#hands.perform(edit);
      await this.service.cycle();
      await this.memory.pass(FAILING_CYCLE_MS);
    }
  }

  async #carriedOut(edits: readonly EditStep[]): Promise<void> {
    await this.#edit(edits);
    await this.#look();
    await this.service.workOff();
  }

  async perform(step: Step): Promise<void> {
    const { memory, service } = this;
    if (isEdit(step)) return this.#hands.perform(step);
    switch (step.do) {
      case 'hold': {
        const { dynamics } = await this.#hands.operations(step.edit);
        if (dynamics) await memory.holdDynamics(...dynamics).catch(unlessRefused);
        return;
      }
      case 'release':
        return memory.organisation.release();
      case 'cycle':
        await service.cycle();
        return;
      case 'look':
        await this.#look();
        return;
      case 'work-off':
        return service.workOff();
      case 'write-back':
        await this.#look();
        return service.writeBack(step.table);
      case 'race':
        memory.wire.interrupt(step.calls, () => this.#edit(step.edits));
        await service.cycle();
        return memory.wire.catchUp();
      case 'clash': {
        const [first, second] = clashing(step);
        await this.#hands.perform(first);
        memory.wire.interrupt(step.calls, () => this.#hands.perform(second));
        await service.cycle();
        return memory.wire.catchUp();
      }
      case 'twice': {
        const { edits, fault } = twice(step);
        memory.wire.strike(fault);
        for (const edit of edits) {
          await this.#hands.perform(edit);
          await service.cycle();
        }
        return;
      }
      case 'fault':
        return memory.wire.strike(step);
      case 'poison': {
        const { system, fault, reads = false, table, row, ms } = step;
        const guid = await this.#hands.guidOf(table, row);
        if (guid === undefined) return;
        memory.poison({ system, fault, reads, guid, until: clock.now() + ms });
        await this.#hands.perform(poisoned(step));
        return this.#slowly(step.edits);
      }
      case 'outage': {
        const { system, fault, ms } = step;
        memory.wire.outages.push({ system, fault, until: clock.now() + ms });
        return this.#slowly(step.edits);
      }
      case 'die':
        return service.mortal.dieAt({ count: step.count });
      case 'early-hint':
        service.mortal.interruptAt(ANSWERED, async () => {
          // It goes no further than a few operations from here, however much others do before it dies.
          if (step.dies !== null) service.interrupted.push(await memory.seq());
          await editAndLook(memory, service, () => this.#edit(step.edits));
          if (step.dies !== null) service.mortal.dieAt({ count: step.dies });
        });
        await service.cycle();
        if (service.mortal.where === undefined) service.mortal.spare();
        return;
      case 'zombie':
        await suspend(
          memory,
          service,
          { count: step.count, writes: true, ofStore: true },
          () => service.cycle(),
          () => this.#edit(step.edits),
        );
        return;
      case 'restart':
        return service.restart({ parent: step.parent });
      case 'resync':
        if (service.entities.some(({ name }) => name === step.entity)) await service.reread(step.entity, 'resync');
        return;
      case 'late-page': {
        if (!service.entities.some(({ name }) => name === step.entity)) return;
        service.between = async (_entity, page) => {
          if (page !== step.page) return;
          service.between = undefined;
          await this.#carriedOut(step.edits);
        };
        await service.reread(step.entity, 'resync');
        service.between = undefined;
        return;
      }
      case 'zombie-of-roles': {
        if (!service.entities.some(({ name }) => name === step.entity)) return;
        for (const edit of step.edits) await this.#hands.perform(edit);
        await this.#look();
        const { mortal } = service;
        const zombie = await Zombie.begin(await memory.open({ mortal }), step.calls, 'applyInbox', step.entity);
        // What it has sent may be carried out until then.
        await memory.pass(TAKEN_FOR_DEAD_MS);
        await this.#carriedOut(step.later);
        return zombie.wake();
      }
      case 'expire':
        return memory.dynamics.expire(step.table);
      case 'pass':
        return memory.pass(step.ms);
    }
  }
}
