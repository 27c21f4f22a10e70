package feedback

import (
	"errors"
	"fmt"
)

// Instrument is a kind of question whose answers have a fixed scale. The zero
// value is none.
type Instrument uint8

// The instruments.
const (
	NPS  Instrument = iota + 1 // likelihood to recommend, 0 to 10
	CSAT                       // satisfaction, 1 to 5
	CES                        // effort, 1 to 7
)

// ErrInstrument is returned for text that names no instrument.
var ErrInstrument = errors.New("feedback: unknown instrument")

// String is the usual name, such as "nps"; "none" for the zero value and
// "instrument(9)" for a number that is none.
func (i Instrument) String() string {
	names := [...]string{"none", "nps", "csat", "ces"}
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("instrument(%d)", uint8(i))
}

// Scale is the lowest and the highest answer, both inclusive. It is 0, 0 for a
// value that is no instrument.
func (i Instrument) Scale() (lowest, highest int) {
	switch i {
	case NPS:
		return 0, 10
	case CSAT:
		return 1, 5
	case CES:
		return 1, 7
	default:
		return 0, 0
	}
}

// MarshalText writes the name; a value that is no instrument is ErrInstrument.
func (i Instrument) MarshalText() ([]byte, error) {
	if i < NPS || i > CES {
		return nil, fmt.Errorf("%w: %d", ErrInstrument, uint8(i))
	}
	return []byte(i.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is ErrInstrument.
func (i *Instrument) UnmarshalText(text []byte) error {
	for v := NPS; v <= CES; v++ {
		if v.String() == string(text) {
			*i = v
			return nil
		}
	}
	return fmt.Errorf("%w: %q", ErrInstrument, clip(string(text)))
}

// Direction says which end of an effort scale is the good one. The zero value is
// unset and is refused: an effort score without its direction means nothing.
type Direction uint8

// The directions of an effort scale.
const (
	HigherIsEasier Direction = iota + 1 // 7 is the least effort: CES 2.0
	HigherIsHarder                      // 7 is the most effort
)

// String is "higher_is_easier" or "higher_is_harder", "unset" for the zero value.
func (d Direction) String() string {
	names := [...]string{"unset", "higher_is_easier", "higher_is_harder"}
	if int(d) < len(names) {
		return names[d]
	}
	return fmt.Sprintf("direction(%d)", uint8(d))
}

// MarshalText writes the name; an unset or unknown direction is an error that
// unwraps to ErrAnswer.
func (d Direction) MarshalText() ([]byte, error) {
	if !d.valid() {
		return nil, &AnswerError{Instrument: CES, Code: CodeDirection, Value: d.String()}
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is an error that
// unwraps to ErrAnswer.
func (d *Direction) UnmarshalText(text []byte) error {
	for v := HigherIsEasier; v <= HigherIsHarder; v++ {
		if v.String() == string(text) {
			*d = v
			return nil
		}
	}
	return &AnswerError{Instrument: CES, Code: CodeDirection, Value: clip(string(text))}
}

func (d Direction) valid() bool { return d == HigherIsEasier || d == HigherIsHarder }
