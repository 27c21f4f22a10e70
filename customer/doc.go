// Package customer is who the customer is: names, contact points, languages, zone,
// lifecycle stage, and what may be sent to them for which purpose.
//
// # Vocabulary
//
//   - Customer: one person, organisation or household, under the host's own [ID].
//   - Name: what the source gave. Full is kept verbatim and never split by guess;
//     components, where the source had them, are ordered and of the kinds of RFC
//     9553: title, given, given2, surname, surname2, generation, credential,
//     separator.
//   - Contact point: an address to reach someone at: as typed, in canonical form,
//     and as a key to match by.
//   - Consent record: one event about what is allowed, such as granted or withdrawn.
//     Records are only ever appended. The question is always: is purpose P allowed on
//     channel C, at point Q, at the instant T?
//   - Stage: where a customer stands in the lifecycle.
//
// # Representation
//
// Customer is plain data that a host fills and Validate checks; what is not known is
// the zero value and means "not known", never a default. Languages are
// [language.Tag], best first. A zone is an IANA name; turning it into a location is
// left to a function of the host, since that reads a database. Instants are
// time.Time and compared as instants; their zones do not matter. Consent records,
// questions and logs have a JSON form; a whole Customer has none, since its storage is
// the host's.
//
// # Privacy
//
// Types that hold personal text ([Name], [Component], [FormOfAddress], [ContactPoint],
// [ConsentRecord], [ConsentQuestion], [ConsentLog], [Proof], [StageChange], [Lifecycle],
// [Customer]) print as redacted with
// every verb of package fmt, and log as redacted with log/slog; [Names] and
// [ContactPoints] do so as lists. Errors never quote personal text. What does reveal: reading a field,
// Name.Display, encoding as JSON, and so a slog.JSONHandler that is given a struct of
// the host's own with such a value inside: log the value itself, or an ID.
//
// # Rounding
//
// None: the package has no figures.
//
// # Errors
//
// ErrCustomer, ErrContact, ErrConsent, ErrConsentLimit and ErrStage are the conditions;
// details are [FieldError], [ContactError], [RecordError] and [StageError]. Every fault
// is reported at once, joined. JSON forms of consent are read strictly: an unknown or
// repeated field is a fault.
//
// # Concurrency
//
// All values are plain data or immutable; every function may be called from any
// number of goroutines. Nothing is kept between calls and there is no clock.
//
// # Sources
//
// Name components: RFC 9553 section 2.2.1; name fields and modifiers: UTS #35 part 8.
// Consent: Regulation (EU) 2016/679 articles 4(11), 6, 7, 17, 18 and 21. E-mail: RFC
// 5321 section 4.1.2 (dot-string) and RFC 1035 section 2.3.4 (label length). Telephone:
// ITU-T E.164.
package customer
