/**
 * What the superseded system had a procedure for: licences per species and year. It knew four species and ten years, and left all others
 * out; this takes those that are there. The same SQL is read by SQLite, MySQL, MariaDB and PostgreSQL.
 */
export const licencesReport = `title: Licences per species and year
sql: |
  WITH licence AS (
    SELECT coalesce(species, 'unknown') AS species,
      coalesce(substr(cast(license_issue_date AS char(10)), 1, 4), 'unknown') AS year
    FROM pet_license
  )
  SELECT s.species, y.year, count(l.species) AS licences
  FROM (SELECT DISTINCT species FROM licence) AS s
  CROSS JOIN (SELECT DISTINCT year FROM licence) AS y
  LEFT JOIN licence AS l ON l.species = s.species AND l.year = y.year
  GROUP BY s.species, y.year
  ORDER BY s.species, y.year
chart: {value: licences, labels: [year], group: species}
`;
