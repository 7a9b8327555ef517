export {checkConfig} from './check.ts';
export {copyConfig, planConfig} from './copy-config.ts';
export {verifyConfig} from './verify.ts';
export {verifyReceiptConfig} from './verify-receipt.ts';
