package customer

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
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
	if reason := badID(string(id)); reason != "" {
		return &FieldError{Field: "ID", Detail: reason}
	}
	return nil
}

// badID says why a text is no id, or nothing.
func badID(id string) string {
	const longest = 256
	switch {
	case blank(id):
		return "is empty"
	case len(id) > longest:
		return fmt.Sprintf("is longer than %d bytes", longest)
	}
	plain := strings.TrimSpace(id)
	switch strings.ToLower(plain) {
	case "undefined", "null", "nil", "none", "nan", "0", "false", "true", "[object object]", "<nil>", "n/a":
		return "is a word for no id"
	}
	if plain != id {
		return "begins or ends with a blank"
	}
	for _, r := range plain {
		if r != ' ' && visible.Blank(r) {
			return "holds a character that cannot be seen"
		}
	}
	return ""
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

// State is what may be done with a customer's data. The zero value is the usual one.
type State uint8

// The states of a customer.
const (
	Ordinary         State = iota
	UnderRestriction       // processing was restricted at the last change, GDPR article 18: kept, and used for nothing; see ConsentLog.Restricted
	MergedAway             // absorbed by another customer; the id resolves to that one
	IsErased               // erased, GDPR article 17; what stays is in the receipt
)

// String is "ordinary", "restricted", "merged" or "erased".
func (s State) String() string { return nameOf(s, "ordinary", "restricted", "merged", "erased") }

// MarshalText writes the name; a value that is no state is an error.
func (s State) MarshalText() ([]byte, error) {
	if s > IsErased {
		return nil, fmt.Errorf("%w: no name for %s", ErrCustomer, s)
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads a name as String writes it; anything else is an error.
func (s *State) UnmarshalText(text []byte) error {
	for v := Ordinary; v <= IsErased; v++ {
		if v.String() == string(text) {
			*s = v
			return nil
		}
	}
	return fmt.Errorf("%w: unknown name of %d bytes", ErrCustomer, len(text))
}

// Customer is what is known of one customer. It is plain data.
type Customer struct {
	ID         ID
	Kind       Kind
	Revision   uint64          // counts the changes; the host's store compares it
	Names      Names           // all names held, in no order of worth; see Name
	Address    FormOfAddress   // what the person said about how to address them
	Birth      PartialDate     // of a person; of an organisation its founding
	Languages  Languages       // best first
	Region     language.Region // where the customer lives or does business, as declared; zero: not known
	Zone       string          // IANA name such as "Asia/Tokyo"; empty: not known
	Points     ContactPoints   // in the order of preference
	Postal     PostalAddresses // in the order of preference
	Relations  []Relation
	External   ExternalIDs
	Lifecycle  Lifecycle
	Consent    ConsentLog
	Tags       []string
	Attributes Attributes // in the order of their keys
	State      State
	MergedInto ID        // of a customer that was merged away: into which
	Absorbed   []ID      // the customers merged into this one, in the order of the merges
	NotSame    []ID      // customers that someone decided are other people
	Provenance []Stamp   // where the single-valued fields are from
	Updated    time.Time // when the last change was recorded; zero: never
	Joint      ID        // whose data changes are while others are merged in: all of theirs; see JointSubject
	Receipt    *Receipt  // of a customer that was erased: what stays and why; never changed once made
}

// Stamp says where the value of a single-valued field is from.
type Stamp struct {
	Field  Field     `json:"field"`
	At     time.Time `json:"at"`
	Source string    `json:"source,omitempty"`
	Event  string    `json:"event,omitempty"` // id of the event that set it
}

// Field names a group of what is held about a customer, for provenance, merges,
// retention and access.
type Field string

// The groups of a customer's data. An attribute is FieldAttributes, a dot and its key.
const (
	FieldKind       Field = "kind"
	FieldNames      Field = "names"
	FieldAddress    Field = "address"
	FieldBirth      Field = "birth"
	FieldLanguages  Field = "languages"
	FieldRegion     Field = "region"
	FieldZone       Field = "zone"
	FieldPoints     Field = "points"
	FieldPostal     Field = "postal"
	FieldRelations  Field = "relations"
	FieldExternal   Field = "external"
	FieldLifecycle  Field = "lifecycle"
	FieldConsent    Field = "consent"
	FieldTags       Field = "tags"
	FieldAttributes Field = "attributes"
)

// Stamp is where a single-valued field is from; ok is false where that is not known.
func (c Customer) Stamp(field Field) (s Stamp, ok bool) {
	for _, s := range c.Provenance {
		if s.Field == field {
			return s, true
		}
	}
	return Stamp{}, false
}

// Validate returns every fault of the customer, joined, or nil. Order: ID, Kind,
// Names, Address, Birth, Languages, Zone, Points, Postal, Relations, External,
// Lifecycle, Tags, Attributes, State. A customer without a name, a language or a point
// is valid.
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
	if c.Birth.Check() != nil {
		f.add("Birth", "is no date")
	}
	c.Languages.check(f)
	if reason := badZone(c.Zone); reason != "" {
		f.add("Zone", reason)
	}
	for i, p := range c.Points {
		if err := p.check(); err != nil {
			f.list = append(f.list, &FieldError{Field: fmt.Sprintf("Points[%d]", i), Detail: err.Error(), Err: err})
		}
	}
	for i, p := range c.Postal {
		p.check(f, fmt.Sprintf("Postal[%d]", i))
	}
	for i, r := range c.Relations {
		r.check(f, fmt.Sprintf("Relations[%d]", i), c.ID)
	}
	for i, x := range c.External {
		x.check(f, fmt.Sprintf("External[%d]", i))
	}
	c.Lifecycle.check(f)
	seen := map[string]bool{}
	for i, tag := range c.Tags {
		if blank(tag) || seen[tag] {
			f.add(fmt.Sprintf("Tags[%d]", i), "is empty or occurs twice")
		}
		seen[tag] = true
	}
	for i, a := range c.Attributes {
		field := fmt.Sprintf("Attributes[%d]", i)
		a.check(f, field)
		if i > 0 && c.Attributes[i-1].Key >= a.Key {
			f.add(field+".Key", "is not after the one that precedes it")
		}
	}
	if c.State > IsErased {
		f.add("State", "is no state")
	}
	return errors.Join(f.list...)
}

// Clone is a copy that shares nothing that can be changed.
func (c Customer) Clone() Customer {
	c.Names = cloneAll(c.Names, Name.clone)
	c.Address = c.Address.clone()
	c.Languages = slices.Clone(c.Languages)
	c.Points = cloneAll(c.Points, ContactPoint.clone)
	c.Postal = cloneAll(c.Postal, PostalAddress.clone)
	c.Relations = slices.Clone(c.Relations)
	c.External = slices.Clone(c.External)
	c.Lifecycle = Lifecycle{slices.Clone(c.Lifecycle.History)}
	c.Consent = ConsentLog{slices.Clone(c.Consent.records)} // records are never changed, only appended to
	c.Tags = slices.Clone(c.Tags)
	c.Attributes = slices.Clone(c.Attributes)
	c.Absorbed, c.NotSame = slices.Clone(c.Absorbed), slices.Clone(c.NotSame)
	c.Provenance = slices.Clone(c.Provenance)
	return c
}

func cloneAll[S ~[]E, E any](list S, clone func(E) E) S {
	if list == nil {
		return nil
	}
	out := make(S, len(list))
	for i, e := range list {
		out[i] = clone(e)
	}
	return out
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

// ZoneChoice is the location that a question about a customer's day is answered in.
type ZoneChoice struct {
	Location *time.Location
	Zone     string // the zone that the customer has, kept as it is
	Fallback bool   // whether Location is the default that was stated, not the customer's
	Reason   error  // why it is the default; nil where it is not
}

// ZoneOr is the customer's location, or the stated default together with the reason
// why the customer's own could not be had. A default that is nil stays nil: a location
// is never made up.
func (c Customer) ZoneOr(load func(name string) (*time.Location, error), standard *time.Location) ZoneChoice {
	loc, err := c.Location(load)
	if err != nil {
		return ZoneChoice{Location: standard, Zone: c.Zone, Fallback: true, Reason: err}
	}
	return ZoneChoice{Location: loc, Zone: c.Zone}
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
