package customer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// Entry is an event as a store keeps it: a frame with nothing personal, and a body
// that the store does not look into.
type Entry struct {
	ID       string
	Customer ID
	Subject  ID // whose data the body holds; never empty
	Origin   ID
	Revision uint64
	At       time.Time
	Recorded time.Time
	Actor    string
	Source   string
	Kind     string
	Version  int
	Sealed   bool   // whether Body is sealed under the subject's key
	Body     []byte // JSON, or what a Sealer made of it; nil after it was scrubbed
}

// Format prints the frame and not the body, whatever the verb.
func (e Entry) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, fmt.Sprintf("customer.Entry(%s %d %s, %d bytes)", e.Customer, e.Revision, e.Kind, len(e.Body)))
}

// LogValue is the frame and not the body.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", e.ID), slog.String("customer", string(e.Customer)), slog.Uint64("revision", e.Revision), slog.String("kind", e.Kind))
}

// ErrKeyDestroyed is what a Sealer answers for a subject whose key is gone. What was
// sealed under it is erased.
var ErrKeyDestroyed = errors.New("customer: key destroyed")

// Sealer encrypts what is personal, with one key for each subject, so that destroying
// a key erases what was sealed under it, wherever copies lie. Whether that counts as
// erasure in law is the host's decision; a Directory scrubs the store as well.
//
// Implementations use an authenticated cipher, bind the ciphertext to aad, and are
// called from any number of goroutines.
type Sealer interface {
	// Seal encrypts plain under the subject's key, which it makes at the first call. It
	// answers ErrKeyDestroyed once the key was destroyed, and makes no new one.
	Seal(ctx context.Context, subject ID, plain, aad []byte) ([]byte, error)
	// Open decrypts; ErrKeyDestroyed where the key is gone, any other error where
	// sealed or aad were changed.
	Open(ctx context.Context, subject ID, sealed, aad []byte) ([]byte, error)
	// Destroy destroys the subject's key for good. A second call does nothing.
	Destroy(ctx context.Context, subject ID) error
}

// Encode is the event as an entry. With a sealer, its body is sealed under the
// subject's key and bound to the frame; nil leaves it readable. An event without a body is
// ErrEvent; one that cannot be written, or is too large to be read again (16 MiB or 2^21
// values), is ErrCodec.
func Encode(ctx context.Context, e Event, sealer Sealer) (Entry, error) {
	entry := Entry{
		ID: e.ID, Customer: e.Customer, Subject: e.Who(), Origin: e.Origin, Revision: e.Revision, At: e.At, Recorded: e.Recorded,
		Actor: e.Actor, Source: e.Source, Kind: kindOf(e.Body), Version: CodecVersion,
	}
	if e.Body == nil {
		return Entry{}, &EventError{Customer: e.Customer, Revision: e.Revision, Detail: "has no body", Err: ErrEvent}
	}
	if _, gone := e.Body.(Scrubbed); gone {
		return entry, nil
	}
	body, err := json.Marshal(formOf(e.Body))
	if err != nil {
		return Entry{}, fmt.Errorf("%w: %s cannot be written", ErrCodec, entry.Kind) // not the cause: it may quote
	}
	if !fits(body) {
		return Entry{}, fmt.Errorf("%w: %s is too large to be read again", ErrCodec, entry.Kind)
	}
	entry.Body = body
	if sealer != nil {
		entry.Sealed = true
		if entry.Body, err = sealer.Seal(ctx, entry.Subject, body, entry.frame()); err != nil {
			return Entry{}, err
		}
	}
	return entry, nil
}

// frame is what a sealed body is bound to.
func (e Entry) frame() []byte {
	return fmt.Appendf(nil, "rapport customer %d %q %q %d %q", e.Version, e.Customer, e.Subject, e.Revision, e.Kind)
}

