-- Net promoter score: counts by class. Everything but 0 to 10 is invalid, NULL too.
-- answers(score)
-- feeds metrics.NetPromoterFromCounts(promoters, passives, detractors)
SELECT COALESCE(SUM(CASE WHEN score BETWEEN 9 AND 10 THEN 1 ELSE 0 END), 0) AS promoters,
       COALESCE(SUM(CASE WHEN score BETWEEN 7 AND 8 THEN 1 ELSE 0 END), 0) AS passives,
       COALESCE(SUM(CASE WHEN score BETWEEN 0 AND 6 THEN 1 ELSE 0 END), 0) AS detractors,
       COALESCE(SUM(CASE WHEN score BETWEEN 0 AND 10 THEN 0 ELSE 1 END), 0) AS invalid
FROM answers
