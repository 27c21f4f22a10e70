// Package deliver decides whether a person may be asked for feedback now, and sees
// to it that somebody answers what they say: delivery etiquette, reminders, the
// closed loop, and the report of what to improve where.
//
// # Vocabulary
//
// A Request is one survey for one person on one channel. A Gate holds one Policy and
// gives a Decision: Send, Defer to an instant, or Deny for a Rule, with the instant
// from which the person is eligible where a gap or window is the reason, and a trace
// of every rule. The Purpose (research, review request, marketing) chooses the
// consent that is needed. A Sent is a past request, an Answer a past response.
// Sampling takes a fixed share of people by a hash that anybody can recompute.
//
// The closed loop: an answer or a mention that a CaseRule names opens a Case, which
// promises an acknowledgement, a contact and a resolution by due instants (the inner
// loop, one customer). An AreaReport joins recurring themes with the skill, team or
// product that owns them (the outer loop).
//
// # Review gating
//
// A review request is never chosen by score. A Policy of that purpose with a score
// condition is refused with ErrReviewGating: asking only the satisfied for public
// reviews is against the rules of platforms and the advice of regulators (Google Maps
// user contributed content policy, "Fake engagement": merchants do not discourage
// negative reviews or selectively solicit positive ones; US Federal Trade Commission,
// "Soliciting and Paying for Online Reviews: A Guide for Marketers", January 2022: do
// not ask only people who you think will leave positive ones). A request that waits
// for an open case to close is a delay, and the host must ask again; with an EventTTL
// it would keep those who complained from ever being asked, so the two together are
// refused for review requests as well. Consent is by purpose because a genuine survey and
// a request for a public review or a promotion are not the same in law (in the United
// Kingdom the latter are likely direct marketing). None of this is legal advice.
//
// # Time
//
// Gaps and windows count days of exactly 24 hours, so a change of clocks moves
// nothing, and equality allows. Quiet hours are half-open and local, in the person's
// zone; a boundary is the earliest instant whose local reading is at or after it
// (rule R), so hours from 02:30 on New York's spring day open at 07:00Z. Business time
// is the host's calendar (Adder) or Hours.In.
//
// # Representation
//
// Policies and loop rules are data with a strict JSON form; constructors check them,
// report every fault at once and copy them. Deciding is a function of the arguments:
// no clock, no storage. Decision.Digest lets a host prove on which inputs it acted; it
// decides again when it sends. Areas is a struct of counts with Merge.
//
// # Rounding
//
// Instants are exact to the nanosecond. A sampling share is rounded to ten-thousandths,
// half to even. Sample sizes are rounded up.
//
// # Errors
//
// ErrPolicy, ErrReviewGating, ErrLoop, ErrHours, ErrArea and ErrRequest with a
// FieldError for each fault; ErrCommand with a CommandError; ErrNeverOpen,
// ErrCalendar, ErrDetect. A decision is never an error. A rate of nothing is ok == false.
//
// # Concurrency
//
// Gate, Loop and Quiet are only read after they are made and may be shared. Areas
// belongs to one goroutine. Everything else is a plain value. No goroutine is started.
//
// # Sources
//
// The order of the rules and their figures follow what survey services document:
// Delighted (30 days between surveys, 7 to 365 to choose), Promoter.io (30 to 180;
// one reminder after 3 to 7 days), Qualtrics (contact frequency rules: rolling
// windows, at most 20, reminders exempt), Formbricks (display options). Inner and outer loop: Bain and
// Company, "Closing the customer feedback loop" (Markey, Reichheld and Dullweber,
// Harvard Business Review, December 2009). FNV-1a: Fowler, Noll and Vo. Wilson and
// Newcombe intervals: Newcombe 1998. Sample size for two proportions: Fleiss, Levin
// and Paik, "Statistical Methods for Rates and Proportions", 3rd ed. 2003, eq. 4.14
// without the continuity correction.
package deliver
