package segment

import (
	"fmt"
	"math"
	"time"
	"unicode/utf8"
)

// FieldKind is the type of a field.
type FieldKind uint8

// The kinds of field.
const (
	TextField FieldKind = iota + 1
	IntField
	AmountField
	FloatField
	BoolField
	TimeField
	TagsField
)

const fieldKindWords words = "text integer amount float boolean time tags"

// String names the kind.
func (k FieldKind) String() string { return fieldKindWords.text(uint8(k)) }

// MarshalText writes the name.
func (k FieldKind) MarshalText() ([]byte, error) { return fieldKindWords.marshal(uint8(k)) }

// UnmarshalText reads a name.
func (k *FieldKind) UnmarshalText(text []byte) error {
	i, err := fieldKindWords.parse(text)
	*k = FieldKind(i)
	return err
}

// Field is a field of the host's row type T: its name, how it is read, and where it
// lies in a table. Make it with [Text], [Int], [Amount], [Float], [Bool], [Time] or
// [Tags]; the functions give ok == false for a value that is missing, and must not
// change what they read.
type Field[T any] struct {
	Name   string
	kind   FieldKind
	places int32
	text   func(T) (string, bool)
	int    func(T) (int64, bool) // of integers and amounts
	float  func(T) (float64, bool)
	truth  func(T) (bool, bool)
	time   func(T) (time.Time, bool)
	tags   func(T) ([]string, bool)
	column Column
}

// Kind is the type of the field.
func (f Field[T]) Kind() FieldKind { return f.kind }

// Text is a field of text.
func Text[T any](name string, get func(T) (string, bool)) Field[T] {
	return Field[T]{Name: name, kind: TextField, text: get}
}

// Int is a field of whole numbers.
func Int[T any](name string, get func(T) (int64, bool)) Field[T] {
	return Field[T]{Name: name, kind: IntField, int: get}
}

// Amount is a field of whole units of 10^-places, such as cents with 2 places (0 to
// 18): an amount that is compared exactly.
func Amount[T any](name string, places int32, get func(T) (int64, bool)) Field[T] {
	return Field[T]{Name: name, kind: AmountField, places: places, int: get}
}

// Float is a field of floating numbers; NaN is missing.
func Float[T any](name string, get func(T) (float64, bool)) Field[T] {
	known := func(v T) (float64, bool) {
		x, ok := get(v)
		return x, ok && !math.IsNaN(x)
	}
	if get == nil {
		known = nil
	}
	return Field[T]{Name: name, kind: FloatField, float: known}
}

// Bool is a field of yes and no.
func Bool[T any](name string, get func(T) (bool, bool)) Field[T] {
	return Field[T]{Name: name, kind: BoolField, truth: get}
}

// Time is a field of instants.
func Time[T any](name string, get func(T) (time.Time, bool)) Field[T] {
	return Field[T]{Name: name, kind: TimeField, time: get}
}

// Tags is a field of labels. No tags and ok means that there are none; ok == false
// that it is not known.
func Tags[T any](name string, get func(T) ([]string, bool)) Field[T] {
	return Field[T]{Name: name, kind: TagsField, tags: get}
}

// In says which column of a table holds the field.
func (f Field[T]) In(c Column) Field[T] {
	f.column = c
	return f
}

func (f *Field[T]) complete() bool {
	return f.text != nil || f.int != nil || f.float != nil || f.truth != nil || f.time != nil || f.tags != nil
}

// SchemaOptions are what a schema may know besides the fields; nil is none of it.
type SchemaOptions[T any] struct {
	ID       func(T) string         // of the customer; needed by sample
	Zone     func(T) *time.Location // the customer's own; needed by windows without a zone. Nil from it: Default
	Default  *time.Location         // zone of customers without one; nil: UTC
	Events   Source[T]              // see [Events]
	IDColumn Column                 // for SQL, that of ID; with events it needs its table, such as c.id
	ZoneIn   Column                 // for SQL, an IANA name; the same
}

// Schema is what predicates are checked and compiled against.
type Schema[T any] struct {
	fields map[string]*Field[T]
	o      SchemaOptions[T]
}

// NewSchema makes a schema. The error joins every fault under [ErrSchema]: names that
// are empty, too long, not UTF-8 or there twice, fields without a function, places out of range,
// columns that are no names.
func NewSchema[T any](fields []Field[T], o *SchemaOptions[T]) (*Schema[T], error) {
	s := &Schema[T]{}
	if o != nil {
		s.o = *o
	}
	if s.o.Default == nil {
		s.o.Default = time.UTC
	}
	fs := &faults{err: ErrSchema}
	s.fields = fieldsByName(fields, "fields", fs)
	s.o.IDColumn.check("id_column", fs)
	s.o.ZoneIn.check("zone_in", fs)
	if s.o.Events != nil {
		s.o.Events.faults(fs)
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return s, nil
}

func fieldsByName[T any](fields []Field[T], path string, fs *faults) map[string]*Field[T] {
	by := make(map[string]*Field[T], len(fields))
	for i := range fields {
		f, path := fields[i], fmt.Sprintf("%s[%d]", path, i)
		switch {
		case f.Name == "" || len(f.Name) > MaxText:
			fs.add(path+".name", "must have 1 to %d bytes", MaxText)
		case !utf8.ValidString(f.Name):
			fs.add(path+".name", "is not valid UTF-8")
		case by[f.Name] != nil:
			fs.add(path+".name", "%q is there twice", clip(f.Name))
		case !f.complete():
			fs.add(path, "field %q has no function", clip(f.Name))
		case f.places < 0 || f.places > 18:
			fs.add(path, "field %q: places must be 0 to 18, are %d", clip(f.Name), f.places)
		}
		f.column.check(path+".column", fs)
		by[f.Name] = &f
	}
	return by
}

// zone is where a customer lives.
func (s *Schema[T]) zone(v T) *time.Location {
	if s.o.Zone != nil {
		if loc := s.o.Zone(v); loc != nil {
			return loc
		}
	}
	return s.o.Default
}
