// Package salutation makes the line that opens a message to a person, and says why
// it is that line.
//
// # Vocabulary
//
//   - Verbatim: the whole salutation as the person wishes it.
//   - Call-me: what the person asks to be called.
//   - Title: the title as the person states it, such as "Prof. Dr." or 部長.
//   - Rule: which of the rules decided; every result names it.
//
// # How a line is made
//
// The person's own word wins: verbatim, then call-me. Else the whole name is used,
// with the stated title, in the form of the language of the message: a whole name
// is right in every tradition, while a part of it, chosen by guess, is often wrong
// ("Ms Guðmundsdóttir"). A name is never split, and no gender, title or honorific
// for a gender is ever derived from it. Formal or informal is the answer of
// [culture.Resolver.Register].
//
// The forms of English, German, Portuguese, Italian, Chinese, Japanese and Hindi are
// built in. In any other language the line is the name alone, with Ask: no line ever
// falls to another language.
//
// # Representation and rounding
//
// Text is UTF-8 and kept as the person wrote it. Nothing is rounded.
//
// # Errors
//
// A person of whom nothing is stated is [ErrNoName]. Names with control, bidirectional
// override or unassigned characters, or longer than 512 bytes, or without a letter or
// digit that can be seen (a Hangul filler alone, an emoji alone), are [ErrName].
//
// # Concurrency
//
// An [Engine] is read only once it is made; any number of goroutines may share it.
//
// # Sources
//
// The forms rest on facts of package culture, which a [Result] carries: 様 for an
// individual and no 様 on a job title (jp.written_register.1), -ji as a mark of respect
// (in.title_usage.1), Buongiorno rather than Ciao (it.greeting.1), 您 for adults
// (cn.written_register.1).
package salutation
