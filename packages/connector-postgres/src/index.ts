export {PostgresSource} from './source.ts';
