// Package contact says when a person may be contacted, and keeps three things apart
// that are often mixed up: what the law allows, what is customary where they are, and
// what they themselves have said.
//
// # Vocabulary
//
//   - Legal: a statute or regulation, hard. It names purposes and channels: a service
//     call that the customer asked for is not telemarketing.
//   - Customary: what guides report, soft. It advises, and yields to the person.
//   - Personal: the person's own hours and channels. They win over custom, and over a
//     law that lets the person choose; no wish of a person opens hours that a law closes
//     for the caller.
//   - Place: a region such as US, or a part of one such as US-FL. Rules of both apply
//     and the narrower hours count; where the part is not known, those of all parts do.
//   - Standing: Open, Closed, or Silent where nothing speaks about the question.
//
// # Representation
//
// Rules are data: strict JSON, built in and from a host's packs, each dated, with its
// citation and sources. Every legal rule that is built in says "verify": it was read in
// secondary texts or is general knowledge; read the statute before you rely on one.
// Hours are readings of the recipient's clock, half-open, and become instants by the
// boundary rule of this library: the earliest instant whose local reading is at or
// after the boundary. Holidays and times of prayer come from the host's functions: no
// calendar is inside.
//
// # Rounding
//
// None. Hours are whole minutes. Limits of so many attempts in n days count local days:
// an attempt counts up to, and not including, the start of the day n days after its own.
//
// # Errors
//
// [New] reports every fault of a pack at once, under culture.ErrPack. A question that
// cannot be answered is [ErrQuestion]; a zone that is not known is [ErrZone]; where
// nothing opens within [Horizon] the answer is [ErrClosed] with the reasons.
//
// # Concurrency
//
// A Desk is read only once it is made; any number of goroutines may share it.
//
// # Sources
//
// Each rule names its own. Weekends are those of package culture (Unicode CLDR 48.2 and
// dated records).
package contact
