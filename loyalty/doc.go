// Package loyalty decides what a loyalty programme owes its members: points in lots
// that are earned, held, spent, refunded and die, tiers, rewards and challenges. A
// host embeds it; it keeps no clock, does no I/O and starts no goroutine.
//
// # Shape
//
// A [Program] is a [Spec] that was checked. An [Account] is the state of a member,
// folded from [Event] values. [Decide] turns a [Command] into events, a [Result] and
// a [Trace] without changing the account; [Evolve] folds an event into an account in
// place, needs no programme and never fails; [Settle] is what time alone does, and
// [NextDue] when. Two-account commands (transfer, merge, households, limited stock,
// budgets) name the other accounts through [Parties] and give events for each, which
// a store appends together or not at all.
//
// # Vocabulary
//
// Points are whole numbers of the smallest unit, of which a programme's scale makes
// decimals. A wallet is a currency of points. A lot is points that were issued
// together and die together; a draw is so many points of one lot. Pending points are
// not yet active, active ones may be spent, held ones are put aside and keep from
// dying until the hold ends. A clawback takes back what a return had earned; what
// cannot be taken is debt, which later points pay the moment they become active. To
// lapse is to die of inactivity.
//
// # Representation
//
// Points are int64 with checked arithmetic, instants int64 microseconds, dates three
// fields without a zone. An account keeps its lots, holds and orders in copy-on-write
// trees; an event is complete in itself and goes through JSON and a compact binary
// form unchanged. A store keeps one entry for each commit of an account, chained by
// hashes; ids carry their tenant, and a commit never spans two tenants.
//
// # Laws
//
// Truth never depends on a sweep: every command first settles what is due, each at
// its own instant. A debit records which lot paid what, so that undoing is exact:
// redeem n and reverse k leaves what redeem n-k would have; hold and release leaves
// nothing; earn and refund of everything leaves nothing when nothing was spent;
// partial refunds take the same in any grouping. Active points and debt are never
// both above zero. The postings of every event add up to zero in each wallet.
//
// # Time
//
// Everything is half-open: a lot lives in [activates, expires). Dates are local to
// the programme's zone; the start of a day is the first instant whose local date is
// that day or later. Months are counted from the anchor (31 January and one month is
// the end of February, and two months 31 March). Instants are kept to the
// microsecond. An event has an effective instant, from which it counts, and a
// recorded one, at which it was written; [AsOf] asks about both.
//
// # Rounding
//
// Money enters as [Amount] and is computed with exactly, as fractions, until the one
// rounding that the programme names: place (line or order), mode and stage. What is
// exchanged is rounded down. Nothing depends on decimal's package variables.
//
// # Errors
//
// A refused command is a [*RefusedError] that unwraps to a sentinel; the account is
// unchanged and the key free. The order of checks stands with [Decide]. A programme
// is refused with all its problems, each a [*ProblemError] with its path.
//
// # Concurrency
//
// Program, Spec, Command, Event and Decision are values that are only read after
// they are made and may be shared. An Account belongs to one goroutine at a time;
// any number may read it (Decide, Settle, the views) while nobody folds into it.
// [Account.Clone] makes one that goes its own way at the cost of a few words.
//
// # Sources
//
// Households share by the method of Webster (Balinski and Young, Fair
// Representation, 1982). Lots with lineage, two-phase holds and corrections as new
// entries follow what ledgers do (TigerBeetle, Formance, Blnk). The rules of
// expiry, refunds and tiers are those that programmes publish; test vectors name
// each of them.
package loyalty
