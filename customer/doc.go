// Package customer is who the customer is: names, contact points, languages, zone,
// ties, lifecycle stage, what may be sent to them for which purpose, and how two records
// of one person become one and two again.
//
// # Where to begin
//
// A [Directory] over a [Store] of the host's ([MemStore] for tests and small ones) is all
// that most hosts need: Directory.Do with [Created], [NameAdded], [PointAdded] (made by
// [NewEmail] and [ParsePhone]) or [ConsentRecorded]; Load; Allowed; Merge and Unmerge;
// Export, Erase and Retain. Who keeps events in another way uses what it is made of:
// [Decide], [Fold], [AsOf], [PlanMerge], [PlanUnmerge], [EvaluateConsent], [PlanErasure]
// and [PlanRetention]. Other packages find the same person twice (match), choose groups
// (segment), suggest (recommend), and read and write cards and lists (vcard).
//
// # Vocabulary
//
//   - Customer: one person, organisation or household, under the host's own [ID].
//   - Name: what the source gave. Full is kept verbatim and never split by guess;
//     components, where the source had them, are ordered and of the kinds of RFC
//     9553: title, given, given2, surname, surname2, generation, credential,
//     separator. A form is the same name in another script, or how it is read.
//   - Form of address: what a person said about how to address them, with pronouns and
//     grammatical gender by language. Zero is unknown and asks for neutral words.
//   - Partial date: a date of which the year, the month or the day may be unknown. It is
//     never an instant.
//   - Contact point: an address to reach someone at: as typed, in canonical form, as a
//     key to match by, and with what became known of it: verified, bounced, reassigned.
//   - Consent record: one event about what is allowed, such as granted or withdrawn.
//     Records are only ever appended. The question is always: is purpose P allowed on
//     channel C, at point Q, at the instant T?
//   - Stage: where a customer stands in the lifecycle.
//   - Event: one change; its body says what. The events of a customer, in order of their
//     revisions, are all that is known: see [Fold] and [AsOf]. A command is a wish that
//     [Decide] turns into events or refuses.
//   - Merge: two records found to be one person. The winner's id stays, the loser's
//     resolves to it. An unmerge takes one merge back.
//   - Subject: whose data a body holds; what is erased, and sealed under one key.
//   - Dossier: all that is held about a person, for who asks. Receipt: what an erasure
//     took, and what stays on which basis until when.
//   - [Directory]: the customers of a host, over the host's [Store]. It may keep states
//     between calls: see [States].
//   - Envelope: an address in the lines that its country prints.
//
// # Representation
//
// Customer is plain data that a host fills, or that events fill, and Validate checks;
// what is not known is the zero value and means "not known", never a default. Languages
// are [language.Tag], best first. A zone is an IANA name; turning it into a location is
// left to a function of the host, since that reads a database. Instants are
// time.Time and compared as instants; their zones do not matter. Customers, events,
// consent records, questions and logs have a JSON form with a version.
//
// # Guarantees
//
//   - The same events give the same customer. An event for another revision is refused
//     and changes nothing. AsOf ignores what was recorded later.
//   - A merge loses nothing: every value is in the result or in the event. From the merge
//     on, consent is never wider than what one side allowed at that very point and
//     neither side refused. An unmerge without changes in between restores both sides,
//     and the merges into one winner can be taken back in any order; one inside another
//     after the outer one, which the error names.
//   - Every id that was ever issued resolves to one live customer or to a receipt.
//   - After an erasure no value of the person is in any history, state or dossier that
//     the store gives, other than what the receipt says is kept; suppressed points stay
//     suppressed when they come back under another id.
//
// # Privacy
//
// Types that hold personal text print as redacted with every verb of package fmt, also
// within the host's structs, slices and maps, and log as redacted with log/slog: names,
// addresses, dates, points, ids of other systems, attributes, consent, events and their
// bodies, plans, dossiers and entries. Errors never quote personal text. What does
// reveal: reading a field, methods such as Name.Display and PartialDate.String, encoding
// as JSON, and so a slog.JSONHandler that is given a struct or a slice of the host's own
// with such a value inside: log the value itself, or an ID. Package fmt calls no method
// of a value in an unexported field, whoever's it is: a host's struct that holds a
// customer in one needs a Format or LogValue of its own, or prints it all. IDs, actors,
// sources, tags and keys of attributes are the host's own words and are not hidden.
//
// A [Sealer] encrypts the bodies of events with one key for each subject, so that
// destroying the key erases copies too.
//
// # Rounding
//
// None: the package has no figures. Numbers in attributes are exact decimals.
//
// # Errors
//
// ErrCustomer, ErrContact, ErrNumberingPlan, ErrConsent, ErrConsentLimit, ErrStage,
// ErrDate, ErrRelation, ErrAttribute, ErrCommand, ErrEvent, ErrRevision, ErrMerge,
// ErrPrivacy, ErrCodec and those of a Store are the conditions; details are
// [FieldError], [ContactError], [RecordError], [StageError], [EventError] and
// [InnerMergeError]. Every fault is reported at once, joined. JSON is read strictly: an unknown or repeated field is a
// fault.
//
// # Concurrency
//
// Values are plain data or immutable; every function may be called from any number of
// goroutines. Nothing is kept between calls but what a host's [States] keeps, and there is
// no clock. A Directory is set up once and then shared; MemStore and MemStates lock
// themselves.
//
// # Sources
//
// Name components: RFC 9553 section 2.2.1; name fields and modifiers: UTS #35 part 8.
// Grammatical gender: RFC 9554 section 3.2. Partial dates: RFC 6350 section 4.3.1.
// Consent, restriction and erasure: Regulation (EU) 2016/679 articles 4(11), 6, 7, 8, 15,
// 17, 18 and 21. E-mail: RFC 5321 section 4.1.2 (dot-string), RFC 1035 section 2.3.4
// (label length), RFC 5891 and UTS #46 (IDNA). Telephone: ITU-T E.164, E.161 and E.123;
// North American Numbering Plan. Hashes of points: RFC 2104.
package customer
