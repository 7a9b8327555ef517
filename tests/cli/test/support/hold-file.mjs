// Holds a SQLite file, as a program in the middle of writing does, until it is killed.
import Sqlite from 'better-sqlite3';

const db = new Sqlite(process.argv[2]);
db.exec('BEGIN EXCLUSIVE');
process.send('held');
setInterval(() => db.inTransaction, 60_000);
