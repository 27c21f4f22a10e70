package survey

// Level is how much a problem weighs. The zero value is none.
type Level uint8

// The levels, survey-core's notificationType.
const (
	Error   Level = iota + 1 // the answers are not valid
	Warning                  // they are, but look wrong
	Info                     // a hint
)

// String is "error", "warning" or "info"; "none" for the zero value.
func (l Level) String() string {
	names := [...]string{"none", "error", "warning", "info"}
	return name(names[:], uint8(l), "level")
}

// MarshalText writes the name; a value that is no level is an error.
func (l Level) MarshalText() ([]byte, error) {
	return marshalName(l.String(), l >= Error && l <= Info, "level")
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (l *Level) UnmarshalText(text []byte) error {
	for v := Error; v <= Info; v++ {
		if v.String() == string(text) {
			*l = v
			return nil
		}
	}
	return noSuch("level", string(text))
}

// Code says what is wrong with an answer. The zero value is none.
type Code uint8

// The codes that both levels of strictness have.
const (
	CodeRequired     Code = iota + 1 // a required question has no answer
	CodeOneRequired                  // no question of a required panel or page is answered
	CodeOtherEmpty                   // "other" without words
	CodeMin                          // below the question's min; Params: min
	CodeMax                          // above its max; Params: max
	CodeStep                         // not a whole number of steps; Params: step
	CodeEmail                        // not an e-mail address
	CodeMinSelected                  // fewer choices than needed; Params: min
	CodeRowRequired                  // a row of a matrix without an answer
	CodeRowUnique                    // one column twice in a matrix whose rows must differ
	CodeDuplicateKey                 // two panels or rows with the same key; Params: key
	CodeMinRows                      // fewer rows than needed; Params: min
	CodeNotNumeric                   // a numeric validator got no number
	CodeNumeric                      // outside a numeric validator's range; Params: min, max
	CodeLength                       // outside a text validator's length; Params: min, max
	CodeDigits                       // digits at the end, where a validator wants none
	CodeCount                        // outside an answer count; Params: min or max
	CodePattern                      // does not match a regular expression
	CodeExpression                   // an expression validator does not hold

	// The codes that only Strict has.

	CodeType            // not the type of value that the question takes; Params: want
	CodeRange           // outside a rating, slider or number of panels; Params: min, max
	CodeUnknownChoice   // none of the choices, columns or rows; Params: value
	CodeUnknownKey      // no question keeps its answer under this key; a warning
	CodeDuplicateChoice // a choice twice; Params: value
	CodeMaxSelected     // more choices than allowed; Params: max
	CodeExclusive       // "none" or the like together with other choices; Params: value
	CodeTooLong         // longer than maxLength; Params: max
	lastCode            = CodeTooLong
)

var codeNames = [...]string{
	"none", "required", "one_required", "other_empty", "min", "max", "step", "email", "min_selected", "row_required",
	"row_unique", "duplicate_key", "min_rows", "not_numeric", "numeric", "length", "digits", "count", "pattern",
	"expression", "type", "range", "unknown_choice", "unknown_key", "duplicate_choice", "max_selected", "exclusive", "too_long",
}

// String is a name such as "required" or "unknown_choice"; "none" for the zero value.
func (c Code) String() string { return name(codeNames[:], uint8(c), "code") }

// MarshalText writes the name; a value that is no code is an error.
func (c Code) MarshalText() ([]byte, error) {
	return marshalName(c.String(), c >= CodeRequired && c <= lastCode, "code")
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (c *Code) UnmarshalText(text []byte) error {
	for v := CodeRequired; v <= lastCode; v++ {
		if v.String() == string(text) {
			*c = v
			return nil
		}
	}
	return noSuch("code", string(text))
}

// SurveyJS is the type that survey-core gives such an error: "required", "custom", and
// so on; "custom" for what survey-core does not check.
func (c Code) SurveyJS() string {
	switch c {
	case CodeRequired:
		return "required"
	case CodeOneRequired:
		return "requireoneanswer"
	case CodeOtherEmpty:
		return "otherempty"
	case CodeRowRequired:
		return "requiredinallrowserror"
	case CodeRowUnique:
		return "eachrowuniqueeerror"
	case CodeDuplicateKey:
		return "keyduplicationerror"
	case CodeMinRows:
		return "minrowcounterror"
	case CodeNotNumeric:
		return "requirenumeric"
	default:
		return "custom"
	}
}

// Problem is one thing wrong with an answer. It holds no text for people except what
// the definition itself provides: see [Catalog].
type Problem struct {
	Path   string         // "nps", "panel[0].name", "matrix[row].column"; of an unknown key, the key
	Code   Code           //
	Level  Level          //
	Params map[string]any // what the code says it has; numbers are float64; nil where none
	Text   Text           // the definition's own words; zero where it has none
}
