export {petColumns, pets} from './demo/pets.ts';
export {readTopics, topicsConfig} from './topics/topic-file.ts';
export type {Topic} from './topics/topic-file.ts';
