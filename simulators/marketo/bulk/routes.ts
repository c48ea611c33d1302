import type { Routes } from '../router';
import { activityExport } from './export-activities';
import { leadExport } from './export-leads';
import { memberExport } from './export-members';
import { objectExport } from './export-objects';
import { exportRoutes } from './export-routes';
import { leadImportRoutes } from './import-leads';
import { memberImportRoutes } from './import-members';
import { objectImportRoutes } from './import-objects';

/** Bulk import and extract (marketo-api §7). */
export function bulkRoutes(routes: Routes): void {
  leadImportRoutes(routes);
  memberImportRoutes(routes);
  objectImportRoutes(routes);
  for (const kind of [leadExport, activityExport, memberExport, objectExport]) exportRoutes(routes, kind);
}
