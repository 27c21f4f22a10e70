package customer

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/visible"
)

// ErrCustomer is what every fault of a customer unwraps to.
var ErrCustomer = errors.New("customer: not valid")

// FieldError is one fault of a customer. It unwraps to ErrCustomer.
type FieldError struct {
	Field  string // where: "ID", "Names[1].Components[0].Kind"
	Detail string // what is wrong; never personal text
	Err    error  // the cause, where there is one
}

// Error writes field and detail.
func (e *FieldError) Error() string { return "customer: " + e.Field + ": " + e.Detail }

// Unwrap gives ErrCustomer and the cause.
func (e *FieldError) Unwrap() []error {
	if e.Err == nil {
		return []error{ErrCustomer}
	}
	return []error{ErrCustomer, e.Err}
}

// ID is the host's key of a customer. It is no personal text: use a number or a
// random string, not an address.
type ID string

// Check refuses an empty id, one of over 256 bytes, one that begins or ends with a
// blank or holds a character that cannot be seen (two such ids look the same), and the
// words that programs write for a missing one ("undefined", "null", "0", …): under such
// an id, everyone becomes one customer.
func (id ID) Check() error {
	const longest = 256
	switch {
	case blank(id):
		return &FieldError{Field: "ID", Detail: "is empty"}
	case len(id) > longest:
		return &FieldError{Field: "ID", Detail: fmt.Sprintf("is longer than %d bytes", longest)}
	}
	plain := strings.TrimSpace(string(id))
	switch strings.ToLower(plain) {
	case "undefined", "null", "nil", "none", "nan", "0", "false", "true", "[object object]", "<nil>", "n/a":
		return &FieldError{Field: "ID", Detail: "is a word for no id"}
	}
	if plain != string(id) {
		return &FieldError{Field: "ID", Detail: "begins or ends with a blank"}
	}
	for _, r := range plain {
		if r != ' ' && visible.Blank(r) {
			return &FieldError{Field: "ID", Detail: "holds a character that cannot be seen"}
		}
	}
	return nil
}

// Kind is what sort of customer it is. The zero value is not known.
type Kind uint8

// The kinds of customer.
const (
	Person Kind = iota + 1
	Organization
	Household
)

// String is "person", "organization" or "household"; "unknown" for the zero value.
func (k Kind) String() string { return nameOf(k, "unknown", "person", "organization", "household") }

// MarshalText writes the name; a value that is no kind is an error.
func (k Kind) MarshalText() ([]byte, error) { return marshalName(k, Household) }

// UnmarshalText reads a name as String writes it; anything else is an error.
func (k *Kind) UnmarshalText(text []byte) error { return unmarshalName(k, text, Household) }

// Customer is what is known of one customer. It is plain data.
type Customer struct {
	ID        ID
	Kind      Kind
	Revision  uint64          // counts the changes; the host's store compares it
	Names     Names           // all names held, in no order of worth; see Name
	Address   FormOfAddress   // what the person said about how to address them
	Languages Languages       // best first
	Region    language.Region // where the customer lives or does business, as declared; zero: not known
	Zone      string          // IANA name such as "Asia/Tokyo"; empty: not known
	Points    ContactPoints   // in the order of preference
	Lifecycle Lifecycle
	Consent   ConsentLog
	Tags      []string
}

// Validate returns every fault of the customer, joined, or nil. Order: ID, Kind,
// Names, Address, Languages, Zone, Points, Lifecycle, Tags. A customer without a name,
// a language or a point is valid.
func (c Customer) Validate() error {
	f := &faults{}
	if err := c.ID.Check(); err != nil {
		f.list = append(f.list, err)
	}
	if c.Kind > Household {
		f.add("Kind", "is no kind")
	}
	for i, n := range c.Names {
		n.check(f, fmt.Sprintf("Names[%d]", i))
	}
	c.Address.check(f)
	c.Languages.check(f)
	if reason := badZone(c.Zone); reason != "" {
		f.add("Zone", reason)
	}
	for i, p := range c.Points {
		if err := p.check(); err != nil {
			f.list = append(f.list, &FieldError{Field: fmt.Sprintf("Points[%d]", i), Detail: err.Error(), Err: err})
		}
	}
	c.Lifecycle.check(f)
	seen := map[string]bool{}
	for i, tag := range c.Tags {
		if blank(tag) || seen[tag] {
			f.add(fmt.Sprintf("Tags[%d]", i), "is empty or occurs twice")
		}
		seen[tag] = true
	}
	return errors.Join(f.list...)
}

// faults collects the faults of a customer.
type faults struct{ list []error }

func (f *faults) add(field, detail string) {
	f.list = append(f.list, &FieldError{Field: field, Detail: detail})
}

// Name is the name to use: the first preferred one, else the first legal one, else
// the first that is not a former one; ok is false when there is none.
func (c Customer) Name() (name Name, ok bool) {
	for _, use := range [...]NameUse{PreferredName, LegalName} {
		for _, n := range c.Names {
			if n.Use == use {
				return n, true
			}
		}
	}
	for _, n := range c.Names {
		if n.Use != FormerName {
			return n, true
		}
	}
	return Name{}, false
}

// Location loads the customer's zone with the host's function, such as
// time.LoadLocation. An unknown zone is ErrCustomer without a call; so is a name that
// the function does not know, whose cause the error carries too. It never falls back
// to UTC.
func (c Customer) Location(load func(name string) (*time.Location, error)) (*time.Location, error) {
	if c.Zone == "" {
		return nil, &FieldError{Field: "Zone", Detail: "is not known"}
	}
	if reason := badZone(c.Zone); reason != "" {
		return nil, &FieldError{Field: "Zone", Detail: reason}
	}
	loc, err := load(c.Zone)
	if err != nil {
		return nil, &FieldError{Field: "Zone", Detail: "is not in the zone database: " + c.Zone, Err: err}
	}
	return loc, nil
}

// badZone says why a text cannot be an IANA zone name, or nothing.
func badZone(zone string) string {
	const longest = 64
	switch {
	case zone == "":
		return ""
	case zone == "Local":
		return "Local is the zone of a machine, not of a customer"
	case len(zone) > longest, strings.Contains(zone, ".."), strings.HasPrefix(zone, "/"):
		return "is not an IANA name"
	}
	for _, r := range zone {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		if !letter && !strings.ContainsRune("/_+-", r) {
			return "is not an IANA name"
		}
	}
	return ""
}

// Format prints the ID and nothing personal, whatever the verb.
func (c Customer) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "customer.Customer("+string(c.ID)+")")
}

// LogValue is the ID, kind, revision and stage; nothing personal.
func (c Customer) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", string(c.ID)), slog.String("kind", c.Kind.String()),
		slog.Uint64("revision", c.Revision), slog.String("stage", string(c.Lifecycle.Stage())),
	)
}

// enum is a typed enumeration of this package: consecutive from one.
type enum interface {
	~uint8
	fmt.Stringer
}

// nameOf finds the name of a value in a list.
func nameOf[E ~uint8](v E, names ...string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return fmt.Sprintf("unknown(%d)", uint8(v))
}

func marshalName[E enum](v, highest E) ([]byte, error) {
	if v < 1 || v > highest {
		return nil, fmt.Errorf("%w: no name for %s", ErrCustomer, v)
	}
	return []byte(v.String()), nil
}

func unmarshalName[E enum](into *E, text []byte, highest E) error {
	for v := E(1); v <= highest; v++ {
		if v.String() == string(text) {
			*into = v
			return nil
		}
	}
	return fmt.Errorf("%w: unknown name of %d bytes", ErrCustomer, len(text)) // not the text: it may be anything
}
