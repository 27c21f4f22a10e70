// Package vcard reads and writes contact cards: vCard 2.1, 3.0 and 4.0, JSContact, and
// CSV with an explicit mapping.
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
// keeps its number as typed, also a tel URI; GENDER, XML, CLIENTPIDMAP and alternatives
// by ALTID and LANGUAGE stay in Card.Properties; a second N with PHONETIC, and
// X-PHONETIC-FIRST-NAME and its kin, become the readings of the components when they fit
// them (with a LANGUAGE the line is kept too); X-ABLabel becomes the label of the one property of its group that can have one; a
// scalar such as FN or UID whose line has parameters sets its field, and its line is kept
// too. TZ and GEO are addresses that hold nothing else; offsets of whole hours are
// Etc/GMT zones. A text is never split and a date never completed or shifted.
//
// # Strict and tolerant
//
// A strict reading, the default, gives either all cards without a fault or no card and
// all faults. A tolerant one gives what it can keep beside the faults.
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
