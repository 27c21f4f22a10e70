package loyalty

import (
	_ "embed"
	"encoding/json"
	"errors"

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
	var list []error
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		list = joined.Unwrap()
	} else {
		list = []error{err}
	}
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

// ParseProgram is ParseSpec and NewProgram.
func ParseProgram(data []byte) (*Program, error) {
	spec, err := ParseSpec(data)
	if err != nil {
		return nil, err
	}
	return NewProgram(spec)
}

// MarshalJSON writes the programme as ParseProgram reads it, defaults filled in for
// wallets, zone, tier moment and rounding.
func (p *Program) MarshalJSON() ([]byte, error) { return json.Marshal(p.spec) }
