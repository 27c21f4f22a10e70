package survey

// The rules of [Survey.Lint] that survey-core's linter has, under its names.
const (
	RuleSyntax          Rule = "expression/syntax"                // an expression does not parse
	RuleReference       Rule = "reference/unknown"                // a name that nothing has
	RuleSelf            Rule = "reference/self"                   // a condition that reads its own element
	RuleDuplicateName   Rule = "name/duplicate"                   // two elements of one name
	RuleShadowing       Rule = "name/shadowing"                   // a name that hides another
	RuleReserved        Rule = "name/reserved"                    // a name that JavaScript has for itself
	RuleVariable        Rule = "variable/collision"               // a host's variable named like a question
	RulePreset          Rule = "variable/preset"                  // a host's variable without a name, or named twice
	RuleType            Rule = "element/unknown-type"             // a type that SurveyJS does not have
	RuleProperty        Rule = "property/unknown"                 // a property that its class does not have
	RuleDeadProperty    Rule = "property/dead"                    // a property without effect
	RuleInvalidValue    Rule = "property/invalid-value"           // a value that a property does not take
	RuleNotArray        Rule = "property/not-an-array"            // one value where a list is due
	RuleRequired        Rule = "property/required"                // a property that is missing
	RuleFunction        Rule = "expression/unknown-function"      // a function that SurveyJS does not have
	RuleCalculatedCycle Rule = "cycle/calculated-value"           // calculated values that read each other
	RuleTriggerCycle    Rule = "cycle/trigger"                    // triggers that set each other off
	RuleWriteCycle      Rule = "cycle/value-write"                // expressions that set what each other reads
	RuleUnknownChoice   Rule = "expression/unknown-choice"        // a comparison with a value that cannot be chosen
	RuleTypeMismatch    Rule = "expression/type-mismatch"         // a comparison between types that do not compare
	RuleContradiction   Rule = "expression/contradiction"         // a condition that never holds
	RuleMeaningless     Rule = "expression/meaningless-condition" // a condition known beforehand, or that is none
	RuleDeadSource      Rule = "choices/dead-source"              // choices carried forward from nowhere
	RuleDuplicateChoice Rule = "choices/duplicate"                // a choice twice
	RuleTriggerTarget   Rule = "trigger/unknown-target"           // a trigger that sets nothing that is there
	RuleTriggerType     Rule = "trigger/unknown-type"             // a type of trigger that SurveyJS does not have
	RuleValidatorType   Rule = "validator/unknown-type"           // a type of validator that SurveyJS does not have
	RuleDeadValidator   Rule = "validator/dead"                   // a validator that never or always fails
	RuleNotChoice       Rule = "value/not-a-choice"               // a default or right answer that cannot be chosen
	RuleCounts          Rule = "element/count-contradiction"      // bounds that exclude each other
	RuleNeverVisible    Rule = "element/never-visible"            // visible only when something hidden is answered
	RuleMask            Rule = "mask/mismatch"                    // an input mask that does not fit its input
	RuleEmptyPage       Rule = "page/empty"                       // a page or panel without anything to show
)

// The rules that are this package's own.
const (
	RulePattern        Rule = "rapport/pattern"         // a regular expression that is refused
	RuleVisibilityLoop Rule = "rapport/visibility-loop" // conditions of visibility that read each other's questions
	RuleHiddenRead     Rule = "rapport/hidden-read"     // a condition that reads a question that may be hidden
	RuleContains       Rule = "rapport/contains"        // contains on what holds nothing
	RulePanelValue     Rule = "rapport/panel-value"     // a panel or page used as a value
	RuleRowName        Rule = "rapport/scope-name"      // a question named like a scope: row, panel, item
	RuleCoercion       Rule = "rapport/coercion"        // an expression that relies on conversion between types
	RuleLimit          Rule = "rapport/limit"           // an expression beyond the limits
)
