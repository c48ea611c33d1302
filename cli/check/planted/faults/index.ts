import type { PlantedFault } from '../fault';
import { FEED_FAULTS } from './feeds';
import { IDENTITY_FAULTS } from './identity';
import { MEANWHILE_FAULTS } from './meanwhile';
import { REFERENCE_FAULTS } from './references';
import { VALUE_FAULTS } from './values';
import { WRITE_FAULTS } from './writes';

/** All ways in which the service is built wrongly, to see that the checker has teeth. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  ...FEED_FAULTS,
  ...WRITE_FAULTS,
  ...VALUE_FAULTS,
  ...IDENTITY_FAULTS,
  ...REFERENCE_FAULTS,
  ...MEANWHILE_FAULTS,
];
