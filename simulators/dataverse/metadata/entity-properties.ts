import type { Metadata } from './attributes';
import { managed } from './labels';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Properties that every table's metadata has beside those that tell something here, and that nobody here sets: as names, most are yes or no. */
const OFF = words(`
  AutoCreateAccessTeams AutoRouteToOwnerQueue CanTriggerWorkflow EnforceStateTransitions EntityHelpUrlEnabled HasActivities
  HasEmailAddresses HasFeedback HasNotes IsActivityParty IsAIRUpdated IsArchivalEnabled IsAvailableOffline IsBPFEntity
  IsBusinessProcessEnabled IsChildEntity IsDocumentManagementEnabled IsEnabledForCharts IsEnabledForExternalChannels
  IsEnabledForTrace IsImportable IsInteractionCentricEnabled IsKnowledgeManagementEnabled IsLogicalEntity
  IsMSTeamsIntegrationEnabled IsOneNoteIntegrationEnabled IsPrivate IsQuickCreateEnabled IsReadingPaneEnabled IsRetentionEnabled
  IsRetrieveAuditEnabled IsRetrieveMultipleAuditEnabled IsSLAEnabled IsSolutionAware IsStateModelAware IsValidForAdvancedFind
  SyncToExternalSearchIndex UsesBusinessDataLabelTable`);
const MANAGED = words(`
  CanBeInCustomEntityAssociation CanBeInManyToMany CanBePrimaryEntityInRelationship CanBeRelatedEntityInRelationship
  CanChangeHierarchicalRelationship CanCreateAttributes CanCreateCharts CanCreateForms CanCreateViews
  CanEnableSyncToExternalSearchIndex CanModifyAdditionalSettings IsAuditEnabled IsConnectionsEnabled IsCustomizable
  IsDuplicateDetectionEnabled IsMailMergeEnabled IsMappable IsOfflineInMobileClient IsReadOnlyInMobileClient IsRenameable
  IsValidForQueue IsVisibleInMobile IsVisibleInMobileClient`);
const NONE = words(`
  CreatedOn DataProviderId DataSourceId DaysSinceRecordLastModified Description EntityColor EntityHelpUrl ExternalCollectionName
  ExternalName HasChanged IconLargeName IconMediumName IconSmallName IconVectorName IntroducedVersion MobileOfflineFilters
  ModifiedOn OwnerId OwnerIdType OwningBusinessUnit PrimaryImageAttribute RecurrenceBaseEntityLogicalName ReportViewName`);

export const UNUSED: Metadata = {
  ...Object.fromEntries(OFF.map((name) => [name, false])),
  ...Object.fromEntries(MANAGED.map((name) => [name, managed(false, name.toLowerCase())])),
  ...Object.fromEntries(NONE.map((name) => [name, null])),
  ActivityTypeMask: 0,
  Privileges: [],
  Settings: [],
};
