// Package survival estimates how long things last when many have not ended yet: customers
// until they churn, cases until they are answered. Open ones are censored, not left out.
//
// # Vocabulary
//
// An observation lasts from an origin to its time, at which the event happened or the
// observation was censored (the event had not happened by then). The risk set at t
// holds everyone who could have the event at t. With delayed entry (left truncation) an
// observation is at risk in (entry, exit]: from just after its entry up to and including
// its exit, as in R and not as in [entry, exit). One without an entry is at risk from
// the origin, time 0 included. Where events and censorings share a time, events come first.
//
// # What is here
//
//   - [Table]: counts by time (at risk, events, censored, entered), mergeable, from which
//     everything but Cox is computed.
//   - [Table.KaplanMeier]: the curve with Greenwood's variance and log, log-log or plain
//     bands; [Curve.Quantile] and [Curve.Median] under a named rule; [Curve.RestrictedMean].
//   - [Table.NelsonAalen]: the cumulative hazard.
//   - [LogRank] and [StratifiedLogRank], with log-rank or Peto weights.
//   - [FitCox]: proportional hazards with Efron, Breslow or exact ties, strata and delayed
//     entry; [CoxFit.CheckProportionalHazards] by scaled Schoenfeld residuals.
//
// # Representation and rounding
//
// Times are float64 in the host's unit, finite and not negative; tables are
// exact to merge because their counts are int64. Whole times below 65,536 (days, say) are
// counted in an array, others in a map. Estimates are float64 and not rounded.
// Sums over rows run in order of time, so equal tables give equal bits.
//
// # Counts from SQL
//
// The rows of [FromCounts] by whole days, on PostgreSQL and DuckDB:
//
//	SELECT coalesce(ended_on, $1) - started_on AS days,
//	       count(*) FILTER (WHERE ended_on IS NOT NULL) AS events,
//	       count(*) FILTER (WHERE ended_on IS NULL) AS censored
//	FROM subscriptions GROUP BY days ORDER BY days;
//
// ClickHouse writes countIf(ended_on IS NOT NULL) and dateDiff('day', started_on, ...). With delayed entry
// a second query counts the entries by their day. testdata/days.sqlite.sql is the query for
// SQLite, which the tests run; the query above was run on PostgreSQL 15, the other dialects were not run.
//
// # Errors
//
// [ErrNoData] where there is nothing to estimate from, [ErrInvalid] for times, options and
// counts that cannot be (all faults joined, each a [FieldError]), [ErrHorizon] beyond the
// follow-up, [ErrSingular] for covariates that cannot be told apart, [ErrCorrupt] for
// damaged state. What does not exist (a median that is not reached, a variance at a
// survival of 0) is ok == false. Nothing panics on data.
//
// # Concurrency
//
// A Table belongs to one goroutine while it is added to. Results are values that many
// goroutines may read.
//
// # Sources
//
// Kaplan & Meier (1958), "Nonparametric estimation from incomplete observations";
// Greenwood (1926); Kalbfleisch & Prentice (2002), "The Statistical Analysis of Failure Time
// Data", 1.4 (log-log bands); Nelson (1972), Aalen (1978); Fleming & Harrington (1984);
// Mantel (1966), Peto & Peto (1972), Harrington & Fleming (1982) (G-rho); Cox (1972), Breslow
// (1974), Efron (1977); Gail, Lubin & Rubinstein (1981) (exact ties by recursion); Schoenfeld
// (1982), Grambsch & Therneau (1994), "Proportional hazards tests and diagnostics based on
// weighted residuals"; Therneau & Grambsch (2000), "Modeling Survival Data". Figures agree with
// R's survival 3.5.3; where the two schools of R and of Python's lifelines part
// (rule of the median, default band), both are options and R's is the default.
package survival
