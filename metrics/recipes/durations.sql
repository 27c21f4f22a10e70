-- How long cases took, in whole seconds rounded up; open ones with their time so far,
-- rounded down. The same table, with seconds as the time, is a survival table.
-- cases(seconds, finished), finished 1 or 0
-- feeds metrics.DurationsFromCounts(time.Second, steps)
SELECT step, SUM(done) AS done, SUM(still_open) AS still_open
FROM (SELECT CASE WHEN finished = 1 AND seconds > {floor_seconds} THEN {floor_seconds} + 1 ELSE {floor_seconds} END AS step,
             finished AS done, 1 - finished AS still_open
      FROM cases) AS steps
GROUP BY step
ORDER BY step