// Decode is the entry as an event. A body that was scrubbed, or whose key was
// destroyed, is Scrubbed. What cannot be read is ErrCodec, without a word of what it
// holds: an unknown kind or version, a body that is not of its kind, one that is sealed
// where there is no sealer.
func Decode(ctx context.Context, entry Entry, sealer Sealer) (Event, error) {
	e := Event{
		ID: entry.ID, Customer: entry.Customer, Origin: entry.Origin, Revision: entry.Revision, At: entry.At, Recorded: entry.Recorded,
		Actor: entry.Actor, Source: entry.Source,
	}
	if entry.Subject != entry.Customer {
		e.Subject = entry.Subject
	}
	body := entry.Body
	if body != nil && entry.Sealed {
		if sealer == nil {
			return Event{}, fmt.Errorf("%w: %s revision %d is sealed", ErrCodec, entry.Customer, entry.Revision)
		}
		opened, err := sealer.Open(ctx, entry.Subject, body, entry.frame())
		switch {
		case errors.Is(err, ErrKeyDestroyed):
			opened = nil
		case err != nil:
			return Event{}, fmt.Errorf("%w: %s revision %d cannot be opened: %w", ErrCodec, entry.Customer, entry.Revision, err)
		}
		body = opened
	}
	if body == nil {
		e.Body = Scrubbed{entry.Kind}
		return e, nil
	}
	node, err := parseStrict(body)
	if err == nil {
		e.Body, err = decodeBody(entry.Kind, entry.Version, node)
	}
	if err != nil {
		return Event{}, fmt.Errorf("%s revision %d: %w", entry.Customer, entry.Revision, err)
	}
	return e, nil
}

func decodeBody(kind string, version int, node *strictjson.Node) (Body, error) {
	form := newBody(kind)
	if form == nil || version != CodecVersion {
		return nil, fmt.Errorf("%w: a kind or version that is not known", ErrCodec)
	}
	if err := strictjson.DecodeNode(node, form); err != nil {
		return nil, quiet(err)
	}
	return bodyOf(form), nil
}

// eventForm is the JSON form of an event.
type eventForm struct {
	Version  int             `json:"v"`
	ID       string          `json:"id"`
	Customer ID              `json:"customer"`
	Subject  ID              `json:"subject,omitempty"`
	Origin   ID              `json:"origin,omitempty"`
	Revision uint64          `json:"revision"`
	At       time.Time       `json:"at"`
	Recorded time.Time       `json:"recorded"`
	Actor    string          `json:"actor,omitempty"`
	Source   string          `json:"source,omitempty"`
	Kind     string          `json:"kind"`
	Body     json.RawMessage `json:"body,omitempty"`
}

// MarshalJSON writes the event with its body. It reveals personal text.
func (e Event) MarshalJSON() ([]byte, error) {
	entry, err := Encode(context.Background(), e, nil)
	if err != nil {
		return nil, err
	}
	return json.Marshal(eventForm{
		Version: entry.Version, ID: e.ID, Customer: e.Customer, Subject: e.Subject, Origin: e.Origin, Revision: e.Revision, At: e.At,
		Recorded: e.Recorded, Actor: e.Actor, Source: e.Source, Kind: entry.Kind, Body: entry.Body,
	})
}

// UnmarshalJSON reads what MarshalJSON writes, as strictly as Customer.UnmarshalJSON;
// faults are ErrCodec.
func (e *Event) UnmarshalJSON(data []byte) error {
	node, err := parseStrict(data)
	if err != nil {
		return err
	}
	return e.readNode(node)
}

func (e *Event) readNode(node *strictjson.Node) error {
	var form struct {
		Version  int       `json:"v" strictjson:"required"`
		ID       string    `json:"id" strictjson:"required"`
		Customer ID        `json:"customer" strictjson:"required"`
		Subject  ID        `json:"subject"`
		Origin   ID        `json:"origin"`
		Revision uint64    `json:"revision" strictjson:"required"`
		At       time.Time `json:"at" strictjson:"required"`
		Recorded time.Time `json:"recorded" strictjson:"required"`
		Actor    string    `json:"actor"`
		Source   string    `json:"source"`
		Kind     string    `json:"kind" strictjson:"required"`
		Body     rawJSON   `json:"body"`
	}
	if err := quiet(strictjson.DecodeNode(node, &form)); err != nil {
		return err
	}
	read := Event{
		ID: form.ID, Customer: form.Customer, Subject: form.Subject, Origin: form.Origin, Revision: form.Revision, At: form.At,
		Recorded: form.Recorded, Actor: form.Actor, Source: form.Source,
	}
	read.Body = Scrubbed{form.Kind}
	if form.Body.node != nil {
		body, err := decodeBody(form.Kind, form.Version, form.Body.node)
		if err != nil {
			return err
		}
		read.Body = body
	}
	*e = read
	return nil
}

// rawJSON keeps a part of a document for later.
type rawJSON struct{ node *strictjson.Node }

// UnmarshalNode keeps the node.
func (r *rawJSON) UnmarshalNode(n *strictjson.Node, _ string, _ *strictjson.Faults) { r.node = n }
