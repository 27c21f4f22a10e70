package customer

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/text/language"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// ErrCodec is what data unwraps to that is no entry or customer of this package.
var ErrCodec = errors.New("customer: cannot be read")

// CodecVersion is the version of the stored form that this package writes. It reads
// version 1 only.
const CodecVersion = 1

// Limits of stored forms: bytes, values in one, and how deep they lie.
const (
	maxBody  = 16 << 20
	maxNodes = 2 << 20
	maxDepth = 16
)

// fits reports a form that can be read again. Commas and brackets within texts count as
// well, so that it says no too soon rather than too late.
func fits(form []byte) bool {
	nodes := 1
	for _, b := range form {
		if b == ',' || b == '[' || b == '{' {
			nodes++
		}
	}
	return len(form) <= maxBody && nodes <= maxNodes
}

// newBody is an empty body of a kind, to be filled; nil for a kind that is not known.
func newBody(kind string) any {
	switch kind {
	case "created":
		return &Created{}
	case "name_added":
		return &NameAdded{}
	case "name_removed":
		return &NameRemoved{}
	case "address_set":
		return &AddressSet{}
	case "birth_set":
		return &BirthSet{}
	case "kind_set":
		return &KindSet{}
	case "languages_set":
		return &LanguagesSet{}
	case "region_set":
		return &regionForm{}
	case "zone_set":
		return &ZoneSet{}
	case "point_added":
		return &PointAdded{}
	case "point_removed":
		return &PointRemoved{}
	case "point_status_changed":
		return &PointStatusChanged{}
	case "point_marked":
		return &PointMarked{}
	case "postal_added":
		return &PostalAdded{}
	case "postal_removed":
		return &PostalRemoved{}
	case "relation_added":
		return &RelationAdded{}
	case "relation_removed":
		return &RelationRemoved{}
	case "external_added":
		return &ExternalAdded{}
	case "external_removed":
		return &ExternalRemoved{}
	case "attribute_set":
		return &AttributeSet{}
	case "attribute_removed":
		return &AttributeRemoved{}
	case "tagged":
		return &Tagged{}
	case "untagged":
		return &Untagged{}
	case "consent_recorded":
		return &ConsentRecorded{}
	case "restriction_set":
		return &RestrictionSet{}
	case "not_same_decided":
		return &NotSameDecided{}
	case "not_same_lifted":
		return &NotSameLifted{}
	case "stage_changed":
		return &StageChanged{}
	case "customers_merged":
		return &mergedForm{}
	case "was_merged":
		return &WasMerged{}
	case "merge_undone":
		return &undoneForm{}
	case "merge_returned":
		return &returnedForm{}
	case "person_erased":
		return &erasedForm{}
	case "compacted":
		return &compactedForm{}
	}
	return nil
}

// bodyOf turns what newBody gave into a body.
func bodyOf(filled any) Body {
	switch b := filled.(type) {
	case *Created:
		return *b
	case *NameAdded:
		return *b
	case *NameRemoved:
		return *b
	case *AddressSet:
		return *b
	case *BirthSet:
		return *b
	case *KindSet:
		return *b
	case *LanguagesSet:
		return *b
	case *regionForm:
		return b.body()
	case *ZoneSet:
		return *b
	case *PointAdded:
		return *b
	case *PointRemoved:
		return *b
	case *PointStatusChanged:
		return *b
	case *PointMarked:
		return *b
	case *PostalAdded:
		return *b
	case *PostalRemoved:
		return *b
	case *RelationAdded:
		return *b
	case *RelationRemoved:
		return *b
	case *ExternalAdded:
		return *b
	case *ExternalRemoved:
		return *b
	case *AttributeSet:
		return *b
	case *AttributeRemoved:
		return *b
	case *Tagged:
		return *b
	case *Untagged:
		return *b
	case *ConsentRecorded:
		return *b
	case *RestrictionSet:
		return *b
	case *NotSameDecided:
		return *b
	case *NotSameLifted:
		return *b
	case *StageChanged:
		return *b
	case *mergedForm:
		return b.body()
	case *WasMerged:
		return *b
	case *undoneForm:
		return b.body()
	case *returnedForm:
		return b.body()
	case *erasedForm:
		return b.body()
	case *compactedForm:
		return b.body()
	}
	return nil
}

// formOf is what is written of a body.
func formOf(b Body) any {
	switch b := b.(type) {
	case RegionSet:
		return regionForm{regionText(b.Region)}
	case CustomersMerged:
		return mergedForm{b.Loser, formOfCustomer(b.Content), b.Picks, b.Reason}
	case MergeUndone:
		form := undoneForm{Merge: b.Merge, Loser: b.Loser, Content: formOfCustomer(b.Content), Follow: b.Follow, Changes: changesOf(b.Changes), Reason: b.Reason}
		if len(b.Changes) > 0 {
			base := formOfCustomer(b.Base)
			form.Base = &base
		}
		return form
	case MergeReturned:
		return returnedForm{b.From, b.Merge, formOfCustomer(b.Content), changesOf(b.Changes)}
	case PersonErased:
		return erasedForm{formOfCustomer(b.Content)}
	case Compacted:
		return compactedForm{formOfCustomer(b.Content), b.Removed, b.Reason}
	default:
		return b
	}
}

