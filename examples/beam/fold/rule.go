package fold

import (
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

// A Rule says how rows of type R are folded into an accumulator of type A. It is a
// struct whose exported fields are the configuration: they travel to the workers as JSON.
type Rule[A, R any] interface {
	// Empty is a new accumulator with the rule's configuration.
	Empty() (*A, error)
	// Add adds one row. An error fails the pipeline; a row that is to be passed over
	// is none.
	Add(acc *A, row R) error
}

// Fn is the combine function of a rule, made by [Over]. Its accumulator and its output
// are a [State].
type Fn[F Rule[A, R], A, R any] struct {
	Rule F
}

// Over is the combine function of a rule, for beam.Combine and beam.CombinePerKey. The
// types must have been given to [RegisterRule].
func Over[F Rule[A, R], A, R any](rule F) *Fn[F, A, R] { return &Fn[F, A, R]{Rule: rule} }

// CreateAccumulator is a state of nothing with the rule's configuration.
func (f *Fn[F, A, R]) CreateAccumulator() (State[A], error) {
	acc, err := f.Rule.Empty()
	return State[A]{live: acc}, err
}

// AddInput adds one row.
func (f *Fn[F, A, R]) AddInput(s State[A], row R) (State[A], error) {
	acc, err := s.alive(f.Rule.Empty)
	if err != nil {
		return s, err
	}
	return State[A]{live: acc}, f.Rule.Add(acc, row)
}

// MergeAccumulators adds what b holds to a.
func (f *Fn[F, A, R]) MergeAccumulators(a, b State[A]) (State[A], error) {
	into, err := a.alive(f.Rule.Empty)
	if err != nil {
		return a, err
	}
	from, err := b.alive(f.Rule.Empty)
	if err != nil {
		return a, err
	}
	return State[A]{live: into}, merge(into, from)
}

// merge calls the Merge of an accumulator, in the three forms that there are.
func merge[A any](into, from *A) error {
	switch m := any(into).(type) {
	case interface{ Merge(*A) error }:
		return m.Merge(from)
	case interface{ Merge(A) error }:
		return m.Merge(*from)
	case interface{ Merge(*A) }:
		m.Merge(from)
		return nil
	}
	return fmt.Errorf("fold: %v has no Merge", reflect.TypeFor[A]())
}

// RegisterRule makes the combine function of a rule known to Beam, and the coders of
// its accumulator with it. Call it in an init function. It panics where [Register] does,
// and for a rule of which JSON would lose a field: workers would fold by another
// configuration.
func RegisterRule[F Rule[A, R], A, R any]() {
	if err := asJSON.loss(reflect.TypeFor[F]()); err != nil {
		panic(fmt.Errorf("fold: a rule travels as JSON: %w", err))
	}
	Register[A]()
	// By pointer: the methods belong to it, and Beam's helper takes its element type.
	register.Combiner2[State[A], R](&Fn[F, A, R]{})
	// Not with register.DoFn1x2: each of its instances is a megabyte of code, and a line
	// is written once for each figure.
	beam.RegisterDoFn(reflect.TypeFor[Line[A]]())
	beam.RegisterDoFn(reflect.TypeFor[KeyedLine[A]]())
}
