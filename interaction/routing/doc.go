// Package routing decides who takes which piece of work, and says why.
//
// # Vocabulary
//
// An Item is work that waits: a call, a chat, a mail. An Agent is somebody who may take
// it, with a capacity in units of which an item takes its weight. What an item needs
// are skills with least levels, a language with a least CEFR level, and a channel; a
// Step holds a need for a time and then gives way to the next, wider one. Load share is
// load over capacity. An Interruptible item (a mail) may be set aside for one that is
// not (a call). A Decision assigns an item or lets it wait; a Plan is the decisions of
// one round.
//
// # Rules
//
// Items are taken in the order of their effective priority (priority, plus what the
// tier is worth, plus one for every aging step waited), then the oldest, then by ID: a
// total order, which does not depend on the order of the input. Each item goes to the
// agent who had it last, if that agent is on duty and fits; else, of those who fit, to
// the one with the lowest load share, then the one idle longest, then by ID. Of
// several languages that the customer speaks the first is tried before the second.
//
// The plan is work conserving: no item waits while an agent on duty fits it and has
// room, except where the policy reserves the agent for an older item that is too heavy
// for the room that frees piece by piece (Policy.ReserveAfter). With aging that is not
// limited, and a reservation for heavy items, every item that anybody can take is
// taken within a bound: an item that has waited for the aging step times the range of
// priorities is ahead of everything that comes later.
//
// # Care for staff
//
// A difficult contact takes something out of the person who has it. The policy may
// give a recovery pause after one, limit how many come in a row, and call a supervisor
// to the side of an agent from a given number on; agents may also ask for support
// themselves. What the contacts show about training needs is counted in TrainingNeeds,
// as facts about skills, languages and themes.
//
// # Languages
//
// Tags are BCP 47, levels CEFR. Two tags match when base language and script are the
// same, the script being the likely one where a tag names none: Serbian in Latin
// letters is not Serbian in Cyrillic, Malay is not Indonesian, Traditional Chinese is
// not Simplified. Regions may differ. The matcher of golang.org/x/text is not used,
// since it crosses both.
//
// # Representation, rounding, errors, concurrency
//
// Priorities, levels, weights and capacities are whole numbers; load shares are
// compared as fractions and not rounded. Assign takes plain values and gives plain
// values: it keeps nothing between rounds, so the host stores loads and times. ErrPolicy
// and ErrInput with a FieldError for each fault, all joined; ErrNoData for training
// needs without contacts. A Router is immutable and safe for concurrent use.
//
// # Sources
//
// BCP 47 (RFC 5646); Council of Europe, Common European Framework of Reference for
// Languages (2001, companion volume 2020). Steps that widen with time and their expiry
// follow Amazon Connect's routing criteria, weighted and interruptible capacity
// Salesforce Omni-Channel, as their documentation describes them. Intervals of training
// needs: Wilson (1927).
package routing
