export {checkConfig} from './check.ts';
export {copyConfig, planConfig} from './copy-config.ts';
