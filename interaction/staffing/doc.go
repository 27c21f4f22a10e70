// Package staffing answers how many people it takes to answer in time, and how long
// customers wait when there are fewer: the Erlang B, C and A models.
//
// # Vocabulary
//
// A Load is how many calls are expected in a period and how long one takes, wrap-up
// included; calls per time times handle time is the offered load in erlangs, the
// number of people who would be busy if nobody had to wait. Agents serve; a call
// that finds all of them busy is lost (Erlang B: telephone lines, chat slots), waits
// as long as it takes (Erlang C) or waits until its patience ends (Erlang A). The
// service level is the share of all calls answered within a threshold; the average
// speed of answer is the mean wait of the calls that are answered; occupancy is the
// share of an agent's time spent on calls.
//
// # Assumptions
//
// All three models are of one stationary queue: arrivals at random at a constant
// rate (Poisson), handle times exponential (for Erlang B any distribution), agents
// alike, first come first served. Erlang C has no hang-ups and hence no steady state
// when the load reaches the agents; it overstates waiting where people do hang up.
// Erlang A adds an exponential patience with a given mean and has a steady state at
// any load. Shrinkage (breaks, training, absence) is outside the models; see
// Rostered. An estimate of calls or handle time carries its own error into the
// result: these are figures of a model, not of a sample, so they carry no interval.
//
// # Representation and rounding
//
// Shares are float64 between 0 and 1, loads float64 erlangs. Mean waits are
// Durations, rounded to the nanosecond, and the greatest Duration where they would
// be longer. Numbers of agents are rounded up, never down.
//
// # Errors
//
// ErrRange with a FieldError for each argument out of range, all joined; ErrNoData
// for a load without calls; ErrUnstable with an UnstableError where Erlang C has no
// steady state; ErrUnreachable where a goal takes more agents than allowed;
// ErrUnsolved where the series of Erlang A is too long to sum.
//
// # Concurrency
//
// Every function is pure and every type a plain value.
//
// # Sources
//
// A. K. Erlang, "Solution of some Problems in the Theory of Probabilities of
// Significance in Automatic Telephone Exchanges" (1917), for B and C; the recursion
// for B: R. B. Cooper, Introduction to Queueing Theory, 2nd ed. (1981), p. 82. C. Palm, "Research on
// Telephone Traffic Carried by Full Availability Groups" (1957), for A, in the form
// of S. Zeltyn and A. Mandelbaum, Queueing Systems 51 (2005), section 3. J. D. C. Little, "A Proof
// for the Queuing Formula L = λW" (1961).
package staffing
