-- One row per customer: repeat purchase days, days from first to last, days from first
-- to the last day of the observation, and spend. A day counts when it nets above zero.
-- purchases(customer, at_time, amount)
-- feeds metrics.PurchaseSummaryFromCounts(customer, x, tx_days, t_days, spend, first_spend)
WITH days AS (
  SELECT customer, {day} AS d, SUM(amount) AS net
  FROM purchases
  WHERE customer <> '' AND {day} <= {last_day}
  GROUP BY customer, {day}
  HAVING SUM(amount) > 0
), spans AS (
  SELECT customer, d, net, MIN(d) OVER (PARTITION BY customer) AS first_d
  FROM days
)
SELECT customer, COUNT(*) - 1 AS x, MAX(d) - MIN(d) AS tx_days, {last_day} - MIN(d) AS t_days,
       SUM(net) AS spend, SUM(CASE WHEN d = first_d THEN net ELSE 0 END) AS first_spend
FROM spans
GROUP BY customer
ORDER BY customer
