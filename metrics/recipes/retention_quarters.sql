-- Customer base by quarter, by sets. quarter is year * 4 + (0 to 3).
-- purchases(customer, at_time, amount)
-- feeds metrics.BaseFromCounts(start, end, new, lost, reactivated)
WITH active AS (
  SELECT DISTINCT customer, {quarter} AS q
  FROM purchases
  WHERE amount > 0 AND customer <> ''
), seen AS (
  SELECT customer, q,
         LAG(q) OVER (PARTITION BY customer ORDER BY q) AS before_q,
         LEAD(q) OVER (PARTITION BY customer ORDER BY q) AS after_q
  FROM active
), moves AS (
  SELECT q, 0 AS starts, 1 AS ends,
         CASE WHEN before_q IS NULL THEN 1 ELSE 0 END AS fresh,
         CASE WHEN before_q < q - 1 THEN 1 ELSE 0 END AS back, 0 AS gone
  FROM seen
  UNION ALL
  SELECT q + 1, 1, 0, 0, 0, CASE WHEN after_q = q + 1 THEN 0 ELSE 1 END
  FROM seen
  WHERE q < (SELECT MAX(q) FROM active)
)
SELECT q AS quarter, SUM(starts) AS start_customers, SUM(ends) AS end_customers,
       SUM(fresh) AS new_customers, SUM(gone) AS lost_customers, SUM(back) AS reactivated_customers
FROM moves
GROUP BY q
ORDER BY q
