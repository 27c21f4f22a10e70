-- Weighted net promoter score: the sums of the ratio estimator. Floating sums depend on
-- the order in which the database adds; the accumulator's do not.
-- answers(score, weight)
-- feeds metrics.WeightedMeanFromSums(n, w, wy, wyy, ww, wwy, wwyy)
SELECT COUNT(*) AS n, SUM(weight) AS w, SUM(weight * y) AS wy, SUM(weight * y * y) AS wyy,
       SUM(weight * weight) AS ww, SUM(weight * weight * y) AS wwy, SUM(weight * weight * y * y) AS wwyy
FROM (SELECT weight, CASE WHEN score >= 9 THEN 1.0 WHEN score >= 7 THEN 0.0 ELSE -1.0 END AS y
      FROM answers WHERE score BETWEEN 0 AND 10 AND weight > 0) AS valid
