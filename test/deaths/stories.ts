import { OBJECT_STORIES } from './stories/objects';
import { PEOPLE_STORIES } from './stories/people';
import { REFERENCE_STORIES } from './stories/references';
import type { Story } from './story';

export const STORIES: readonly Story[] = [...PEOPLE_STORIES, ...REFERENCE_STORIES, ...OBJECT_STORIES];
