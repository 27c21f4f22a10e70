// Package outreach decides whether a message that the business starts may go now,
// later or never, and runs series of such messages.
//
// # Vocabulary
//
// A Message has a key, a purpose and channels in order of preference. The Gate takes a
// Message and the Facts about its recipient at the instant of sending and gives a
// Decision: Send on a channel, Defer until an instant, or Skip for a Reason, with a
// trace of every check. A Cap limits messages in a rolling window or by local days; a
// Window is the part of the recipient's day in which messages may arrive, the rest
// being quiet hours. Optouts are unsubscriptions; a Scope says from what. A Sequence is a series of
// messages (onboarding, check-ins, tips, win-back) with delays, conditions on which it
// ends, and rules for entering again; a State is where one recipient stands in it.
//
// # Failing closed
//
// Consent, suppression, complaints and zone are read when the message is sent, never
// when it is planned. A fact that a check needs and that could not be read stops the
// message (Facts.Missing). A zone that is not known, or that no database knows, is
// handled by the policy: block, a default zone, or every zone where the recipient may
// be; for one that could not be read the default does not stand in. An unsubscription
// that comes while the facts are being read counts, and so does one that repeats an
// earlier one after a grant. A pending consent is none unless the policy says single opt-in.
//
// # Time
//
// Windows are half-open. A local boundary is the earliest instant whose local reading
// is at or after it (rule R): quiet hours that end at 02:30 end at the transition when
// that reading is skipped. Delays in local days move dates and keep the wall clock,
// delays in months count from the date of entry, other delays move instants. A
// calendar day of a cap is the one by rule R. Results of sequences carry the
// recipient's location, those of the gate that of the argument or of the hours;
// compare instants with Equal.
//
// # Representation
//
// Policies and sequences are data, with a strict JSON form; NewGate and NewSequence
// check them, report every fault at once, and are only read afterwards. Sequences
// follow Decide and Evolve: a command gives events or is refused, an event moves the
// state; deadlines are data (State.Next), so that any scheduler may wake the host and
// a late one changes no verdict. Durations in JSON are whole seconds.
//
// # Rounding
//
// None: instants are exact to the nanosecond.
//
// # Errors
//
// ErrPolicy, ErrSequence, ErrMessage and ErrCommand with a FieldError for each fault;
// ErrZone; ErrNeverOpen; ErrEntry with an EntryError; ErrUnsubscribe. A decision is
// never an error: what is wrong with a message or its facts is a reason to skip it.
//
// # Concurrency
//
// Gate, Sequence, Hours and Signer are safe for concurrent use; a Gate and an Hours
// keep what they load for a zone. Everything else is a plain value. The package
// starts no goroutine.
//
// # Sources
//
// One-click unsubscription: RFC 8058 (Levine and Herkula 2017) and RFC 2369; its
// period: Google and Yahoo sender requirements (2024), CAN-SPAM 15 U.S.C. 7704 and 16
// CFR 316.5. Calling hours: 47 CFR 64.1200(c)(1). Double opt-in as proof of consent:
// Regulation (EU) 2016/679 article 7(1). Monthly steps clamp to the last day of a short
// month, unlike RFC 5545, which skips it.
package outreach
