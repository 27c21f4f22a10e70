-- A campaign with a control group: conversions by arm.
-- campaign(treated, converted), each 1 or 0, one row per customer
-- feeds metrics.TwoArmFromCounts(treated_hits, treated, control_hits, control)
SELECT COALESCE(SUM(treated * converted), 0) AS treated_hits, COALESCE(SUM(treated), 0) AS treated,
       COALESCE(SUM((1 - treated) * converted), 0) AS control_hits, COALESCE(SUM(1 - treated), 0) AS control
FROM campaign
