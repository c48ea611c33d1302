import type { Control } from './control';
import { Service } from './service';
import type { Stage } from './stage';
import { passTime } from './time';
import { onServer, openWorld, type World, type WorldOptions } from './world';

const simulated = (control: Control, mongo: string): Stage<World> => ({
  open: (options) => openWorld(control, onServer(mongo), options),
  seq: () => control.seq(),
  writes: () => control.writes(),
  pass: (ms) => passTime(control, ms),
});

/** The service at work on the simulators. */
export const openService = (control: Control, mongo: string, options: WorldOptions = {}): Promise<Service<World>> =>
  Service.on(simulated(control, mongo), options);
