export {parseConfig, readConfigFile} from './config-file.ts';
export type {ConfigFile} from './config-file.ts';
export {configError, decode} from './decode.ts';
export type {Layers} from './decode.ts';
export {decodeFile} from './decode-file.ts';
export {defineConfig, option} from './define-config.ts';
export type {Config, Option, OptionMeta, Options, Resolved} from './define-config.ts';
export {endpoint, endpointUrl, withPassword} from './endpoint.ts';
export {describeOptions} from './flags.ts';
export type {OptionDescription, ValueKind} from './flags.ts';
export {jsonSchemaOf} from './json-schema.ts';
export type {JsonSchema} from './json-schema.ts';
export {markdownOf} from './markdown.ts';
export {passwordFrom} from './password.ts';
export type {FoundPassword, PasswordPlaces} from './password.ts';
export {redactText, redactUrl} from './redact.ts';
export {didYouMean, suggest} from './suggest.ts';
// One zod for everybody: schemas of two copies do not mix.
export {z} from 'zod';
