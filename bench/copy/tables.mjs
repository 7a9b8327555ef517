// One table of 1,000,000 rows x 15 mixed columns in three systems: the same values, each made by the system's own SQL.

export const COLUMNS = 'id, small_str, medium_str, large_str, tiny_int, regular_int, big_int, float_val, decimal_val, bool_val, date_val, ts_val, ts_tz_val, json_val, extra_text';

export const mariadbSeed = rows => `
create table t (
  id INT PRIMARY KEY, small_str VARCHAR(20), medium_str VARCHAR(100), large_str VARCHAR(500), tiny_int SMALLINT, regular_int INT, big_int BIGINT,
  float_val DOUBLE, decimal_val DECIMAL(18,4), bool_val BOOLEAN, date_val DATE, ts_val DATETIME(6), ts_tz_val DATETIME(6), json_val JSON, extra_text TEXT
) character set utf8mb4;
insert into t select seq, concat('name_', seq % 10000), concat('user_', seq, '@example-', seq % 500, '.com'), repeat(char(65 + seq % 26), 50 + seq % 200),
  seq % 32767, seq, seq * 1000000, seq / 7.0 + seq % 1000, (seq % 1000000) / 100, seq % 2, date_add('2020-01-01', interval seq % 1500 day),
  date_add('2020-01-01 00:00:00.123456', interval seq second), date_add('2020-01-01 03:00:00.654321', interval seq second),
  concat('{"k":', seq, ',"tags":["a","b"],"nested":{"x":', seq % 10, '}}'), concat('extra_text_row_', seq, '_', repeat('x', 50 + seq % 100))
from seq_1_to_${rows};
analyze table t;`;

const postgresTable = ({bool = 'boolean', zone = 'timestamptz(6)', json = 'json'}) => `create table t (
  id int primary key, small_str varchar(20), medium_str varchar(100), large_str varchar(500), tiny_int smallint, regular_int int, big_int bigint,
  float_val double precision, decimal_val numeric(18,4), bool_val ${bool}, date_val date, ts_val timestamp(6), ts_tz_val ${zone}, json_val ${json}, extra_text text)`;

export const postgresSeed = rows => `
${postgresTable({})};
insert into t select n, 'name_' || n % 10000, 'user_' || n || '@example-' || n % 500 || '.com', repeat(chr(65 + n % 26), 50 + n % 200),
  n % 32767, n, n::bigint * 1000000, n / 7.0::float8 + n % 1000, (n % 1000000) / 100.0, n % 2 = 1, '2020-01-01'::date + n % 1500,
  '2020-01-01 00:00:00.123456'::timestamp + n * interval '1 second', '2020-01-01 03:00:00.654321Z'::timestamptz + n * interval '1 second',
  ('{"k":' || n || ',"tags":["a","b"],"nested":{"x":' || n % 10 || '}}')::json, 'extra_text_row_' || n || '_' || repeat('x', 50 + n % 100)
from generate_series(1, ${rows}) n;
vacuum analyze t;`;

/** The table that a pipe fills: as the source has it, its key included. */
export const emptyPostgres = {
  mysql: postgresTable({bool: 'smallint', zone: 'timestamp(6)'}),
  postgres: postgresTable({}),
  sqlite: postgresTable({}).replaceAll(/varchar\(\d+\)|timestamp(?:tz)?\(6\)|date(?=,)|json(?=,)|numeric\(18,4\)/g, 'text').replaceAll(/ (?:small)?int(?=[ ,])/g, ' bigint'),
};

const sqliteTable = `create table t (
  id INTEGER PRIMARY KEY, small_str TEXT, medium_str TEXT, large_str TEXT, tiny_int INTEGER, regular_int INTEGER, big_int INTEGER,
  float_val REAL, decimal_val TEXT, bool_val BOOLEAN, date_val TEXT, ts_val TEXT, ts_tz_val TEXT, json_val TEXT, extra_text TEXT)`;

export const emptySqlite = sqliteTable;

export const sqliteSeed = rows => `
${sqliteTable};
insert into t select value, 'name_' || value % 10000, 'user_' || value || '@example-' || value % 500 || '.com', replace(printf('%.*c', 50 + value % 200, 'x'), 'x', char(65 + value % 26)),
  value % 32767, value, value * 1000000, value / 7.0 + value % 1000, printf('%.4f', (value % 1000000) / 100.0), value % 2, date('2020-01-01', (value % 1500) || ' days'),
  datetime('2020-01-01', value || ' seconds') || '.123456', datetime('2020-01-01 03:00:00', value || ' seconds') || '.654321',
  '{"k":' || value || ',"tags":["a","b"],"nested":{"x":' || value % 10 || '}}', 'extra_text_row_' || value || '_' || printf('%.*c', 50 + value % 100, 'x')
from generate_series(1, ${rows});`;
