-- CSAT and CES: counts by answer; answers that nobody gave have no row.
-- ratings(score)
-- feeds metrics.RatingsFromCounts(scale, counts)
SELECT score, COUNT(*) AS answers
FROM ratings
WHERE score BETWEEN {low} AND {high}
GROUP BY score
ORDER BY score
