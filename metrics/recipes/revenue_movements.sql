-- Recurring revenue: movements per month. month is year * 12 + (0 to 11).
-- subscriptions(customer, month, amount), amount above zero, several rows a month allowed
-- feeds metrics.RevenueMovement
WITH paid AS (
  SELECT customer, month AS m, SUM(amount) AS cur
  FROM subscriptions
  WHERE customer <> '' AND amount > 0
  GROUP BY customer, month
), seen AS (
  SELECT customer, m, cur,
         LAG(m) OVER (PARTITION BY customer ORDER BY m) AS before_m,
         LAG(cur) OVER (PARTITION BY customer ORDER BY m) AS before_cur,
         LEAD(m) OVER (PARTITION BY customer ORDER BY m) AS after_m
  FROM paid
), moves AS (
  SELECT m,
         CASE WHEN before_m = m - 1 THEN before_cur ELSE 0 END AS prev,
         cur, CASE WHEN before_m IS NULL THEN 0 ELSE 1 END AS seen_before
  FROM seen
  UNION ALL
  SELECT m + 1, cur, 0, 1
  FROM seen
  WHERE (after_m IS NULL OR after_m > m + 1) AND m < (SELECT MAX(m) FROM paid)
)
SELECT m AS month, SUM(prev) AS start_revenue,
       SUM(CASE WHEN prev = 0 AND seen_before = 0 THEN cur ELSE 0 END) AS new_revenue,
       SUM(CASE WHEN prev > 0 AND cur > prev THEN cur - prev ELSE 0 END) AS expansion,
       SUM(CASE WHEN cur > 0 AND cur < prev THEN prev - cur ELSE 0 END) AS contraction,
       SUM(CASE WHEN cur = 0 THEN prev ELSE 0 END) AS churn,
       SUM(CASE WHEN prev = 0 AND seen_before = 1 THEN cur ELSE 0 END) AS reactivation,
       SUM(CASE WHEN prev > 0 THEN 1 ELSE 0 END) AS start_customers,
       SUM(CASE WHEN cur > 0 THEN 1 ELSE 0 END) AS end_customers,
       SUM(CASE WHEN prev = 0 AND seen_before = 0 THEN 1 ELSE 0 END) AS new_customers,
       SUM(CASE WHEN cur = 0 THEN 1 ELSE 0 END) AS lost_customers,
       SUM(CASE WHEN prev = 0 AND seen_before = 1 THEN 1 ELSE 0 END) AS reactivated_customers
FROM moves
GROUP BY m
ORDER BY m
