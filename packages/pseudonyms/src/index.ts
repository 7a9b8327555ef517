export type {Form} from './form.ts';
export {fpe} from './fpe.ts';
export type {Fpe, FpeOptions} from './fpe.ts';
export {fakeSeed, hmacToken, sivDecrypt, sivEncrypt, subjectOffset} from './keyed.ts';
export {DomainKey, MasterKey, masterKeyFrom, NORMALISER} from './master-key.ts';
export {readMasterKey} from './read-master-key.ts';
export type {KeySource} from './read-master-key.ts';
export type {DomainOptions, SurrogateForm, Vault, VaultDomain, VaultOptions} from './vault.ts';
export {openVault} from './open-vault.ts';
