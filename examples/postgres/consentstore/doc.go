// Package consentstore answers in SQL who may be contacted, in PostgreSQL by pgx.
//
// Consent is part of a customer's events: that is where it is written, proven, merged
// and erased. Asking a million customers by folding a million histories is slow, so a
// [Store] keeps a projection beside them. It is a customer.Store over that of package
// customerstore, to be used as the Store of a customer.Directory: each commit and the
// projection of the customers that it touches are one transaction, so that no question
// ever sees the one without the other, and a host cannot forget to update it.
//
// # What is kept
//
// The consent records as they stand after merges and erasures, and hashes of contact
// points under the host's salt; no name, no point and no proof, so that an erasure has
// nothing to look for here but rows, which go with the person's. Instants are cut to the
// microsecond, and at one microsecond the restrictive record wins.
//
// # What is asked
//
// [Store.Ask] judges every point of a kind by the rules of customer.EvaluateConsent and
// by the suppression list, in one statement; [Store.Verdict] one point of one customer.
// The tests hold both against customer.Directory.Allowed on random logs. Whoever sends
// asks customer.Directory.Allowed again, in the transaction that notes what was sent: the
// list may be minutes old by then.
package consentstore
