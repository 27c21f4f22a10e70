-- Whole days from the start of a subscription to its end, or to 2024-07-01 for those that
-- have not ended, with how many ended and how many are censored. Dates are text, YYYY-MM-DD.
SELECT CAST(julianday(coalesce(ended_on, '2024-07-01')) - julianday(started_on) AS INTEGER) AS days,
       sum(ended_on IS NOT NULL) AS events,
       sum(ended_on IS NULL) AS censored
FROM subscriptions
GROUP BY days
ORDER BY days;
