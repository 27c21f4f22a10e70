package survey

// The rules of [Survey.Lint]. Those without "rapport/" have the names of survey-core's
// linter.
const (
	RulePattern         Rule = "rapport/pattern"
	RuleCalculatedCycle Rule = "cycle/calculated-value"
)
