import { type Entity, STANDARD_ENTITIES } from '../model/entities';
import type { Settings } from '../model/settings';
import { customEntityOf, inTimeZone, parentsOf, rulesOf, withPolicies } from './config-entities';
import type { ConfigFile } from './config-schema';

export { contradictions } from './config-faults';
export { type ConfigFile, configFile } from './config-schema';

/** Under a rest every feed has the same pace: that of its lane's cycles. */
const pacedEntity = (entity: Entity, restSeconds: number): Entity =>
  restSeconds > 0 && !entity.untracked ? { ...entity, lookEverySeconds: restSeconds } : entity;

const pacedFeeds = ({ restSeconds, ...feeds }: ConfigFile['polling']): Settings['feeds'] =>
  restSeconds > 0
    ? {
        changesEverySeconds: restSeconds,
        deletionsEverySeconds: restSeconds,
        listEverySeconds: restSeconds,
        restSeconds,
      }
    : { ...feeds, restSeconds };

/** @param changedAt when the file was changed; epoch ms. */
export function settingsFrom(file: ConfigFile, changedAt = 0): Settings {
  const standard = STANDARD_ENTITIES.flatMap((known): Entity[] => {
    const setting = file.entities[known.name];
    if (!setting) return [known];
    if (!setting.enabled) return [];
    return [
      {
        ...known,
        rules: withPolicies(rulesOf(known.rules, setting.fields, setting.without), setting.conflicts),
        ...(setting.whenDeleted ? { whenDeleted: setting.whenDeleted } : {}),
        ...(setting.lookEverySeconds ? { lookEverySeconds: setting.lookEverySeconds } : {}),
      },
    ];
  });
  return {
    entities: [
      ...standard,
      ...file.customEntities.map((custom) => customEntityOf(custom, parentsOf(file.customEntities))),
    ]
      .map((one) => ({ ...one, rules: inTimeZone(one.rules, file.timeZone) }))
      .map((one) => pacedEntity(one, file.polling.restSeconds)),
    mapVersion: changedAt,
    adoption: file.adoption,
    echo: file.echo,
    whenDeletedInMarketo: file.whenDeletedInMarketo,
    whenMergedInDynamics: file.whenMergedInDynamics,
    ...(file.partitionName === undefined ? {} : { partitionName: file.partitionName }),
    parentContactRoles: file.parentContactRoles,
    reconcileEveryDays: file.reconciliation.everyDays,
    keepFailuresDays: file.failures.keepDays,
    createInDynamics: {
      when: file.createInDynamics.when,
      as: file.createInDynamics.as,
      ...(file.createInDynamics.list !== undefined && { list: file.createInDynamics.list }),
      ...(file.createInDynamics.owner !== undefined && { owner: file.createInDynamics.owner }),
    },
    duplicateDetection: file.duplicateDetection,
    feeds: pacedFeeds(file.polling),
  };
}
