package fold

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
)

// State is an accumulator of type A on its way through a pipeline: alive where rows
// were added, bytes after it has travelled. The zero value is an accumulator to which
// nothing was added. A pipeline's result is read with [State.Into].
type State[A any] struct {
	live *A
	wire []byte // nil for nothing; else what the accumulator wrote
}

// Of is the state of an accumulator, which belongs to the state from then on.
func Of[A any](acc *A) State[A] { return State[A]{live: acc} }

// Into reads the state into an empty accumulator of the configuration that it was
// made with. A state of nothing leaves it empty.
func (s State[A]) Into(empty *A) error {
	data, err := s.bytes()
	if err != nil || data == nil {
		return err
	}
	return Unmarshal(data, empty)
}

// alive is the accumulator itself, read into an empty one where only bytes are there.
func (s State[A]) alive(empty func() (*A, error)) (*A, error) {
	if s.live != nil {
		return s.live, nil
	}
	acc, err := empty()
	if err != nil || s.wire == nil {
		return acc, err
	}
	return acc, Unmarshal(s.wire, acc)
}

func (s State[A]) bytes() ([]byte, error) {
	if s.live == nil {
		return s.wire, nil
	}
	return Marshal(s.live)
}

// packed and unpacked are what the coder of all states sees, whatever their type.
type (
	packed   interface{ bytes() ([]byte, error) }
	unpacked interface{ take(data []byte) }
)

func (s *State[A]) take(data []byte) {
	*s = State[A]{}
	if len(data) > 0 {
		s.wire = bytes.Clone(data)
	}
}

// encodeState and decodeState are one pair of functions for all types: Beam finds
// functions by name, and instances of a generic function share one.
func encodeState(in beam.T) ([]byte, error) { return in.(packed).bytes() }

func decodeState(t reflect.Type, data []byte) (beam.T, error) {
	s := reflect.New(t)
	s.Interface().(unpacked).take(data)
	return s.Elem().Interface(), nil
}

// Marshal writes an accumulator: with MarshalBinary where it has it, else as JSON of
// its fields, see [Register]. Equal accumulators give equal bytes.
func Marshal[A any](acc *A) ([]byte, error) { return marshal(acc) }

// Unmarshal reads what [Marshal] wrote into an empty accumulator of the same
// configuration. Damaged bytes, and those of another configuration or type, are an error.
func Unmarshal[A any](data []byte, empty *A) error { return unmarshal(data, empty) }

func marshal(acc any) ([]byte, error) {
	if m, ok := acc.(encoding.BinaryMarshaler); ok {
		return m.MarshalBinary()
	}
	return json.Marshal(acc)
}

func unmarshal(data []byte, into any) error {
	if m, ok := into.(encoding.BinaryUnmarshaler); ok {
		return m.UnmarshalBinary(data)
	}
	in := json.NewDecoder(bytes.NewReader(data))
	in.DisallowUnknownFields()
	return in.Decode(into)
}

// encodePlain and decodePlain are the coder of accumulators that are elements or
// accumulators of a pipeline as they are, by pointer or by value.
func encodePlain(t reflect.Type, in beam.T) ([]byte, error) {
	if t.Kind() == reflect.Pointer {
		if reflect.ValueOf(in).IsNil() {
			return nil, fmt.Errorf("fold: a nil %v cannot travel", t)
		}
		return marshal(in)
	}
	acc := reflect.New(t)
	acc.Elem().Set(reflect.ValueOf(in))
	return marshal(acc.Interface())
}

func decodePlain(t reflect.Type, data []byte) (beam.T, error) {
	of := t
	if t.Kind() == reflect.Pointer {
		of = t.Elem()
	}
	acc := reflect.New(of)
	if err := unmarshal(data, acc.Interface()); err != nil {
		return nil, fmt.Errorf("fold: %v: %w", t, err)
	}
	if t.Kind() == reflect.Pointer {
		return acc.Interface(), nil
	}
	return acc.Elem().Interface(), nil
}
