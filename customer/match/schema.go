package match

import (
	"fmt"
)

// Role is what a field holds, and so how its values are brought to one form, compared,
// blocked on and vetoed by the standard model.
type Role uint8

// The roles. At most one field each may be RoleGiven, RoleSurname, RoleReading,
// RoleBirth and RoleGeneration.
const (
	// RolePlain is text that is taken as it is; the standard model does not look at it.
	RolePlain Role = iota + 1
	// RoleGiven and RoleSurname are names, folded by [Fold]. A generation at the end of
	// either (Jr, III) is taken off and kept apart.
	RoleGiven
	RoleSurname
	// RoleReading is how the name is read, family name first, blank between, in kana or
	// Latin letters.
	RoleReading
	// RoleGeneration is Sr, Jr, II where a field of its own holds it.
	RoleGeneration
	// RoleBirth is a date as YYYY-MM-DD or YYYYMMDD; what is no date is kept as text.
	RoleBirth
	// RoleEmail is folded to lower case.
	RoleEmail
	// RolePhone is reduced to its last ten digits.
	RolePhone
	// RoleStreet is a line of an address, RolePlace a town or region, folded.
	RoleStreet
	RolePlace
	// RolePostcode is folded; the blank stays.
	RolePostcode
	// RoleAttribute is what many people share, such as an occupation, folded.
	RoleAttribute
	// RoleStrongID identifies a person within one source, as it is: two records with two
	// values of one field are two people. A cookie or a device is no strong id.
	RoleStrongID
)

const roleWords words = "plain given surname reading generation birth email phone street place postcode attribute strong_id"

// String names the role.
func (r Role) String() string { return roleWords.text(uint8(r)) }

// MarshalText writes the name.
func (r Role) MarshalText() ([]byte, error) { return roleWords.marshal(uint8(r)) }

// UnmarshalText reads a name.
func (r *Role) UnmarshalText(text []byte) error {
	i, err := roleWords.parse(text)
	*r = Role(i)
	return err
}

// Names under which the values of single roles are found by comparisons, rules and
// frequencies; those of other fields have the field's own name.
const (
	Given          = "given"
	Surname        = "surname"
	Name           = "name" // given name and surname, both there
	GivenReading   = "given_reading"
	SurnameReading = "surname_reading"
	NameReading    = "name_reading"
	Generation     = "generation"
	Birth          = "birth"
)

// Field is a field of the host's row type T. Read gives its text, empty where it is
// missing; it must not change what it reads.
type Field[T any] struct {
	Name string
	Role Role
	Read func(T) string
}

// SchemaOptions are what a schema may know besides the fields; nil is none of it.
type SchemaOptions struct {
	// Short are short forms of given names; nil: none.
	Short *Nicknames
}

// Schema says how records of the host's row type T are read. It is read only.
type Schema[T any] struct {
	id     func(T) string
	fields []Field[T]
	core   *schema
}

// schema is what does not depend on the row type.
type schema struct {
	fields []fieldSpec
	short  *Nicknames
}

type fieldSpec struct {
	name string
	role Role
}

// maxFields bounds how many fields a schema has.
const maxFields = 100

// NewSchema makes a schema of a function that gives a record's id, unique and not empty,
// and of its fields. The error joins every fault under [ErrSchema].
func NewSchema[T any](id func(T) string, fields []Field[T], o *SchemaOptions) (*Schema[T], error) {
	s := &Schema[T]{id: id, fields: append([]Field[T](nil), fields...), core: &schema{}}
	if o != nil {
		s.core.short = o.Short
	}
	fs := &faults{err: ErrSchema}
	if id == nil {
		fs.add("id", "there is no function")
	}
	if len(fields) == 0 || len(fields) > maxFields {
		fs.add("fields", "must be 1 to %d, are %d", maxFields, len(fields))
	}
	names, roles := map[string]bool{}, map[Role]bool{}
	for i, f := range fields {
		path := fmt.Sprintf("fields[%d]", i)
		spec := fieldSpec{f.Name, f.Role}
		if f.Read == nil {
			fs.add(path, "field %q has no function", clip(f.Name))
		}
		if f.Role < RolePlain || f.Role > RoleStrongID {
			fs.add(path+".role", "%d is no role", f.Role)
		}
		if spec.single() && roles[f.Role] {
			fs.add(path+".role", "%s is there twice", f.Role)
		}
		roles[f.Role] = true
		for _, c := range spec.columns() {
			if c == "" || len(c) > 200 {
				fs.add(path+".name", "must have 1 to 200 bytes")
			} else if names[c] && c != Generation {
				fs.add(path+".name", "%q is there twice", clip(c))
			}
			names[c] = true
		}
		s.core.fields = append(s.core.fields, spec)
	}
	if err := fs.join(); err != nil {
		return nil, err
	}
	return s, nil
}

func (f fieldSpec) single() bool {
	switch f.role {
	case RoleGiven, RoleSurname, RoleReading, RoleGeneration, RoleBirth:
		return true
	}
	return false
}

// columns are the names under which the values of a field are found.
func (f fieldSpec) columns() []string {
	switch f.role {
	case RoleGiven:
		return []string{Given}
	case RoleSurname:
		return []string{Surname}
	case RoleReading:
		return nil
	case RoleGeneration:
		return []string{Generation}
	case RoleBirth:
		return []string{Birth}
	}
	return []string{f.name}
}

func (s *schema) field(r Role) int {
	for i, f := range s.fields {
		if f.role == r {
			return i
		}
	}
	return -1
}

func (s *schema) has(r Role) bool { return s.field(r) >= 0 }

// names are the columns of all fields with a role.
func (s *schema) names(r Role) []string {
	var out []string
	for _, f := range s.fields {
		if f.role == r {
			out = append(out, f.columns()...)
		}
	}
	return out
}
