package loyalty

import (
	_ "embed"
	"encoding/json"
	"errors"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

//go:embed program.schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of a programme, for editors and admin
// screens. What it accepts may still be refused by NewProgram, which knows how the
// parts hang together; what it refuses, ParseProgram refuses too.
func Schema() []byte { return []byte(schema) }

// Limits of a programme's text.
const (
	maxProgramBytes = 1 << 20
	maxProgramDepth = 24
	maxProgramNodes = 50_000
)

// ParseSpec reads the JSON of a programme without checking how its parts hang
// together. Unknown, doubled and miswritten fields are errors, as are texts beyond
// 1 MiB, 24 levels or 50,000 values; all faults are joined, each a
// [*ProblemError] with its path.
func ParseSpec(data []byte) (Spec, error) {
	var spec Spec
	err := strictjson.Decode(data, &spec, &strictjson.Limits{Bytes: maxProgramBytes, Depth: maxProgramDepth, Nodes: maxProgramNodes})
	if err == nil {
		return spec, nil
	}
	return Spec{}, problems(err)
}

// problems turns the faults of a text into those of a programme.
func problems(err error) error {
	list := unjoined(err)
	out := make([]error, 0, len(list))
	for _, e := range list {
		p := &ProblemError{Detail: e.Error(), Err: ErrValue}
		var f *strictjson.Fault
		if errors.As(e, &f) {
			p.Path, p.Detail = f.Path, f.Err.Error()
			if f.Detail != "" {
				p.Detail += ": " + f.Detail
			}
		}
		out = append(out, p)
	}
	return errors.Join(out...)
}

// ParseProgram is ParseSpec and NewProgram, with the problems of both at once: a
// wrong name of a field does not hide what else is wrong with the programme.
func ParseProgram(data []byte) (*Program, error) {
	var spec Spec
	err := strictjson.Decode(data, &spec, &strictjson.Limits{Bytes: maxProgramBytes, Depth: maxProgramDepth, Nodes: maxProgramNodes})
	if err == nil {
		return NewProgram(spec)
	}
	faults := problems(err)
	for _, e := range unjoined(err) { // these leave the rest of the programme unread
		if errors.Is(e, strictjson.ErrSyntax) || errors.Is(e, strictjson.ErrLimit) || errors.Is(e, strictjson.ErrDuplicate) {
			return nil, faults
		}
	}
	_, err = NewProgram(spec)
	return nil, errors.Join(faults, besides(err, faults))
}

// besides are the problems of a programme that do not follow from the faults of its
// text: none below or above the path of a fault, and none at all where the text as
// a whole is at fault.
func besides(err, faults error) error {
	var out []error
	for _, e := range unjoined(err) {
		var p *ProblemError
		if !errors.As(e, &p) {
			continue
		}
		follows := false
		for _, f := range unjoined(faults) {
			var x *ProblemError
			if errors.As(f, &x) {
				follows = follows || x.Path == "" || strings.HasPrefix(p.Path, x.Path) || strings.HasPrefix(x.Path, p.Path)
			}
		}
		if !follows {
			out = append(out, e)
		}
	}
	return errors.Join(out...)
}

// unjoined are the parts of a joined error.
func unjoined(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// MarshalJSON writes the programme as ParseProgram reads it, defaults filled in for
// wallets, zone, tier moment and rounding.
func (p *Program) MarshalJSON() ([]byte, error) { return json.Marshal(p.spec) }
