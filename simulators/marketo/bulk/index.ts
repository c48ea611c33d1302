import type { Clock } from '../../common/clock';
import type { MarketoSettings } from '../settings';
import type { ExportJob } from './export-job';
import { ExportQuota } from './export-quota';
import type { ImportJob } from './import-job';
import { JobQueue } from './jobs';

/** Days a batch id of an import is valid; days the status of an export can be asked for (marketo-api §7). */
const IMPORT_DAYS = 7;
const EXPORT_DAYS = 30;

/** The bulk jobs of an instance: one queue for all imports, one for all exports. */
export class Bulk {
  readonly imports: JobQueue<ImportJob>;
  readonly exports: JobQueue<ExportJob>;
  readonly quota: ExportQuota;
  private batches = 1000;

  constructor(clock: Clock, settings: MarketoSettings) {
    this.imports = new JobQueue(clock, settings, IMPORT_DAYS);
    this.exports = new JobQueue(clock, settings, EXPORT_DAYS);
    this.quota = new ExportQuota(clock, settings);
  }

  /** Imports are numbered; exports have UUIDs. */
  nextBatch(): number {
    this.batches += 1;
    return this.batches;
  }

  /** The instance is gone: its jobs end where they are. */
  stop(): void {
    this.imports.stop();
    this.exports.stop();
  }
}
