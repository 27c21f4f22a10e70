// Package salutation makes the lines that open and close a message to a person, a couple,
// a family, a team, an organisation or nobody known, and says why it is those lines.
//
// # Vocabulary
//
//   - Tradition: what the person declared that the name follows ([Source].NameLocale, or
//     NameLocale of [culture.Context]). It is never read out of a name.
//   - Part: what of the name stands in the line ([Part]): the given name of an Icelander,
//     the given name and patronymic of a Russian, the family name of a German.
//   - Form: how a courtesy, a stated title or a suffix stands with the part: "Ms Carreño",
//     "Frau Prof. Dr. von Stein", 田中様, "Ahmet Bey".
//   - Opening, closing: the line around it, with its punctuation.
//   - Term of address: the person's own, as stated ([Term]). Nothing is derived from a
//     name, so whoever stated none is neither Mr nor Ms.
//   - Audience: whom the line addresses ([Audience]).
//
// # How a line is made
//
// The person's own word wins: the whole line they asked for, then what they asked to be
// called. Else four lists of rules are read, each from its start, and the first rule that
// fits and can be filled decides: which part of the name (by the tradition of the name,
// or by the language of the message where that settles it, as the vocative does in
// Polish), its form, and the opening. Stated titles come before courtesies; a courtesy is
// there only for a stated term of address, or where it tells no gender (様, 님, Khun); the
// last rule is the whole name, which is right in every tradition. A wish, a title or a
// vocative is written as it was stated: nothing is translated, abbreviated or inflected.
//
// A rule applies to the base languages that it names and to no other: what is known of
// Indonesian never serves Malay. A tradition that no rule names, or that nobody declared,
// gets the whole name. In a language without rules the line is the name alone, with Ask.
//
// Formal or informal is the answer of [culture.Resolver.Register]; a neutral register is
// served as a formal one. The order of a whole name is that of UTS #35 part 8, through
// package personname.
//
// # Rules are data
//
// The rules are JSON in the schema "salutation-rules/1" (rules/ beside this file;
// [PackSchema] describes the fields). A host's pack may add rules, which are asked
// first, override one by its id, or remove one; see [Options]. Packs are read strictly,
// at most 512 KiB a file, and every fault is reported at once. [Engine.Lint] looks for
// rules that are valid and yet wrong. Every rule names a source or a fact of package
// culture, and its file the day of review and the state of review: all that is built in
// is [Draft], written from sources and not yet reviewed by speakers of the languages.
//
// # Ask
//
// Ask is true where the facts behind the rules are in conflict or below the resolver's
// threshold, where a rule says so (the position of a Korean, the surname of a Brazilian),
// where the name is in another script than the message, where an informal register is a
// guess, and where nothing is known. Notes say what to ask. There is one for every Ask. A formal register that is a
// guess is no reason to ask, since it can be eased later; Register says how sure it is.
// Where the person stated what to be called, there is nothing to ask.
//
// # Representation and rounding
//
// Text is UTF-8 and kept as the person wrote it, but for doubled blanks in parts of names,
// which become one. A line is one line, without blanks at its ends; its closing
// punctuation is part of it, except in speech. Nothing is rounded.
//
// # Errors
//
// A person of whom nothing is stated is [ErrNoName]. Texts with control, bidirectional
// override or unassigned characters, or longer than 512 bytes, or without a letter or
// digit that can be seen (a Hangul filler alone, an emoji alone), are [ErrName]; the text
// is never part of the error. All faults of all persons are reported at once.
//
// # Concurrency
//
// An [Engine] is read only once it is made; any number of goroutines may share it. It
// keeps the name formatters of up to 256 languages that it was asked for.
//
// # Sources
//
// Part and order by tradition: W3C, Personal names around the world; United Kingdom, A
// Guide to Names and Naming Practices (March 2006); the facts of package culture, each with
// its sources; single pages for Ethiopia, Mongolia, Myanmar and Tamil names. Openings and
// closings: pages on letters where one was found, else "usage", which says that no page is
// cited. A [Result] carries the sources of the rules that made it.
package salutation
