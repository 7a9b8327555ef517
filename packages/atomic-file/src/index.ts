export {refuseExisting, writeFileAtomically, writeNewFile} from './write-file.ts';
export {isAlive} from './is-alive.ts';
