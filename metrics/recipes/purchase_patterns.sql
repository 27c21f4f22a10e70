-- The histogram of (x, tx, T): all that the models of lifetime value need to be fitted.
-- purchases(customer, at_time, amount)
-- feeds the patterns of metrics/clv
WITH days AS (
  SELECT customer, {day} AS d
  FROM purchases
  WHERE customer <> '' AND {day} <= {last_day}
  GROUP BY customer, {day}
  HAVING SUM(amount) > 0
), summaries AS (
  SELECT customer, COUNT(*) - 1 AS x, MAX(d) - MIN(d) AS tx_days, {last_day} - MIN(d) AS t_days
  FROM days
  GROUP BY customer
)
SELECT x, tx_days, t_days, COUNT(*) AS customers
FROM summaries
GROUP BY x, tx_days, t_days
ORDER BY x, tx_days, t_days
