// Package personname writes the names of people as UTS #35 part 8 has it: in the order,
// the length and the formality that a reader's language expects, with the blanks,
// initials and capitals of its own. It takes a name in parts through an interface,
// never splits a text into parts, and never infers a gender.
//
// What it gives is a name, not a salutation: "Ms Guðmundsdóttir" is CLDR's English for a
// formal address, and no Icelander is addressed so. Package salutation, which knows
// how the culture of a name addresses, builds on this one.
//
// # Vocabulary
//
//   - Formatting locale: the reader's. Its patterns are used, unless the name is in
//     another script; then those of the name's locale, or of the script's likely one.
//   - Name locale: the tradition that the name follows, stated by the source. Where
//     nobody states it, it is inferred from the script of the letters and from nothing
//     else.
//   - Field: title, given, given2, surname, surname2, generation, credentials.
//   - Modifier: a form of a field (informal, prefix, core, vocative, genitive), which
//     the source holds, or a treatment of it (initial, monogram, allCaps, initialCap,
//     retain), which is done here unless the source does it ([Deriver]).
//   - Pattern: a namePattern of CLDR, such as {given} {given2-initial} {surname}.
//
// # How a name is written
//
// The steps and their names are those of UTS #35 part 8, "Formatting Process"; a [Trace]
// tells what each decided. Where the text of the standard and CLDR's own test files
// differ, the files decide, and with them ICU:
//
//   - Empty fields: of the literal on their left what stands before its first white
//     space is kept, of the one on their right what stands after its last, with one
//     white space between. The text keeps both sides, "Wooster , Owura".
//   - Of patterns that fit alike the first of the source is taken, not the
//     alphabetically least.
//   - Capitals follow the name's stated locale where that has rules of its own (tr, az,
//     lt, el, nl), as the text has it, else the formatting locale, as the files have it.
//   - A monogram is never sorted; a name that is sorted is referred to.
//
// Where both are silent: a missing given name is treated as a missing surname is, the
// other stands in its place; a given name that is held only in an informal form counts
// as the given name; a blank before a comma, which a missing field can leave in
// Cantonese, is dropped, and a bracket of Czech that loses its fellow is closed or left
// out; a text in which nothing would be left is the surname, else the given name.
//
// Words and grapheme clusters are those of UAX #29 for Unicode 17, with rule GB9c. For
// scripts whose words only a dictionary knows (Han, Khmer, Burmese) each cluster counts
// as a word, where ICU asks a dictionary; initials of such names can differ from ICU's.
//
// # Representation
//
// Texts are UTF-8 and are not normalised. The data are constants: 375 patterns, 138
// records and 143 locales in 38 KB, with 13 KB for likely subtags and parents and 21 KB
// for the properties of characters. Nothing is read at start; a formatter reads the
// record of its locale when it is made. A locale without data has its parent's, at
// last the root's ([Formatter.Locale] is Und then), and never those of another
// language, save where CLDR names one as the parent (nb has no, ht has fr).
//
// One field may hold [MaxFieldBytes]. Control characters, line breaks and overrides of
// the writing direction are refused, since a name is put into letters, headers and
// logs. Runs of blanks become one; blanks at the ends of a field do not count.
//
// # Rounding
//
// None.
//
// # Errors
//
// [New] fails on options only ([ErrOption]). Formatting fails where there is neither a
// given name nor a surname ([ErrNoName]), and on fields that break the limits
// ([ErrName], with each in a [FieldError]); only the fields that the pattern shows, the
// given name and the surname are read. Messages hold no part of a name.
//
// # Concurrency
//
// A [Formatter] may be shared by any number of goroutines. It remembers the patterns of
// the scripts that it has met, at most 256 locales.
//
// # Sources
//
// Unicode, Inc. (2025), UTS #35 part 8, Person Names, version 48; UAX #29, Unicode Text
// Segmentation, version 17. Data: CLDR 48.2 (Unicode-3.0, see NOTICE), with one
// correction: the medium formal pattern of Cantonese, which loses the surname. ICU4J
// (PersonNameFormatterImpl, PersonNamePattern) was read for the points above; no code
// is taken from it.
package personname
