package feedback

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// ErrAnswer is what every refused answer unwraps to.
var ErrAnswer = errors.New("feedback: answer refused")

// Code says why an answer was refused. The zero value is none.
type Code uint8

// The reasons for which an answer is refused, in the order in which they are
// checked: a value of the wrong type is never also out of range.
const (
	CodeType      Code = iota + 1 // not a number: "nine", true, NaN, an array; text where a number is due
	CodeStep                      // a number, but not a whole one: 8.5
	CodeRange                     // a whole number outside the scale: 11, -1
	CodeDirection                 // an effort answer without a direction
	CodeMissing                   // no answer where one is needed
)

// String is the code as programs compare it: "type", "step", "range", "direction",
// "missing"; "none" for the zero value.
func (c Code) String() string {
	names := [...]string{"none", "type", "step", "range", "direction", "missing"}
	if int(c) < len(names) {
		return names[c]
	}
	return fmt.Sprintf("code(%d)", uint8(c))
}

// MarshalText writes the code as String does; a value that is no code is an error.
func (c Code) MarshalText() ([]byte, error) {
	if c < CodeType || c > CodeMissing {
		return nil, fmt.Errorf("feedback: no such code: %d", uint8(c))
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads a code as String writes it; anything else is an error.
func (c *Code) UnmarshalText(text []byte) error {
	for v := CodeType; v <= CodeMissing; v++ {
		if v.String() == string(text) {
			*c = v
			return nil
		}
	}
	return fmt.Errorf("feedback: no such code: %q", clip(string(text)))
}

// AnswerError is the detail of a refused answer. It unwraps to ErrAnswer.
type AnswerError struct {
	Instrument Instrument // which scale the answer was for
	Code       Code       // why it was refused
	Value      string     // the answer as it was given, clipped to 32 characters
	Err        error      // what is wrong with its JSON form, where that is the fault
}

// Error says what was refused and what would be accepted.
func (e *AnswerError) Error() string {
	lowest, highest := e.Instrument.Scale()
	switch {
	case e.Err != nil:
		return fmt.Sprintf("feedback: %s answer refused (%s): %v", e.Instrument, e.Code, e.Err)
	case e.Code == CodeDirection:
		return fmt.Sprintf("feedback: %s answer needs a direction, have %q", e.Instrument, e.Value)
	case e.Code == CodeMissing:
		return fmt.Sprintf("feedback: no %s answer", e.Instrument)
	default:
		return fmt.Sprintf("feedback: %s answer %q refused (%s): want a whole number %d to %d",
			e.Instrument, e.Value, e.Code, lowest, highest)
	}
}

// Unwrap gives ErrAnswer and the cause.
func (e *AnswerError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrAnswer}
	}
	return []error{ErrAnswer, e.Err}
}

// clip keeps what an error quotes short.
func clip(s string) string {
	const most = 32
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

func (i Instrument) refuse(code Code, value string) error {
	return &AnswerError{Instrument: i, Code: code, Value: clip(value)}
}

// whole takes an integer within the scale.
func (i Instrument) whole(n int64) (int8, error) {
	lowest, highest := i.Scale()
	if n < int64(lowest) || n > int64(highest) {
		return 0, i.refuse(CodeRange, strconv.FormatInt(n, 10))
	}
	return int8(n), nil
}

// unsigned takes an integer that may be beyond an int64.
func (i Instrument) unsigned(n uint64) (int8, error) {
	if n > math.MaxInt64 {
		return 0, i.refuse(CodeRange, strconv.FormatUint(n, 10))
	}
	return i.whole(int64(n))
}

// float takes a float64 that is a whole number within the scale.
func (i Instrument) float(f float64) (int8, error) {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return 0, i.refuse(CodeType, text)
	case f != math.Trunc(f):
		return 0, i.refuse(CodeStep, text)
	case math.Abs(f) > 1000:
		return 0, i.refuse(CodeRange, text)
	default:
		return i.whole(int64(f))
	}
}

// text takes digits as a form or a CSV cell holds them.
func (i Instrument) text(s string) (int8, error) {
	if digits(s) && (len(s) == 1 || s[0] != '0') {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil { // more digits than an int64 holds
			return 0, i.refuse(CodeRange, s)
		}
		return i.whole(n)
	}
	if len(s) > 1 && s[0] == '-' && digits(s[1:]) {
		return 0, i.refuse(CodeRange, s)
	}
	if fraction(s) {
		return 0, i.refuse(CodeStep, s)
	}
	return 0, i.refuse(CodeType, s)
}

// fraction reports a plain decimal such as 8.5, -0.5 or 9.0: digits on both sides
// of one point.
func fraction(s string) bool {
	if s != "" && s[0] == '-' {
		s = s[1:]
	}
	for i := range len(s) {
		if s[i] == '.' {
			return digits(s[:i]) && digits(s[i+1:])
		}
	}
	return false
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// number takes a JSON number by its text, exactly: no float64 comes between, since
// 8.99999999999999999999 and 1e-400 are not the whole numbers that one makes of them.
func (i Instrument) number(n json.Number) (int8, error) {
	v, ok := scanNumber(string(n))
	switch {
	case !ok:
		return 0, i.refuse(CodeType, string(n))
	case v.exponent < 0:
		return 0, i.refuse(CodeStep, string(n))
	}
	const longest = 3 // digits of any whole number worth reading: no scale goes beyond 10
	if v.digits != "" && int64(len(v.digits))+v.exponent > longest {
		return 0, i.refuse(CodeRange, string(n))
	}
	whole := int64(0)
	for j := range len(v.digits) {
		whole = whole*10 + int64(v.digits[j]-'0')
	}
	for range v.exponent {
		whole *= 10
	}
	if v.negative {
		whole = -whole
	}
	if lowest, highest := i.Scale(); whole < int64(lowest) || whole > int64(highest) {
		return 0, i.refuse(CodeRange, string(n))
	}
	return int8(whole), nil
}

// value takes what a JSON decoder makes of a number, or a Go number.
func (i Instrument) value(v any) (int8, error) {
	switch v := v.(type) {
	case int:
		return i.whole(int64(v))
	case int8:
		return i.whole(int64(v))
	case int16:
		return i.whole(int64(v))
	case int32:
		return i.whole(int64(v))
	case int64:
		return i.whole(v)
	case uint8:
		return i.whole(int64(v))
	case uint16:
		return i.whole(int64(v))
	case uint32:
		return i.whole(int64(v))
	case uint:
		return i.unsigned(uint64(v))
	case uint64:
		return i.unsigned(v)
	case float32:
		return i.float(float64(v))
	case float64:
		return i.float(v)
	case json.Number:
		return i.number(v)
	case string:
		return 0, i.refuse(CodeType, v)
	case nil:
		return 0, &AnswerError{Instrument: i, Code: CodeMissing}
	default:
		return 0, i.refuse(CodeType, fmt.Sprintf("%T", v))
	}
}

// unmarshal takes the bytes of one JSON value; null is no answer.
func (i Instrument) unmarshal(data []byte) (score int8, answered bool, err error) {
	switch {
	case string(data) == "null":
		return 0, false, nil
	case len(data) > 0 && (data[0] == '-' || digits(string(data[:1]))):
		score, err = i.number(json.Number(data))
		return score, err == nil, err
	default:
		return 0, false, i.refuse(CodeType, string(data))
	}
}