type (
	regionForm struct {
		Region regionText `json:"region,omitzero"`
	}
	mergedForm struct {
		Loser   ID           `json:"loser"`
		Content customerForm `json:"content"`
		Picks   []FieldPick  `json:"picks,omitempty"`
		Reason  string       `json:"reason,omitempty"`
	}
	undoneForm struct {
		Merge   string        `json:"merge"`
		Loser   ID            `json:"loser"`
		Content customerForm  `json:"content"`
		Follow  []ID          `json:"follow,omitempty"`
		Base    *customerForm `json:"base,omitempty"`
		Changes []changeForm  `json:"changes,omitempty"`
		Reason  string        `json:"reason,omitempty"`
	}
	returnedForm struct {
		From    ID           `json:"from"`
		Merge   string       `json:"merge"`
		Content customerForm `json:"content"`
		Changes []changeForm `json:"changes,omitempty"`
	}
	erasedForm struct {
		Content customerForm `json:"content"`
	}
	compactedForm struct {
		Content customerForm `json:"content"`
		Removed []Field      `json:"removed,omitempty"`
		Reason  string       `json:"reason,omitempty"`
	}
)

func (f *regionForm) body() Body { return RegionSet{language.Region(f.Region)} }
func (f *mergedForm) body() Body {
	return CustomersMerged{f.Loser, f.Content.customer(), f.Picks, f.Reason}
}

func (f *undoneForm) body() Body {
	b := MergeUndone{Merge: f.Merge, Loser: f.Loser, Content: f.Content.customer(), Follow: f.Follow, Reason: f.Reason}
	if f.Base != nil {
		b.Base = f.Base.customer()
	}
	for _, c := range f.Changes {
		b.Changes = append(b.Changes, c.event)
	}
	return b
}

func (f *returnedForm) body() Body {
	b := MergeReturned{From: f.From, Merge: f.Merge, Content: f.Content.customer()}
	for _, c := range f.Changes {
		b.Changes = append(b.Changes, c.event)
	}
	return b
}

func (f *erasedForm) body() Body    { return PersonErased{f.Content.customer()} }
func (f *compactedForm) body() Body { return Compacted{f.Content.customer(), f.Removed, f.Reason} }

// regionText is a region as text.
type regionText language.Region

// MarshalText writes the ISO 3166-1 or UN M.49 code.
func (r regionText) MarshalText() ([]byte, error) { return []byte(language.Region(r).String()), nil }

// UnmarshalText reads a code.
func (r *regionText) UnmarshalText(text []byte) error {
	read, err := language.ParseRegion(string(text))
	if err != nil {
		return errors.New("want a region such as JP")
	}
	*r = regionText(read)
	return nil
}

// customerForm is the JSON form of a customer.
type customerForm struct {
	Version    int             `json:"v"`
	ID         ID              `json:"id,omitempty"`
	Kind       Kind            `json:"kind,omitzero"`
	Revision   uint64          `json:"revision,omitempty"`
	Names      Names           `json:"names,omitempty"`
	Address    FormOfAddress   `json:"address,omitzero"`
	Birth      PartialDate     `json:"birth,omitzero"`
	Languages  Languages       `json:"languages,omitempty"`
	Region     regionText      `json:"region,omitzero"`
	Zone       string          `json:"zone,omitempty"`
	Points     ContactPoints   `json:"points,omitempty"`
	Postal     PostalAddresses `json:"postal,omitempty"`
	Relations  []Relation      `json:"relations,omitempty"`
	External   ExternalIDs     `json:"external,omitempty"`
	Lifecycle  []StageChange   `json:"lifecycle,omitempty"`
	Consent    []ConsentRecord `json:"consent,omitempty"`
	Tags       []string        `json:"tags,omitempty"`
	Attributes Attributes      `json:"attributes,omitempty"`
	State      State           `json:"state,omitzero"`
	MergedInto ID              `json:"merged_into,omitempty"`
	Absorbed   []ID            `json:"absorbed,omitempty"`
	NotSame    []ID            `json:"not_same,omitempty"`
	Provenance []Stamp         `json:"provenance,omitempty"`
	Updated    time.Time       `json:"updated,omitzero"`
	Joint      ID              `json:"joint,omitempty"`
	Receipt    *Receipt        `json:"receipt,omitempty"`
}

