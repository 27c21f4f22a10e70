package fold

import (
	"context"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/core/graph/coder"
)

// ErrLosesState says that values of a type would not arrive as they were sent: Beam
// would write their exported fields, and they have others.
var ErrLosesState = errors.New("fold: values lose state between workers")

// A LossError names the type that loses state. It is an [ErrLosesState].
type LossError struct {
	Type  reflect.Type // the type that Beam was going to write
	Field string       // where in it the first field is that would be lost
	Use   string       // what the pipeline does with it; empty outside of pipelines
}

// Error names the type, the field and what to do.
func (e *LossError) Error() string {
	use := ""
	if e.Use != "" {
		use = " (" + e.Use + ")"
	}
	return fmt.Sprintf("%v: %v%s has no coder and the unexported field %s; fold.Register gives an accumulator one", ErrLosesState, e.Type, use, e.Field)
}

// Unwrap is [ErrLosesState].
func (e *LossError) Unwrap() error { return ErrLosesState }

// Check looks at every coder of a pipeline before it runs: those of its collections and
// those of the accumulators of its combine functions, whoever registered them. Each type
// that would be written by its exported fields although it has unexported ones is a
// [LossError]; all are reported, joined.
func Check(p *beam.Pipeline) error {
	edges, nodes, err := p.Build()
	if err != nil {
		return err
	}
	var faults losses
	for _, e := range edges {
		if e.Op == graph.Combine {
			faults.add(e.AccumCoder, "accumulator of "+e.CombineFn.Name())
		}
	}
	for _, n := range nodes {
		faults.add(n.Coder, "elements of a collection")
	}
	return errors.Join(faults.found...)
}

// Run checks a pipeline and then runs it with the runner of that name.
func Run(ctx context.Context, runner string, p *beam.Pipeline) (beam.PipelineResult, error) {
	if err := Check(p); err != nil {
		return nil, err
	}
	return beam.Run(ctx, runner, p)
}

// losses gathers faults, one for each type.
type losses struct {
	found []error
	seen  []reflect.Type
}

func (l *losses) add(c *coder.Coder, use string) {
	if c == nil {
		return
	}
	for _, part := range c.Components {
		l.add(part, use)
	}
	form, ok := formOf(c)
	if !ok || slices.Contains(l.seen, c.T.Type()) {
		return
	}
	var loss *LossError
	if errors.As(form.loss(c.T.Type()), &loss) {
		l.seen = append(l.seen, c.T.Type())
		loss.Use = use
		l.found = append(l.found, loss)
	}
}

// form is one of Beam's two ways to write a struct that has no coder.
type form uint8

const (
	asRow  form = iota + 1 // exported fields, whatever methods the type has
	asJSON                 // the same, but a type may write itself as JSON or text
)

func formOf(c *coder.Coder) (form, bool) {
	switch {
	case c.Kind == coder.Row:
		return asRow, true
	case c.Kind == coder.Custom && c.Custom != nil && c.Custom.Name == "json":
		return asJSON, true
	}
	return 0, false
}

// loss is a [LossError] where the form does not write all of a type.
func (f form) loss(t reflect.Type) error {
	if field := f.hidden(t, t.Name(), nil); field != "" {
		return &LossError{Type: t, Field: field}
	}
	return nil
}

var itself = [2][2]reflect.Type{
	{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[json.Unmarshaler]()},
	{reflect.TypeFor[encoding.TextMarshaler](), reflect.TypeFor[encoding.TextUnmarshaler]()},
}

// hidden is the path of the first unexported field that is not written, or empty.
func (f form) hidden(t reflect.Type, path string, within []reflect.Type) string {
	if f == asJSON && slices.ContainsFunc(itself[:], func(pair [2]reflect.Type) bool {
		return t.Implements(pair[0]) && reflect.PointerTo(t).Implements(pair[1])
	}) {
		return ""
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return f.hidden(t.Elem(), path, within)
	case reflect.Map:
		if field := f.hidden(t.Key(), path, within); field != "" {
			return field
		}
		return f.hidden(t.Elem(), path, within)
	case reflect.Struct:
		if slices.Contains(within, t) {
			return ""
		}
		return f.hiddenField(t, path, append(slices.Clip(within), t))
	}
	return ""
}

func (f form) hiddenField(t reflect.Type, path string, within []reflect.Type) string {
	for i := range t.NumField() {
		field := t.Field(i)
		at := path + "." + field.Name
		if !field.IsExported() || f == asJSON && field.Tag.Get("json") == "-" {
			return at
		}
		if deeper := f.hidden(field.Type, at, within); deeper != "" {
			return deeper
		}
	}
	return ""
}
