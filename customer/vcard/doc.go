// Package vcard reads and writes contact cards: vCard 2.1, 3.0 and 4.0, JSContact, and
// CSV with an explicit mapping.
//
// # Where to begin
//
// [Decode] and [Encode] for vCards, [All] for a stream of them; [DecodeJSContact] and
// [EncodeJSContact]; [ImportCSV] and [ExportCSV] with a [Mapping] of columns to fields.
// Each takes or gives [Card] values.
//
// # Vocabulary
//
// A [Card] is a contact in the terms of JSContact (RFC 9553); a host maps its fields.
// What an object carried beyond its fields is [Kept]: parameters of vCard, members of
// JSContact. A [Property] is a vCard property without a place in JSContact, kept
// verbatim in Card.Properties (vCardProps of RFC 9555). JSPROP is the vCard property for
// the reverse case, a member of JSContact without a place in vCard.
//
// # What is lossless
//
// The value of a card: decode(encode(c)) is c for every card that [Card.Check] accepts,
// in each of the three versions and in JSContact, and encode(decode(b)) decodes to what
// b did. [Encode] reads back what it wrote and adds a JSPROP for each difference, so this
// holds by construction and not only where a test looked. The spelling of a vCard (order
// of properties, folding, letter case of names, the number of an "itemN" group that
// carries one label) is not part of the value.
//
// JSContact members that say nothing ("isOrdered": false, an empty list) or that do not
// fit their field are kept as they were.
//
// # Conversion
//
// Rules are those of RFC 9555, with RFC 9554 for vCard. Where it leaves a choice: a TEL
// keeps its number as typed, also a tel URI; GENDER, XML and CLIENTPIDMAP stay in
// Card.Properties; X-PHONETIC-FIRST-NAME and its kin become the readings of the
// components when they fit them; X-ABLabel becomes the label of the one property of its
// group that can have one; a scalar such as FN or UID whose line has parameters sets its
// field, and its line is kept too. TZ and GEO are addresses that hold nothing else, unless
// their group has one address, which they are of then; offsets of whole hours are Etc/GMT
// zones. A TITLE or ROLE in the group of one ORG is of that organisation. A text is never
// split and a date never completed or shifted; a month alone is no date of JSContact, and
// its line is kept.
//
// # Other languages and readings
//
// Lines of FN, N, NICKNAME, ORG, TITLE, ROLE, PRONOUNS, ADR and NOTE that share an ALTID
// and differ in LANGUAGE are one value: the one in the language of the card (LANGUAGE),
// else the one without a language, else the first is the field, the others are
// Card.Localizations, as patches of what differs. GRAMGENDER needs no ALTID. N and ADR
// with PHONETIC are the readings of the components, in their own language or as a
// localization. Card.Localize applies the patches. In 4.0 they are lines again; 3.0 and
// 2.1 know no alternatives, and have them as JSPROP, but for the readings of N. Lines
// without an ALTID are no alternatives, whatever their language (RFC 6350 section 5.4).
//
// # Strict and tolerant
//
// A strict reading, the default, gives either all cards without a fault or no card and
// all faults. A tolerant one gives what it can keep beside the faults, and loses nothing
// that stands in a card: what does not fit its property is a kept property, and a line
// that cannot be taken apart or is not in its encoding is kept byte for byte, see
// [Card.Malformed]. A card without an end ends where the next begins.
//
// # Representation and rounding
//
// Values are text as written. Instants are in UTC to the second or finer, as stated.
// Nothing is rounded.
//
// # Errors
//
// A [*Fault] names a line and a property, a [*CellFault] a row and a column; both
// unwrap to a sentinel and never quote a personal value. Input beyond a limit of
// [DecodeOptions] is [ErrLimit]. No input panics, and the work is linear in its length.
//
// # Privacy
//
// Cards and all their parts print and log as "vcard.[redacted]". json.Marshal writes a
// Card as JSContact in the clear: that is its purpose.
//
// # Concurrency
//
// Functions keep no state; a Card is a plain value.
//
// # Sources
//
// versit vCard 2.1 (1996); RFC 2426 (vCard 3.0); RFC 6350 (vCard 4.0); RFC 6474 (places
// of birth and death); RFC 6715 (expertise, hobbies); RFC 6868 (parameter values); RFC
// 9553 (JSContact); RFC 9554 (vCard for JSContact); RFC 9555 (conversion); RFC 4180 (CSV);
// OWASP, CSV Injection.
package vcard
