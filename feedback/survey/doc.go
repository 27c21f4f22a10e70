// Package survey is the server's side of a survey: it reads SurveyJS definitions, finds
// what is wrong with them, and judges answers: what was visible, what had to be
// answered, what is wrong, what it scores, and what to keep.
//
// # Vocabulary
//
//   - Definition: the JSON of a survey, as SurveyJS (survey-core 3.1.1) reads it.
//     [Parse] makes a [Survey] of it, [Survey.Compile] a [Program].
//   - Question, panel, page, choice, trigger, calculated value: as SurveyJS has them. A
//     question's answer is kept under its data key, the valueName or else the name.
//   - Answers: what a respondent sent, decoded JSON by data key. Clean answers are what
//     is left to keep.
//   - Hidden: not visible, by its own condition or by a panel's or page's. A hidden
//     question is never judged. What becomes of its answer is one of four rules, see
//     [ClearMode].
//   - Finding: something to know about a definition ([Survey.Lint]). Problem: something
//     wrong with an answer, a [Code] and its parameters; the text for people comes from a
//     [Catalog] in the reader's language.
//   - Strictness: [Compat] accepts what survey-core accepts; [Strict], the default, also
//     refuses an NPS of 11, 8.5 or "nine", choices that are not offered, and the rest
//     that survey-core lets pass. Unknown keys, also inside panels and rows, are
//     reported as warnings and left out.
//
// # What is understood
//
// Questions: text, comment, rating, radiogroup, dropdown, buttongroup, checkbox, tagbox,
// ranking, imagepicker, boolean, matrix, matrixdropdown, matrixdynamic, multipletext,
// paneldynamic, slider, expression, html, image; answers to file, signaturepad and
// imagemap are kept without looking into them. Conditions (visibleIf, enableIf,
// requiredIf, choicesVisibleIf, rowsVisibleIf, columnsVisibleIf, templateVisibleIf, and
// those of items), validators (numeric, text, answercount, regex, email, expression) with
// notificationType, bounds with expressions, defaults, resetValueIf, setValueIf,
// setValueExpression, triggers (complete, setvalue, copyvalue, runexpression, skip,
// visible), calculated values, quiz answers, scores of choices, localised strings.
// Everything else is kept for export, byte for byte in meaning, and reported.
//
// # Order of events
//
// Evaluate does what a form does when it is given all answers at once, Replay what it
// does answer by answer. Conditions run in passes in the order of the definition,
// calculated values first; a value that a condition sets is seen by those after it, and
// starts another pass, at most ten. Triggers run when a value is set. This is
// survey-core's order, and its outcome depends on it.
//
// Departures from survey-core:
//
//   - In Strict, answers under the rules onHidden and onHiddenContainer are cleared until
//     nothing changes any more, also where all answers come at once; survey-core clears
//     only when something becomes hidden while it looks.
//   - Text is compared in Unicode normal form C, so that é is é.
//   - A calculated value that is not a finite number is missing, never NaN.
//   - A variable of the host does not hide a question of the same name; lint reports it.
//   - Regular expressions with look-around or back-references are refused at load, and
//     work on code points rather than UTF-16 units.
//   - Default values inside panels and rows that have no answers are not set, nor are
//     empty panels stored for panelCount.
//   - An answer that is no choice is not moved into the comment where "other" is offered,
//     nor is a slider's moved into its bounds, nor a matrix's wrapped into lists.
//   - An answer of the wrong shape, such as an object for a checkbox, stays in Compat as
//     it was given where survey-core drops or rebuilds it, and hidden choices of a ranking
//     that are shown again come in the order of the definition.
//   - A dropdown counts at most 10,000 choices from choicesMin to choicesMax.
//   - resetValueIf and setValueIf do not run because judging or completing cleared an
//     answer.
//
// # Representation
//
// A number of a definition is a float64 for rules and is exported as it was written. A
// length is counted in UTF-16 units, as survey-core does: a family emoji has eight.
// Values of answers are string, float64, bool, nil, []any and map[string]any, and
// whatever else of Go [Answers] was given comes back unchanged where nothing changed it.
//
// # Rounding
//
// Only what a definition asks for: "precision" of an expression question, half away from
// zero in decimal; sums in expressions as survey-core rounds them.
//
// # Errors
//
// A text that is no definition is [ErrDefinition]; so are findings that Compile refuses,
// joined, each a [Finding]. Answers that are no decoded JSON, or are beyond 10,000 keys,
// 64 levels or 100,000 values, are [ErrAnswers]; an evaluation that is given up because
// the definition's expressions do too much, or set more than 10,000 values, is [ErrWork].
// Wrong answers are no error. Nothing panics on data.
//
// # Limits
//
// A definition has at most 1 MiB, 64 levels and 100,000 values unless [ParseOptions] say
// otherwise; an expression 8 KiB and 64 levels; a regular expression 1,000 bytes; an
// answer 1,000 panels or rows.
//
// # Concurrency
//
// A Survey and a Program never change and serve many goroutines. A [Scratch] belongs to
// one at a time. The package keeps no state and no clock.
//
// # Sources
//
// SurveyJS Form Library, survey-core 3.1.1 (MIT): its behaviour was observed by running
// it, its linter's rules have their names and paths, its metadata are the table of
// classes,. NPS: F.
// Reichheld, "The One Number You Need to Grow", HBR, December 2003. CES: M. Dixon, K.
// Freeman, N. Toman, "Stop Trying to Delight Your Customers", HBR, July 2010; CES 2.0:
// CEB, 2013. SUS: J. Brooke, "SUS: a quick and dirty usability scale", 1996.
// Product-market fit: S. Ellis, 2009.
package survey