func formOfCustomer(c Customer) customerForm {
	return customerForm{
		Version: CodecVersion, ID: c.ID, Kind: c.Kind, Revision: c.Revision, Names: c.Names, Address: c.Address, Birth: c.Birth,
		Languages: c.Languages, Region: regionText(c.Region), Zone: c.Zone, Points: c.Points, Postal: c.Postal, Relations: c.Relations,
		External: c.External, Lifecycle: c.Lifecycle.History, Consent: c.Consent.records, Tags: c.Tags, Attributes: c.Attributes,
		State: c.State, MergedInto: c.MergedInto, Absorbed: c.Absorbed, NotSame: c.NotSame, Provenance: c.Provenance,
		Updated: c.Updated, Joint: c.Joint, Receipt: c.Receipt,
	}
}

func (f customerForm) customer() Customer {
	return Customer{
		ID: f.ID, Kind: f.Kind, Revision: f.Revision, Names: f.Names, Address: f.Address, Birth: f.Birth,
		Languages: f.Languages, Region: language.Region(f.Region), Zone: f.Zone, Points: f.Points, Postal: f.Postal,
		Relations: f.Relations, External: f.External, Lifecycle: Lifecycle{f.Lifecycle}, Consent: ConsentLog{f.Consent}, Tags: f.Tags,
		Attributes: f.Attributes, State: f.State, MergedInto: f.MergedInto, Absorbed: f.Absorbed, NotSame: f.NotSame,
		Provenance: f.Provenance, Updated: f.Updated, Joint: f.Joint, Receipt: f.Receipt,
	}
}

// MarshalJSON writes all that is known of the customer. It reveals personal text.
func (c Customer) MarshalJSON() ([]byte, error) { return json.Marshal(formOfCustomer(c)) }

// UnmarshalJSON reads what MarshalJSON writes, as strictly as a ConsentLog: an unknown
// or repeated field, a value of the wrong type, another version and a form of over 16
// MiB are ErrCodec, every fault at once, without the text that they are about. Whether
// the values are right is checked by Validate.
func (c *Customer) UnmarshalJSON(data []byte) error {
	var form customerForm
	if err := readStrict(data, &form); err != nil {
		return err
	}
	if form.Version != CodecVersion {
		return fmt.Errorf("%w: version %d", ErrCodec, form.Version)
	}
	*c = form.customer()
	return nil
}

func storeLimits() *strictjson.Limits {
	return &strictjson.Limits{Bytes: maxBody, Depth: maxDepth, Nodes: maxNodes}
}

// readStrict reads JSON; its errors are ErrCodec and quote nothing.
func readStrict(data []byte, into any) error {
	node, err := parseStrict(data)
	if err != nil {
		return err
	}
	return quiet(strictjson.DecodeNode(node, into))
}

func parseStrict(data []byte) (*strictjson.Node, error) {
	node, err := strictjson.Parse(data, storeLimits())
	return node, quiet(err)
}

// quiet turns faults into ErrCodec, without the text that they quote.
func quiet(err error) error {
	if err == nil {
		return nil
	}
	var bad []error
	for _, e := range unjoin(err) {
		var fault *strictjson.Fault
		if !errors.As(e, &fault) {
			bad = append(bad, fmt.Errorf("%w: there are more faults", ErrCodec))
			continue
		}
		bad = append(bad, fmt.Errorf("%w: %s", ErrCodec, quietFault(fault)))
	}
	return errors.Join(bad...)
}

// quietFault says what is wrong without a word of the data: the path only as far as
// the form defines it, the cause only by its kind.
func quietFault(fault *strictjson.Fault) string {
	for _, kind := range []error{strictjson.ErrSyntax, strictjson.ErrLimit, strictjson.ErrDuplicate, strictjson.ErrUnknown} {
		if errors.Is(fault, kind) {
			return kind.Error()
		}
	}
	for _, kind := range []error{strictjson.ErrType, strictjson.ErrMissing} {
		if errors.Is(fault, kind) {
			return fault.Path + ": " + kind.Error()
		}
	}
	return fault.Path + ": " + strictjson.ErrValue.Error()
}

func unjoin(err error) []error {
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) {
		return many.Unwrap()
	}
	return []error{err}
}

// changeForm is an event within another's body.
type changeForm struct{ event Event }

func changesOf(events []Event) []changeForm {
	var out []changeForm
	for _, e := range events {
		out = append(out, changeForm{e})
	}
	return out
}

// MarshalJSON writes the event.
func (c changeForm) MarshalJSON() ([]byte, error) { return c.event.MarshalJSON() }

// UnmarshalNode reads the event and reports its faults as its own.
func (c *changeForm) UnmarshalNode(n *strictjson.Node, path string, faults *strictjson.Faults) {
	if err := c.event.readNode(n); err != nil {
		faults.Add(path, strictjson.ErrValue, "")
	}
}
