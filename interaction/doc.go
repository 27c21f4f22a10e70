// Package interaction holds what passed between a business and the people it
// serves: the record of each contact, the cases that grow out of contacts, and
// the decisions about them, each with its explanation.
//
// # Vocabulary
//
// An Interaction is one contact, in either direction. Its Channel is one of the
// field's ten interaction types (in person, phone, e-mail, live chat, social
// media, self-service, survey or feedback request, escalated issue, community
// forum, subscription or membership service); its Purpose says what it was for;
// its Stage says where on the customer journey it happened. An Issue is what the
// customer wanted settled, whatever the channel and however many contacts it
// took. A Case is the business's record of working on one issue. A Thread is a
// chain of messages that answer one another. A Timeline is the ordered record of
// contacts, merged from all channels.
//
// Words that schools use differently mean here: resolved is the agent's claim,
// which the customer may still refute inside the reply window; closed is final.
// Pending waits for the customer, on hold waits for a third party. A hand-off
// moves the same issue to another person, team or channel; a functional
// escalation asks for another skill, a hierarchical one for more authority. An
// acknowledgement is recorded proof that the customer's concern was named and
// accepted before anybody began to solve it.
//
// # Representation
//
// Channels, purposes, stages and issues are open vocabularies: typed strings in
// lower case, of which this package names the usual ones and hosts add theirs.
// Closed vocabularies (direction, status, verdicts) are small integers that start
// at one, zero meaning unset, and travel as text. Counts that can be sharded are
// structs with Merge; a rate is a method on them. Sentiment is kept in hundredths
// between -1 and 1.
//
// Rules (CaseRules, Playbook, Journey, Profiles) are checked once, when they are
// made, and only read afterwards. A case is folded from its events: Decide turns
// a command into events or refuses it, Evolve applies an event. Nothing here
// keeps a clock: every function that needs "now" takes it. Timers are data
// (Deadline), so that a late timer can never change a verdict.
//
// # Rounding
//
// Durations are exact to the nanosecond. Rates are counts until the last step and
// float64 then; percent appears in text only. A quoted promise is rounded up, to
// the caller's step, never down.
//
// # Errors
//
// A condition on which a caller branches is a sentinel (ErrInvalid,
// ErrTransition, ErrNotAcknowledged, ...). Details are a *FieldError, a
// *TransitionError or a *StepError that unwraps to the sentinel. Validation
// reports every fault at once, joined. Where there is nothing to count the
// answer is ErrNoData or ok == false. Data never makes the package panic.
//
// # Concurrency
//
// Everything but MemStore is a value or is read-only after it was made, so any
// number of goroutines may share it; a Timeline is persistent, and adding to it
// gives a new one. MemStore guards itself. The package starts no goroutine.
//
// # Sources
//
// Automatic mail: RFC 3834 (Moore 2004), RFC 3464 (delivery reports), RFC 2919 and
// RFC 2369 (lists); threading: RFC 5322 section 3.6.4. Complaints: ISO 10002:2018.
// CARP: Bacal, "If It Wasn't for the Customers I'd Really Like This Job" (2011).
// LAST, HEARD and LEARN are service-industry teaching sequences; they are
// shipped as data, no acronym is law. First-contact resolution and
// deflection follow the windowed definitions stated at FirstContact and
// Deflection. Reply-time expectations carry their sources one by one, see
// PublishedTargets. Weight-balanced trees: Blelloch, Ferizovic and Sun, "Just Join for
// Parallel Ordered Sets" (2016). Intervals of shares: Wilson (1927).
package interaction
