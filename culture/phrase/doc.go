// Package phrase is a phrasebook for customer care, and a lint for what a host writes
// itself: a greeting, an apology, a refusal, a reminder in the register and the medium
// that fit, in the order in which the language says it.
//
// # Vocabulary
//
//   - Scenario: what the words are for, such as [Apologise] or [PaymentReminder]. Its
//     [Frame] declares the arguments that all its phrases take, and their kinds.
//   - Register: formal, neutral or informal, as [culture.Register]. Medium: [Letter]
//     (paper, e-mail), [Chat], [Voice].
//   - Phrase: the wording at one place of the grid of locale, scenario, register and
//     medium; [ID] names it.
//   - Agreement: the gender of who speaks, the gender and number of who is addressed.
//     Not known is the zero value and gets a neutral wording.
//   - Act: one thing that a phrase does (apologise, explain, decline, offer). In the
//     scenarios of several acts their order is data of the locale ([Order]).
//   - Draft, reviewed: whether a native speaker has read the phrase.
//
// # What the built-in phrases are
//
// Drafts. They cover 24 scenarios in 22 locales (ar, de, en-GB, en-US, es, es-MX, fr, he,
// hi, id, it, ja, ko, nl, pl, pt-BR, ru, th, tr, vi, zh-Hans, zh-Hant), were written from
// knowledge of the languages, and no native speaker has reviewed one of them. That is why
// [Book.Say] gives them only where Request.Drafts asks for drafts. A host has them reviewed
// with [Book.Entries] and says so in its pack's reviews.json; a review quotes the digest of
// the wording, so that it ends when the wording changes ([Book.Stale]).
//
// Each locale is written in the registers that the language has: formal and informal where
// there are two forms of address, and for de, fr and nl a neutral wording that avoids both; formal,
// neutral and informal in Japanese (敬語, です・ます, plain), Korean (합쇼체, 해요체, 반말) and
// American English. Formal letter and chat and informal chat are
// written for every scenario, voice where what is said differs from what is written. en-GB and
// es-MX hold what differs from en-US and es. Every other place of the grid has a stated fallback.
//
// # Fallbacks
//
// What was asked for is looked for first. Then the locale gives way (es-MX, es-419, es),
// then the medium, then the register: informal to neutral to formal, neutral to formal, formal
// to neutral, and formal never to informal. Locales give way to their CLDR parents and to
// the locale that speaks for the language (en to en-US, en-001 to en-GB, zh to zh-Hans, pt to
// pt-BR); no other language is used, and no other script: zh-Hant never gets zh-Hans. So
// pt-PT gets Brazilian phrases and es-AR those of es, with tú: the answer says it, and a host
// that minds brings a file of its own. The
// [Fallback] of a [Phrase] says what was asked for and what it is.
//
// A form for one person (du, tu, ты, 你) is given where the number of readers is not stated or
// one; for several there is a wording of its own, or the register gives way. Where a language's
// formal wording tells number or gender, the wording for the unknown avoids it.
//
// # Templates
//
// A text holds arguments as {$name} and the locale's agreeing words as {@name}; \{, \} and \\
// are the signs themselves. This is the pattern syntax of Unicode MessageFormat 2 without
// functions and markup, plus {@name}; variants are whole wordings, as with its .match. Nothing
// is executed, a value is never read as a template, and a missing, unknown or unfit argument is
// an error. In right-to-left text values are isolated by U+2068 and U+2069, in other text those
// that hold right-to-left letters; not for a voice. Values come in the form of the language:
// numbers, dates and amounts are not formatted here.
//
// # Representation
//
// A pack is a folder (fs.FS): scenarios.json declares a host's own scenarios, phrases/de.json
// holds the phrases and the lint's words of a locale, reviews.json the host's reviews,
// glossary.json its jargon. The forms are in the package's folder schema as JSON Schema. A
// phrase of a pack replaces the one of the same ID; null takes one away. The built-in files
// are 420 KB (JSON, about 75 KB compressed); a locale is parsed when it is first asked for.
// Limits: 1 MiB a file, 100 locales a pack, 20 packs, 2,000 bytes a text.
//
// # Lint
//
// [Linter] looks for places that are broken or not the same in all registers and media, for
// words of another register, orders to calm down, blame, promises that nobody can keep, the
// host's jargon, long sentences, exclamation marks and emoji beyond what the register bears, and
// stray blanks. It compares words, it does not understand them: a text without findings
// can still be rude, and "we guarantee" can be right in a contract. Letters that readers take
// for the same are the same to it (case, width, accents composed or not, vowel points,
// characters without a width), and a broken line parts no words. Its words are drafts like the
// phrases. Sentences are counted in words, in Chinese, Japanese, Thai, Lao, Khmer and Burmese
// in characters; in the last four a blank ends a sentence.
//
// # Rounding
//
// None: nothing is calculated.
//
// # Errors
//
// [ErrName] for values that are none, [ErrArg] with [*ArgError] for arguments, [ErrTemplate]
// with [*TemplateError] for templates, [ErrNoPhrase] and [ErrDraft] where nothing may be said,
// [ErrText] for a text that cannot be linted. A pack's faults are [*culture.PackError] and unwrap
// to [culture.ErrPack]; all faults are reported at once. No error holds the value of an argument.
//
// # Concurrency
//
// A [Book], a [Linter] and a [Template] are read only once they are made; any number of
// goroutines may share them.
//
// # Sources
//
// The order of acts rests on facts of package culture where an Order names them (jp.apology.1,
// us.directness.1, th.face.1 …) and on convention without a recorded source elsewhere. The
// rule that formality gives way only upwards and must be told is DeepL's prefer_more read
// strictly; agreement that starts at "not specified" follows Android's grammatical gender API.
// The bans on soothing, blame and promises are common advice of service training; they have no
// single source.
package phrase
