-- Calendar months in UTC, bounded: for each month of first events and each number of
-- months since, how many customers were active. Period 0 is the size of the cohort.
-- SQLite knows no zones; events.at is seconds since 1970.
WITH active AS (
  SELECT DISTINCT customer,
         12 * CAST(strftime('%Y', at, 'unixepoch') AS INTEGER) + CAST(strftime('%m', at, 'unixepoch') AS INTEGER) - 1 AS month
  FROM events
  WHERE customer <> '' AND at < 1719792000
), first AS (
  SELECT customer, min(month) AS cohort FROM active GROUP BY customer
)
SELECT cohort / 12 AS year, cohort % 12 + 1 AS month, active.month - cohort AS period, count(*) AS returned
FROM active JOIN first USING (customer)
GROUP BY cohort, period
ORDER BY cohort, period;
