import {installDebianPackages} from '@sluice/testkit/servers';
import {plainSession, postgres} from './postgres.ts';

/** Whether databases of this run's PostgreSQL can have PostGIS; Debian's is installed where that is possible. Says aloud where it is not. */
export const hasPostgis: boolean = postgres !== null && (await isOffered() || (installed() && await isOffered()));

async function isOffered(): Promise<boolean> {
  const session = await plainSession(postgres!.url);
  try {
    return (await session.rows("SELECT 1 FROM pg_available_extensions WHERE name = 'postgis'")).length > 0;
  } finally {
    await session.end();
  }
}

function installed(): boolean {
  try {
    installDebianPackages(['postgresql-15-postgis-3']);
    return true;
  } catch (error) {
    console.log(`servers: no PostGIS here: ${(error as Error).message}`);
    return false;
  }
}
