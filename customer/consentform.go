package customer

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// Limits of the JSON forms, in bytes. A record that Append takes fits.
const (
	maxLogForm    = 16 << 20
	maxRecordForm = 64 << 10
	maxValues     = 24 // values in a record's form, at most
	minValue      = 8  // bytes that a value takes, with its key, on average over a record, at least
)

// UnmarshalJSON reads what MarshalJSON writes and checks it as Append does. It replaces
// the records, or leaves them where there is a fault. It is strict: an unknown or
// repeated field, a value of the wrong type and a form of over 16 MiB are refused.
// Every fault is reported at once, with its place; none quotes what the form holds.
func (l *ConsentLog) UnmarshalJSON(data []byte) error {
	node, err := parseForm(data, &strictjson.Limits{Bytes: maxLogForm, Depth: 3, Nodes: maxLogForm / minValue})
	if err != nil {
		return err
	}
	var forms []recordForm
	if err := strictjson.DecodeNode(node, &forms); err != nil {
		return formFaults(err)
	}
	records := make([]ConsentRecord, len(forms))
	for i, f := range forms {
		records[i] = f.record()
	}
	log, err := ConsentLog{}.Append(records...)
	if err != nil {
		return err
	}
	*l = log
	return nil
}

// UnmarshalJSON reads the form of a record, as strictly as that of a log: an unknown
// field is a fault, so that a grant whose end is misspelt does not last for ever.
// Whether the record means anything is checked by ConsentLog.Append.
func (r *ConsentRecord) UnmarshalJSON(data []byte) error {
	var form recordForm
	if err := readForm(data, &form); err != nil {
		return err
	}
	*r = form.record()
	return nil
}

// UnmarshalJSON reads the form of a question, as strictly as that of a record. The
// instant is required.
func (q *ConsentQuestion) UnmarshalJSON(data []byte) error {
	var form struct {
		Purpose Purpose `json:"purpose"`
		Channel Channel `json:"channel"`
		Point   string  `json:"point"`
		At      instant `json:"at" strictjson:"required"`
	}
	if err := readForm(data, &form); err != nil {
		return err
	}
	*q = ConsentQuestion{Purpose: form.Purpose, Channel: form.Channel, Point: form.Point, At: time.Time(form.At)}
	return nil
}

// recordForm is the form of a record.
type recordForm struct {
	Type              ConsentType  `json:"type" strictjson:"required"`
	Purpose           Purpose      `json:"purpose"`
	Channel           Channel      `json:"channel"`
	Point             string       `json:"point"`
	Basis             ConsentBasis `json:"basis"`
	At                instant      `json:"at" strictjson:"required"`
	Expires           instant      `json:"expires"`
	NeedsConfirmation bool         `json:"needs_confirmation"`
	Proof             *proofForm   `json:"proof"`
	Status            PointStatus  `json:"status"`
	Source            string       `json:"source"`
	Guardian          string       `json:"guardian"`
	Origin            string       `json:"origin"`
}

type proofForm struct {
	Method  string `json:"method"`
	Wording string `json:"wording"`
	Ref     string `json:"ref"`
}

func (f recordForm) record() ConsentRecord {
	r := ConsentRecord{
		Type: f.Type, Purpose: f.Purpose, Channel: f.Channel, Point: f.Point, Basis: f.Basis, At: time.Time(f.At),
		Expires: time.Time(f.Expires), NeedsConfirmation: f.NeedsConfirmation, Status: f.Status, Source: f.Source, Guardian: f.Guardian, Origin: f.Origin,
	}
	if f.Proof != nil {
		proof := Proof(*f.Proof)
		r.Proof = &proof
	}
	return r
}

// instant is an instant of RFC 3339, whose error does not quote the text.
type instant time.Time

func (i *instant) UnmarshalText(text []byte) error {
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return errors.New("want an instant such as 2026-01-31T12:00:00Z")
	}
	*i = instant(t)
	return nil
}

// readForm reads the form of one record or question.
func readForm(data []byte, into any) error {
	node, err := parseForm(data, &strictjson.Limits{Bytes: maxRecordForm, Depth: 2, Nodes: maxValues})
	if err != nil {
		return err
	}
	if err := strictjson.DecodeNode(node, into); err != nil {
		return formFaults(err)
	}
	return nil
}

// parseForm reads JSON text. What is no JSON is reported by place only, since the
// decoder's own words quote the text.
func parseForm(data []byte, limits *strictjson.Limits) (*strictjson.Node, error) {
	if len(data) <= limits.Bytes {
		var raw json.RawMessage
		if syntax := (*json.SyntaxError)(nil); errors.As(json.Unmarshal(data, &raw), &syntax) {
			return nil, &RecordError{Index: -1, Detail: fmt.Sprintf("not JSON from byte %d on", syntax.Offset)}
		}
	}
	node, err := strictjson.Parse(data, limits)
	if err != nil {
		return nil, formFaults(err)
	}
	return node, nil
}

// formFaults turns the faults of a form into those of records, without the text that
// they quote: a value that is out of place may be personal, and so may a key.
func formFaults(err error) error {
	var many interface{ Unwrap() []error }
	if !errors.As(err, &many) {
		return formFault(err)
	}
	var bad []error
	for _, e := range many.Unwrap() {
		bad = append(bad, formFault(e))
	}
	return errors.Join(bad...)
}

// knownPath is as much of a path as the form itself defines.
var knownPath = regexp.MustCompile(`^(?:\[(\d+)\])?\.?(type|purpose|channel|point|basis|at|expires|needs_confirmation|` +
	`status|source|guardian|origin|proof(?:\.(?:method|wording|ref))?)?`)

func formFault(err error) error {
	var fault *strictjson.Fault
	if !errors.As(err, &fault) {
		return &RecordError{Index: -1, Detail: "there are more faults"}
	}
	parts := knownPath.FindStringSubmatch(fault.Path)
	out := &RecordError{Index: -1, Field: parts[2], Detail: fault.Err.Error()}
	if i, err := strconv.Atoi(parts[1]); err == nil {
		out.Index = i
	}
	if rest := fault.Path[len(parts[0]):]; rest != "" && rest[0] != '.' {
		out.Field = out.Field[:max(0, strings.LastIndexByte(out.Field, '.'))] // a longer word that begins like a field
	}
	switch fault.Err {
	case strictjson.ErrUnknown, strictjson.ErrType, strictjson.ErrLimit: // what these say is of the form, not of the text
		if fault.Detail != "" {
			out.Detail += ": " + fault.Detail
		}
	}
	return out
}
