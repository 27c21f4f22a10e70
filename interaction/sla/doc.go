// Package sla judges service levels: how long a customer waited, measured by the
// clocks and calendars of a policy, and says what will be due when.
//
// # Vocabulary
//
// A [Signal] is one thing that happened to a case. A [Policy] holds a [Rule] per
// [Metric]: a target ([Amount], which carries its unit), the statuses in which the
// clock stands still, warnings and an escalation ladder. A clock runs in cycles; a
// cycle that ended has a [Verdict], tied to the version of the policy that judged
// it. A [Set] is a checked [PolicySet] with its calendars.
//
// [Evaluate] judges a whole history at an instant. [Decide] and [Evolve] do the
// same step by step, as events that a host stores. Both run the same machine, so
// the state folded from the events and the evaluated history give one [Report].
// [Report].Next lists the deadlines ahead as data; a host's scheduler may wake for
// them, and missing one changes no verdict. [Replay] judges histories under
// another policy; [Lint] finds policies that cannot mean what they say.
//
// # What runs when
//
// A clock counts its own time: open time of the calendar for [Business] and
// [BusinessDays] targets, all time for [Elapsed]. Pauses are kept as instants and
// so cost nothing while the calendar is closed. On resolved and closed no clock
// runs. The target is met when no more than it has run at the signal that stops
// the clock, whenever that is found out.
//
// Of the signals of one instant the given order counts. For one clock and one
// signal, a stop goes before a start and a start before a pause.
//
// First, next and periodic replies are three clocks with a precedence: the next
// reply is not awaited before the first has been given, only the oldest
// unanswered message starts it, and neither notes nor anything that a machine sent
// (RFC 3834) moves any of them. A host defines its own metrics with [Clock].
//
// # Changes
//
// A policy is changed by adding a version with the instant from which it holds; a
// changed calendar is another calendar ID in a new version. What had ended before
// keeps its verdict. Open clocks follow the new version's [Retarget] mode: Carry
// takes elapsed time and pauses over, Pin keeps the old target, Restart begins anew.
// As long as a clock is open its being late is a state and no verdict: a later,
// greater target may take it back.
//
// # Representation, rounding, concurrency
//
// Amounts are time.Duration in nanoseconds and are never rounded; percentages of a
// target are cut to the nanosecond. A Set is never changed after New and safe for
// concurrent use; states, events and reports are plain values. Functions are pure:
// they keep no clock, and "now" is an argument.
//
// # Errors
//
// [ErrPolicy] with a [PolicyError] for every fault from New and [ParsePolicies];
// [ErrSignal] and [ErrOrder] for what cannot be taken in.
//
// # Sources
//
// The hard cases are those that helpdesks got wrong in public: pauses lost on a
// policy change (GLPI 6902, 15605), late replies counted as met by a poller
// (Chatwoot), next reply before first (Zammad 3140, 5177), days turned into hours
// (Intercom), recurring milestones (Salesforce: independent, sequential). Complaint
// deadlines in business days: FCA Handbook DISP 1.5 and 1.6.
package sla
