// Package clv predicts who is still a customer, how often they will buy and what they are
// worth: the models of customer-base analysis, fitted and applied in log space throughout.
//
// # Models
//
// Buying in continuous time, dropping out unseen ("non-contractual"): BGNBD, MBGNBD, ParetoNBD, each
// with an interval on every figure; BGNBDCovariates and ParetoNBDCovariates let their scales depend
// on what is known of a customer. Buying at discrete opportunities, such as a yearly appeal: BGBB.
// Contracts that are renewed or not: ShiftedBetaGeometric and BetaDiscreteWeibull. Spend per purchase:
// GammaGamma. Lifetime joins a buying model, a spend model and a discount rate into a customer
// lifetime value.
//
// # Vocabulary
//
// A customer's Summary is (x, t_x, T): the number of repeat purchases, the age at the last one and the
// age at the end of the observation, the first purchase being age 0 and not counted. The
// literature calls x frequency and t_x recency. P(alive) is the probability that a customer has not
// dropped out by T. DERT is the discounted expected residual transactions, DEL and DERL the
// discounted expected (residual) lifetime. A cohort's holdout is the time after T.
//
// # From purchases to a ranked list
//
// Split turns a host's purchases into summaries with a calibration period and a holdout. Patterns is
// a mergeable, serialisable histogram of summaries, and all that a fit needs. FitBGNBD and
// its siblings return a Fit: the model, its covariance and a Status that says whether the data
// determine it; read Fit.Verdict before the numbers. A model's methods predict for one
// customer; Score predicts for a stream; Fit.Interval puts a confidence interval on any of
// it; Lifetime.ValueOf is what a customer of the Split is worth. Split.Track, Split.ByFrequency and
// RepeatFrequencies compare a model with what happened; Simulate makes customers from it.
//
// # Representation
//
// Statistics are float64. Times are counted in a Unit that the histogram and the model carry; a
// Horizon and a discount Rate carry their own and are converted, so that a yearly rate cannot be
// applied per week. Money enters as decimal.Decimal at Split and SpendData.AddAmount, and is a
// float64 from there on. Nothing is rounded.
//
// # Numerics
//
// The printed formulas have poles at a = 1, b = 1 and s = 1 and overflow for frequent buyers. Here
// expectations are integrals of positive integrands, gamma functions appear as differences, and the
// Pareto/NBD tail is integrated where it lives, so that everything stays finite for x to 5,000 and
// beyond. Fits are damped Newton steps with the exact gradient and Hessian in log
// parameters, stopped when the promised gain in log-likelihood is below 1e-12. Sums run over fixed blocks
// in a fixed order: any number of workers gives the same bits on one processor architecture. Across
// architectures only closeness is promised, because some fuse multiplication and addition.
//
// # Errors
//
// Bad input is ErrParameter or ErrSummary with a detail type, all faults joined; nothing panics on
// data. ErrNoData says there is nothing to fit; a fit that the data do not support is no error but
// a Status. ErrUndefined says that a quantity does not exist, such as the mean spend when
// q <= 1: it is never NaN or 0.
//
// # Concurrency
//
// Models and fits are values that are only read; many goroutines may share them. Collections are
// not safe for concurrent writes. No goroutine outlives a call, and none is started unless
// Options.Workers asks for it.
//
// # Sources
//
// Each model names its paper. The reference figures in the tests are those of the papers, of other
// implementations (BTYD, CLVTools, lifetimes) where these are right, and of 60-digit
// arithmetic.
package clv
