import type {Lab} from './lab.ts';

/** A small shop that rents films: views, triggers, procedures, ENUM and SET, geometry, full text, keys in circles. */
export async function makeRentalShop(lab: Lab): Promise<void> {
  const mariadb = lab.kind === 'mariadb';
  for (const sql of [
    `CREATE TABLE land (land_id smallint unsigned NOT NULL AUTO_INCREMENT, name varchar(50) NOT NULL, changed timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
      PRIMARY KEY (land_id), UNIQUE KEY name (name)) COMMENT 'where towns are'`,
    `CREATE TABLE town (town_id smallint unsigned NOT NULL AUTO_INCREMENT, name varchar(50) NOT NULL COLLATE utf8mb4_bin, land_id smallint unsigned NOT NULL, place point NOT NULL,
      PRIMARY KEY (town_id), KEY by_land (land_id), SPATIAL KEY by_place (place),
      CONSTRAINT town_land FOREIGN KEY (land_id) REFERENCES land (land_id) ON DELETE RESTRICT ON UPDATE CASCADE)`,
    `CREATE TABLE shop (shop_id tinyint unsigned NOT NULL AUTO_INCREMENT, chief_id tinyint unsigned NULL, town_id smallint unsigned NOT NULL, PRIMARY KEY (shop_id),
      CONSTRAINT shop_town FOREIGN KEY (town_id) REFERENCES town (town_id))`,
    `CREATE TABLE staff (staff_id tinyint unsigned NOT NULL AUTO_INCREMENT, name varchar(45) CHARACTER SET latin1 NOT NULL, photo mediumblob, shop_id tinyint unsigned NOT NULL, active tinyint(1) NOT NULL DEFAULT 1,
      PRIMARY KEY (staff_id), CONSTRAINT staff_shop FOREIGN KEY (shop_id) REFERENCES shop (shop_id) ON UPDATE CASCADE)`,
    'ALTER TABLE shop ADD CONSTRAINT shop_chief FOREIGN KEY (chief_id) REFERENCES staff (staff_id) ON DELETE SET NULL',
    `CREATE TABLE film (film_id smallint unsigned NOT NULL AUTO_INCREMENT, title varchar(128) NOT NULL, story text, made year DEFAULT NULL, rate decimal(4,2) NOT NULL DEFAULT '4.99',
      minutes smallint unsigned DEFAULT NULL, rating enum('G','PG','PG-13','R','NC-17') DEFAULT 'G', extras set('Trailers','Commentaries','Deleted Scenes','Behind the ''Scenes''') DEFAULT NULL,
      facts json DEFAULT NULL, hours decimal(6,3) GENERATED ALWAYS AS (minutes / 60) STORED, shout varchar(140) GENERATED ALWAYS AS (concat(upper(title), '!')) VIRTUAL,
      PRIMARY KEY (film_id), KEY by_title (title), KEY by_rate (rate DESC, title(20)), FULLTEXT KEY words (title, story), CONSTRAINT sane_rate CHECK (rate >= 0 and title <> 'it''s'))`,
    `CREATE TABLE cast_list (film_id smallint unsigned NOT NULL, person varchar(60) NOT NULL, role varchar(60) DEFAULT 'extra', PRIMARY KEY (film_id, person),
      CONSTRAINT cast_film FOREIGN KEY (film_id) REFERENCES film (film_id) ON DELETE CASCADE ON UPDATE CASCADE)`,
    `CREATE TABLE rental (rental_id int NOT NULL AUTO_INCREMENT, rented datetime(3) NOT NULL, film_id smallint unsigned NOT NULL, returned datetime DEFAULT NULL, paid decimal(5,2) DEFAULT NULL, took time DEFAULT NULL,
      PRIMARY KEY (rental_id), UNIQUE KEY once (rented, film_id), CONSTRAINT rental_film FOREIGN KEY (film_id) REFERENCES film (film_id))`,
    'CREATE TABLE log_lines (at datetime(6), line text)',
    'CREATE TABLE `order``s "x"` (`select` int PRIMARY KEY, `a b` varchar(10), `Ünï` double)',
    "CREATE VIEW film_list AS SELECT f.film_id AS id, f.title AS title, f.rating AS rating, count(c.person) AS people FROM film f LEFT JOIN cast_list c ON c.film_id = f.film_id WHERE f.title <> 'x''y' GROUP BY f.film_id, f.title, f.rating",
    'CREATE VIEW long_films AS SELECT l.id, l.title FROM film_list l JOIN film ON film.film_id = l.id WHERE film.minutes > 90',
    'CREATE TRIGGER film_log AFTER INSERT ON film FOR EACH ROW INSERT INTO log_lines VALUES (now(6), NEW.title)',
    'CREATE PROCEDURE films_of(IN who varchar(60)) SELECT film_id FROM cast_list WHERE person = who',
    'CREATE FUNCTION answer() RETURNS int DETERMINISTIC RETURN 42',
    "INSERT INTO land (land_id, name) VALUES (0, 'Nowhere'), (1, 'Österreich'), (2, 'Côte d''Ivoire'), (3, '日本')",
    "INSERT INTO town VALUES (1, 'Wien', 1, ST_GeomFromText('POINT(16.37 48.21)')), (2, 'wien', 1, ST_GeomFromText('POINT(0 0)')), (3, '東京', 3, ST_GeomFromText('POINT(139.7 35.7)'))",
    'INSERT INTO shop VALUES (1, NULL, 1), (2, NULL, 3)',
    "INSERT INTO staff VALUES (1, 'José Müller', x'ffd8ff00', 1, 1), (2, 'Anna', NULL, 2, 0)",
    'UPDATE shop SET chief_id = shop_id',
    `INSERT INTO film (film_id, title, story, made, rate, minutes, rating, extras, facts) VALUES
      (1, 'ACADEMY DINOSAUR', 'An epic\\tdrama\\nof a feminist', 2006, 0.99, 86, 'PG', 'Deleted Scenes,Behind the ''Scenes''', '{"b": 1, "a": [12345678901234567890, 1.5, null]}'),
      (2, 'ACE "GOLDFINGER"', NULL, 0, 4.99, 128, 'G', '', 'null'), (3, '\\\\N', '', 1901, 0, NULL, 'NC-17', NULL, NULL), (65535, 'ZORRO 😀', 'last', 2155, 99.99, 65535, NULL, 'Trailers', '"text"')`,
    "INSERT INTO cast_list VALUES (1, 'PENELOPE', 'lead'), (1, 'ed', NULL), (2, 'PENELOPE', DEFAULT), (65535, 'o''brien', '')",
    "INSERT INTO rental VALUES (1, '2005-05-24 22:53:30.123', 1, '2005-05-26 22:04:30', 2.99, '47:11:00'), (2, '0000-00-00 00:00:00.000', 1, NULL, NULL, '-00:10:00'), (7, '2005-05-24 22:53:30.123', 2, '2005-00-00 00:00:00', 0, '838:59:59')",
    "INSERT INTO `order``s \"x\"` VALUES (1, 'a', 0.1), (2, NULL, 1e308)",
    ...(mariadb ? ['CREATE SEQUENCE numbers'] : []),
  ]) await lab.run(sql);
}
