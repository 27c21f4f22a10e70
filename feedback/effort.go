package feedback

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// CESAnswer is one answer to an effort question, 1 to 7, with the direction of its
// scale. The zero value means "not answered".
type CESAnswer struct {
	score     uint8
	direction Direction
}

// NewCES takes a whole number 1 to 7 and the direction of the scale; anything else
// is an error that unwraps to ErrAnswer.
func NewCES(score int, d Direction) (CESAnswer, error) {
	n, err := CES.whole(int64(score))
	return cesOf(n, d, err)
}

// ParseCES takes "1" to "7" as one ASCII digit, and the direction of the scale;
// anything else is an error that unwraps to ErrAnswer.
func ParseCES(text string, d Direction) (CESAnswer, error) {
	n, err := CES.text(text)
	return cesOf(n, d, err)
}

// ReadCES takes a decoded JSON value or another Go number, as ReadNPS does, and the
// direction of the scale.
func ReadCES(v any, d Direction) (CESAnswer, error) {
	n, err := CES.value(v)
	return cesOf(n, d, err)
}

// cesOf reports a bad score before a missing direction.
func cesOf(n int8, d Direction, err error) (CESAnswer, error) {
	if err != nil {
		return CESAnswer{}, err
	}
	if !d.valid() {
		return CESAnswer{}, &AnswerError{Instrument: CES, Code: CodeDirection, Value: d.String()}
	}
	return CESAnswer{uint8(n), d}, nil
}

// Score is the answer as it was given, 1 to 7, and 0 for no answer. Answers of
// different directions must not be averaged by it; Ease can be.
func (a CESAnswer) Score() int { return int(a.score) }

// Valid reports whether the question was answered.
func (a CESAnswer) Valid() bool { return a.score != 0 }

// Instrument is CES.
func (CESAnswer) Instrument() Instrument { return CES }

func (CESAnswer) sealed() {}

// Direction is the direction of the scale; zero for no answer.
func (a CESAnswer) Direction() Direction { return a.direction }

// Ease is the answer on a scale where 7 is the least effort: the score itself, or
// 8 minus the score where higher is harder. It is 0 for no answer.
func (a CESAnswer) Ease() int {
	if a.Valid() && a.direction == HigherIsHarder {
		return 8 - int(a.score)
	}
	return int(a.score)
}

// Easy reports an Ease of 5 to 7: the three agreeing answers of CES 2.0. It is
// false for no answer.
func (a CESAnswer) Easy() bool { return a.Ease() >= 5 }

// String is the number and its direction, or "no answer".
func (a CESAnswer) String() string {
	if !a.Valid() {
		return "no answer"
	}
	return fmt.Sprintf("%d (%s)", a.score, a.direction)
}

// cesJSON is the form of an effort answer in JSON.
type cesJSON struct {
	Score     json.Number `json:"score"`
	Direction Direction   `json:"direction"`
}

// MarshalJSON writes {"score":6,"direction":"higher_is_easier"}, or null for no
// answer.
func (a CESAnswer) MarshalJSON() ([]byte, error) {
	if !a.Valid() {
		return []byte("null"), nil
	}
	return json.Marshal(cesJSON{json.Number(marshal(a)), a.direction})
}

// UnmarshalJSON reads what MarshalJSON writes, strictly: both fields, no others,
// none twice; null is no answer. A bare number is refused with CodeDirection, a form
// without a score with CodeMissing, and one that is not such an object, or longer than
// 512 bytes, with CodeType. Every error unwraps to ErrAnswer.
func (a *CESAnswer) UnmarshalJSON(data []byte) error {
	node, err := strictjson.Parse(data, &strictjson.Limits{Bytes: 512, Depth: 2, Nodes: 8})
	if err != nil {
		return &AnswerError{Instrument: CES, Code: CodeType, Value: clip(string(data)), Err: err}
	}
	switch node.Kind {
	case strictjson.Null:
		*a = CESAnswer{}
		return nil
	case strictjson.Number:
		return CES.refuse(CodeDirection, node.Text)
	case strictjson.Object:
	default:
		return CES.refuse(CodeType, node.Kind.String())
	}
	answer, err := cesFields(node)
	if err != nil {
		return err
	}
	*a = answer
	return nil
}

// cesFields reads the two members of an effort answer.
func cesFields(node *strictjson.Node) (CESAnswer, error) {
	var form struct {
		Score     *strictNumber `json:"score" strictjson:"required"`
		Direction Direction     `json:"direction" strictjson:"required"`
	}
	if err := strictjson.DecodeNode(node, &form); err != nil {
		return CESAnswer{}, cesFault(node, err)
	}
	if form.Score == nil {
		return CESAnswer{}, &AnswerError{Instrument: CES, Code: CodeMissing}
	}
	n, err := CES.number(json.Number(*form.Score))
	return cesOf(n, form.Direction, err)
}

// cesFault gives a fault of the form a code, unless it has one already.
func cesFault(node *strictjson.Node, err error) error {
	code := CodeType
	if coded := (*AnswerError)(nil); errors.As(err, &coded) {
		code = coded.Code
	} else if _, ok := node.Lookup("score"); !ok {
		code = CodeMissing
	} else if _, ok := node.Lookup("direction"); !ok {
		code = CodeDirection
	}
	return &AnswerError{Instrument: CES, Code: code, Err: err}
}

// strictNumber keeps a JSON number as it was written.
type strictNumber json.Number

// UnmarshalNode takes a number and nothing else.
func (s *strictNumber) UnmarshalNode(n *strictjson.Node, path string, faults *strictjson.Faults) {
	if n.Kind != strictjson.Number {
		faults.Add(path, CES.refuse(CodeType, n.Kind.String()), "")
		return
	}
	*s = strictNumber(n.Text)
}
