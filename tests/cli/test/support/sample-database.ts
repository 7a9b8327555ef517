import type {ServerKind} from '@sluice/testkit';

/**
 * A lending library with what sample databases have: views, triggers, procedures, functions, events, ENUM and SET,
 * full-text and spatial indexes, foreign keys in a circle, generated columns, defaults that are expressions, prefix
 * and descending indexes, comments. Statements in order.
 */
export const sampleDatabase = (kind: ServerKind): string[] => [
  `CREATE TABLE branch (
    branch_id tinyint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'never reused',
    manager_id smallint unsigned,
    street varchar(80) NOT NULL,
    place point NOT NULL ${kind === 'mysql' ? 'SRID 0' : ''},
    opened datetime NOT NULL DEFAULT current_timestamp ON UPDATE current_timestamp,
    SPATIAL KEY idx_place (place)
  ) COMMENT 'where people come; it''s open on Sundays'`,
  `CREATE TABLE clerk (
    clerk_id smallint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    branch_id tinyint unsigned NOT NULL,
    first_name varchar(45) NOT NULL,
    last_name varchar(45) NOT NULL,
    full_name varchar(91) GENERATED ALWAYS AS (concat(first_name, ' ', last_name)) STORED,
    initials char(2) AS (concat(left(first_name, 1), left(last_name, 1))) VIRTUAL,
    picture blob,
    active tinyint(1) NOT NULL DEFAULT 1,
    rights set('lend','return','order') NOT NULL DEFAULT 'lend,return',
    CONSTRAINT fk_clerk_branch FOREIGN KEY (branch_id) REFERENCES branch (branch_id) ON UPDATE CASCADE ON DELETE RESTRICT
  )`,
  'ALTER TABLE branch ADD CONSTRAINT fk_branch_manager FOREIGN KEY (manager_id) REFERENCES clerk (clerk_id) ON DELETE SET NULL',
  `CREATE TABLE book (
    book_id int unsigned NOT NULL AUTO_INCREMENT,
    isbn char(13) CHARACTER SET latin1,
    title varchar(255) NOT NULL,
    blurb text,
    released year,
    price decimal(6,2) NOT NULL DEFAULT 9.99,
    rating enum('all','teen','adult') NOT NULL DEFAULT 'all',
    pages smallint unsigned CHECK (pages > 0),
    code varchar(36) DEFAULT (concat('b-', 'new')),
    details json,
    PRIMARY KEY (book_id),
    UNIQUE KEY uq_isbn (isbn),
    KEY idx_title (title(20)),
    KEY idx_price (price DESC, title(10)),
    FULLTEXT KEY ft_blurb (title, blurb),
    CONSTRAINT sane_price CHECK (price >= 0 AND price < 1000)
  )`,
  `CREATE TABLE loan (
    book_id int unsigned NOT NULL,
    clerk_id smallint unsigned NOT NULL,
    lent timestamp NOT NULL DEFAULT current_timestamp,
    returned date,
    fine decimal(5,2) DEFAULT NULL,
    PRIMARY KEY (book_id, lent),
    KEY idx_clerk (clerk_id),
    CONSTRAINT fk_loan_book FOREIGN KEY (book_id) REFERENCES book (book_id) ON DELETE CASCADE,
    CONSTRAINT fk_loan_clerk FOREIGN KEY (clerk_id) REFERENCES clerk (clerk_id)
  )`,
  'CREATE TABLE log (what varchar(100), at datetime(3) DEFAULT current_timestamp(3))',
  `INSERT INTO branch (street, place, opened) VALUES ('1 Main St', ST_GeomFromText('POINT(1 2)'), '2001-02-03 04:05:06'), ('Über der Brücke 7', ST_GeomFromText('POINT(-3.5 0)'), '2010-01-01')`,
  "INSERT INTO clerk (branch_id, first_name, last_name, picture, rights) VALUES (1, 'Ada', 'O''Neil', x'89504e470d0a1a0a', 'lend'), (2, 'Zoë', 'Łukasz', NULL, 'lend,return,order')",
  'UPDATE branch SET manager_id = branch_id',
  `INSERT INTO book (isbn, title, blurb, released, price, rating, pages, details) VALUES
    ('9780000000001', 'A Book', 'about nothing', 1999, 12.50, 'teen', 100, '{"tags": ["a", "b"]}'), (NULL, 'Übermut', NULL, 2021, 0.00, 'all', NULL, NULL), (NULL, 'Zero', '', 1901, 999.99, 'adult', 1, '[]')`,
  "INSERT INTO loan VALUES (1, 1, '2024-01-01 10:00:00', '2024-01-15', NULL), (1, 2, '2024-02-01 10:00:00', NULL, 1.20), (3, 1, '2024-02-01 10:00:00', '2024-02-02', 0)",
  'CREATE TRIGGER loan_log AFTER INSERT ON loan FOR EACH ROW INSERT INTO log (what) VALUES (concat("loan of ", NEW.book_id))',
  'CREATE TRIGGER book_title BEFORE INSERT ON book FOR EACH ROW SET NEW.title = trim(NEW.title)',
  'CREATE FUNCTION fine_of(days int) RETURNS decimal(5,2) DETERMINISTIC RETURN days * 0.10',
  'CREATE PROCEDURE books_of(IN clerk int) READS SQL DATA SELECT book_id FROM loan WHERE clerk_id = clerk',
  "CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE DO DELETE FROM log",
  // Portable.
  'CREATE VIEW open_loans AS SELECT l.book_id, b.title, l.lent FROM loan l JOIN book b ON b.book_id = l.book_id WHERE l.returned IS NULL',
  'CREATE VIEW books_lent AS SELECT b.book_id AS id, count(l.lent) AS times, coalesce(sum(l.fine), 0) AS fines FROM book b LEFT JOIN loan l ON l.book_id = b.book_id GROUP BY b.book_id',
  'CREATE VIEW often_lent AS SELECT id FROM books_lent WHERE times > 1',
  // Not portable: a stored function, full-text search, GROUP_CONCAT with an order and a variable of the session.
  'CREATE VIEW fines_due AS SELECT book_id, fine_of(10) AS fine FROM loan',
  "CREATE VIEW about_nothing AS SELECT title FROM book WHERE MATCH (title, blurb) AGAINST ('nothing' IN BOOLEAN MODE)",
  "CREATE VIEW reading_list AS SELECT clerk_id, group_concat(book_id ORDER BY lent DESC SEPARATOR '; ') AS books, connection_id() AS who FROM loan GROUP BY clerk_id",
];

export const sampleTables = ['book', 'branch', 'clerk', 'loan', 'log'] as const;
