-- What the known customers bought. Amounts are exact decimals where the column is.
-- purchases(customer, at_time, amount)
-- feeds metrics.SpendingTotal
SELECT COUNT(*) AS customers,
       SUM(CASE WHEN orders > 0 THEN 1 ELSE 0 END) AS buyers,
       SUM(CASE WHEN orders > 1 THEN 1 ELSE 0 END) AS repeaters,
       SUM(orders) AS orders, SUM(returns) AS returns, SUM(gross) AS gross, SUM(refunds) AS refunds
FROM (SELECT customer,
             SUM(CASE WHEN amount > 0 THEN 1 ELSE 0 END) AS orders,
             SUM(CASE WHEN amount < 0 THEN 1 ELSE 0 END) AS returns,
             SUM(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS gross,
             SUM(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS refunds
      FROM purchases
      WHERE customer <> '' AND amount <> 0
      GROUP BY customer) AS per_customer
