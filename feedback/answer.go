package feedback

import (
	"fmt"
	"strconv"
)

// Answer is an answer to any of the instruments. Only the types of this package
// implement it.
type Answer interface {
	Score() int             // the number that was given
	Valid() bool            // whether there is one
	Instrument() Instrument // whose scale it is on
	sealed()
}

// NPSAnswer is one answer to the likelihood-to-recommend question, 0 to 10. The
// zero value means "not answered".
type NPSAnswer struct{ plus1 uint8 }

// NewNPS takes a whole number 0 to 10; anything else is an error that unwraps to ErrAnswer.
func NewNPS(score int) (NPSAnswer, error) { return npsOf(NPS.whole(int64(score))) }

// ParseNPS takes "0" to "10" in ASCII digits, without sign, blanks or leading
// zeros; anything else is an error that unwraps to ErrAnswer.
func ParseNPS(text string) (NPSAnswer, error) { return npsOf(NPS.text(text)) }

// ReadNPS takes a decoded JSON value (float64 or json.Number) or another Go
// number. A json.Number is judged by its text and must be written as JSON does; text is
// refused, even "9"; nil is refused with CodeMissing.
func ReadNPS(v any) (NPSAnswer, error) { return npsOf(NPS.value(v)) }

func npsOf(n int8, err error) (NPSAnswer, error) {
	if err != nil {
		return NPSAnswer{}, err
	}
	return NPSAnswer{uint8(n) + 1}, nil
}

// Score is the answer, 0 to 10. It is 0 for a value that is not Valid, too: ask
// Valid first where silence is possible.
func (a NPSAnswer) Score() int {
	if a.plus1 == 0 {
		return 0
	}
	return int(a.plus1) - 1
}

// Valid reports whether the question was answered.
func (a NPSAnswer) Valid() bool { return a.plus1 != 0 }

// Instrument is NPS.
func (NPSAnswer) Instrument() Instrument { return NPS }

func (NPSAnswer) sealed() {}

// String is the number, or "no answer".
func (a NPSAnswer) String() string { return text(a) }

// Class is promoter for 9 and 10, passive for 7 and 8, detractor for 0 to 6
// (Reichheld 2003), and the zero NPSClass for no answer.
func (a NPSAnswer) Class() NPSClass {
	switch s := a.Score(); {
	case !a.Valid():
		return 0
	case s >= 9:
		return Promoter
	case s >= 7:
		return Passive
	default:
		return Detractor
	}
}

// MarshalJSON writes the number, or null for no answer.
func (a NPSAnswer) MarshalJSON() ([]byte, error) { return marshal(a), nil }

// UnmarshalJSON reads a JSON number that is whole and within 0 to 10; null is no
// answer; anything else is an error that unwraps to ErrAnswer.
func (a *NPSAnswer) UnmarshalJSON(data []byte) error {
	n, answered, err := NPS.unmarshal(data)
	if err != nil {
		return err
	}
	*a = NPSAnswer{}
	if answered {
		a.plus1 = uint8(n) + 1
	}
	return nil
}

// NPSClass is what an NPS answer makes of its respondent. The zero value is none.
type NPSClass uint8

// The classes of an NPS answer.
const (
	Detractor NPSClass = iota + 1 // 0 to 6
	Passive                       // 7 and 8
	Promoter                      // 9 and 10
)

// String is "detractor", "passive" or "promoter"; "none" for the zero value.
func (c NPSClass) String() string {
	names := [...]string{"none", "detractor", "passive", "promoter"}
	if int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("class(%d)", uint8(c))
}

// MarshalText writes the name; a value that is no class is an error.
func (c NPSClass) MarshalText() ([]byte, error) {
	if c < Detractor || c > Promoter {
		return nil, fmt.Errorf("feedback: no such NPS class: %d", uint8(c))
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (c *NPSClass) UnmarshalText(name []byte) error {
	for v := Detractor; v <= Promoter; v++ {
		if v.String() == string(name) {
			*c = v
			return nil
		}
	}
	return fmt.Errorf("feedback: no such NPS class: %q", clip(string(name)))
}

// CSATAnswer is one answer to a satisfaction question, 1 to 5. The zero value
// means "not answered".
type CSATAnswer struct{ score uint8 }

// NewCSAT takes a whole number 1 to 5; anything else is an error that unwraps to ErrAnswer.
func NewCSAT(score int) (CSATAnswer, error) { return csatOf(CSAT.whole(int64(score))) }

// ParseCSAT takes "1" to "5" as one ASCII digit; anything else is an error that unwraps to ErrAnswer.
func ParseCSAT(text string) (CSATAnswer, error) { return csatOf(CSAT.text(text)) }

// ReadCSAT takes a decoded JSON value or another Go number, as ReadNPS does.
func ReadCSAT(v any) (CSATAnswer, error) { return csatOf(CSAT.value(v)) }

func csatOf(n int8, err error) (CSATAnswer, error) {
	if err != nil {
		return CSATAnswer{}, err
	}
	return CSATAnswer{uint8(n)}, nil
}

// Score is the answer, 1 to 5, and 0 for no answer.
func (a CSATAnswer) Score() int { return int(a.score) }

// Valid reports whether the question was answered.
func (a CSATAnswer) Valid() bool { return a.score != 0 }

// Instrument is CSAT.
func (CSATAnswer) Instrument() Instrument { return CSAT }

func (CSATAnswer) sealed() {}

// String is the number, or "no answer".
func (a CSATAnswer) String() string { return text(a) }

// TopTwo reports an answer of 4 or 5: a satisfied customer. It is false for no answer.
func (a CSATAnswer) TopTwo() bool { return a.score >= 4 }

// BottomTwo reports an answer of 1 or 2: a dissatisfied customer. It is false for
// no answer.
func (a CSATAnswer) BottomTwo() bool { return a.score == 1 || a.score == 2 }

// MarshalJSON writes the number, or null for no answer.
func (a CSATAnswer) MarshalJSON() ([]byte, error) { return marshal(a), nil }

// UnmarshalJSON reads a JSON number that is whole and within 1 to 5; null is no
// answer; anything else is an error that unwraps to ErrAnswer.
func (a *CSATAnswer) UnmarshalJSON(data []byte) error {
	n, _, err := CSAT.unmarshal(data)
	if err != nil {
		return err
	}
	*a = CSATAnswer{uint8(n)} // 0 for null, and no scale answer is 0
	return nil
}

// text is an answer for people.
func text(a Answer) string {
	if !a.Valid() {
		return "no answer"
	}
	return strconv.Itoa(a.Score())
}

// marshal is an answer as JSON.
func marshal(a Answer) []byte {
	if !a.Valid() {
		return []byte("null")
	}
	return strconv.AppendInt(nil, int64(a.Score()), 10)
}
