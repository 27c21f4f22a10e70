package vcard

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// version1 is the version of JSContact that cards are written in.
const version1 = "1.0"

// DecodeJSContact reads one Card object of RFC 9553. Members that this package has no
// field for are kept. Faults carry the path of their member: what does not fit its
// field is one, and gives no card unless the reading is tolerant, where it is kept in
// Kept.Extra. What is no JSON, names a member twice or exceeds Bytes or Depth gives no
// card in either case; a missing or other version is kept, a missing uid is
// ErrMissing.
func DecodeJSContact(data []byte, o *DecodeOptions) (Card, error) {
	opts := o.orDefault()
	var f faults
	tree, err := strictjson.Parse(bytes.TrimPrefix(data, []byte(bom)), &strictjson.Limits{Bytes: opts.Bytes, Depth: opts.Depth, Nodes: 1 << 30})
	if err != nil {
		kind := ErrSyntax
		if errors.Is(err, strictjson.ErrLimit) {
			kind = ErrLimit
		}
		f.put(fmt.Errorf("%w: %w", kind, err))
		return Card{}, f.join()
	}
	if tree.Kind != strictjson.Object {
		f.add(ErrSyntax, 0, "", "not an object")
		return Card{}, f.join()
	}
	if v, ok := tree.Lookup("version"); ok && v.Kind == strictjson.String && v.Text == version1 {
		remove(tree, "version")
	}
	var c Card
	r := reader{faults: &f}
	r.object(tree, reflect.ValueOf(&c).Elem(), nil)
	if c.UID == "" {
		f.add(ErrMissing, 0, "uid", "")
	}
	if f.any() && !opts.Tolerant {
		c = Card{}
	}
	return c, f.join()
}

// EncodeJSContact writes a card as a Card object of RFC 9553, members in a fixed order.
// A card without a UID gets [Card.DeriveUID]. It fails as [Card.Check] does.
func EncodeJSContact(c *Card) ([]byte, error) {
	tree, err := c.checked()
	if err != nil {
		return nil, err
	}
	head := node{Kind: strictjson.Object}
	if _, ok := tree.Lookup("@type"); !ok {
		head.Members = append(head.Members, strictjson.Member{Key: "@type", Value: text("Card")})
	}
	if _, ok := tree.Lookup("version"); !ok {
		head.Members = append(head.Members, strictjson.Member{Key: "version", Value: text(version1)})
	}
	if c.UID == "" {
		if _, ok := tree.Lookup("uid"); !ok {
			head.Members = append(head.Members, strictjson.Member{Key: "uid", Value: text(c.DeriveUID())})
		}
	}
	head.Members = append(head.Members, tree.Members...)
	return appendJSON(make([]byte, 0, 1024), &head), nil
}

// MarshalJSON is [EncodeJSContact].
func (c Card) MarshalJSON() ([]byte, error) { return EncodeJSContact(&c) }

// UnmarshalJSON is a strict [DecodeJSContact].
func (c *Card) UnmarshalJSON(data []byte) error {
	out, err := DecodeJSContact(data, nil)
	if err == nil {
		*c = out
	}
	return err
}

// Format prints a fixed word in place of the card, whatever the verb and flags.
func (Card) Format(s fmt.State, _ rune) { hide(s) }

// LogValue logs a fixed word in place of the card.
func (Card) LogValue() slog.Value { return slog.StringValue(redacted) }

func (c *Card) tree() node { return object(reflect.ValueOf(c).Elem()) }

// Equal reports whether two cards hold the same. The order of entries counts; nil and
// empty lists are the same.
func (c *Card) Equal(o *Card) bool {
	if reflect.DeepEqual(c, o) {
		return true
	}
	a, b := c.tree(), o.tree()
	return same(&a, &b)
}

// DeriveUID makes an identifier from what the card holds but its UID (RFC 9562 version
// 8, of SHA-256), so that the same card gets the same one each time (RFC 9555 section
// 2.1.1).
func (c *Card) DeriveUID() string {
	other := *c
	other.UID = ""
	tree := other.tree()
	sum := sha256.Sum256(appendJSON(nil, &tree))
	sum[6] = sum[6]&0x0f | 0x80
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return "urn:uuid:" + h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Check reports all that keeps a card from being written and read back the same: text
// that is not UTF-8, an ID that is missing or stands twice, a date that is none, a pref
// beyond 1 to 100, a kept member that is no JSON or has the name of a field in use, a
// kept property or parameter whose name is not lower-case letters, digits and hyphens.
func (c *Card) Check() error {
	_, err := c.checked()
	return err
}

// checked is Check and gives the tree.
func (c *Card) checked() (tree node, err error) {
	var f faults
	root := reflect.ValueOf(c).Elem()
	checkKept(root, layoutOf(root), false, nil, &f)
	tree = c.tree()
	checkTree(&tree, nil, &f)
	if f.any() {
		return tree, f.join()
	}
	var again Card
	var ignored faults
	r := reader{faults: &ignored}
	r.object(&tree, reflect.ValueOf(&again).Elem(), nil)
	if reflect.DeepEqual(&again, c) { // as it was; else nil and empty lists may differ
		return tree, nil
	}
	if back := again.tree(); !same(&tree, &back) {
		f.add(ErrValue, 0, "", "the members of the card are not in their places")
		return tree, f.join()
	}
	compareFields(root, reflect.ValueOf(&again).Elem(), layoutOf(root), nil, &f)
	return tree, f.join()
}

// checkKept finds kept members that are no JSON, and entries without an ID.
func checkKept(v reflect.Value, l *layout, entry bool, at *trail, f *faults) {
	for _, m := range keptOf(v).Extra {
		if _, err := strictjson.Parse([]byte(m.JSON), extraLimits()); err != nil {
			f.add(ErrValue, 0, (&trail{up: at, key: m.Name}).String(), "no JSON")
		}
	}
	if entry && l.id && idOf(v).Len() == 0 {
		f.add(ErrMissing, 0, at.String(), "an entry without an ID")
	}
	for i := range l.members {
		m := &l.members[i]
		if m.child == nil || m.form == propsForm || m.form == dictForm {
			continue
		}
		value := v.Field(m.at)
		here := trail{up: at, key: m.name}
		if m.kind == reflect.Struct {
			checkKept(value, m.child, false, &here, f)
			continue
		}
		for j := range value.Len() {
			checkKept(value.Index(j), m.child, m.form == mapForm, &trail{up: &here, index: j}, f)
		}
	}
}

// checkTree finds text that is not UTF-8, and keys that are empty or stand twice.
func checkTree(n *node, at *trail, f *faults) {
	if !utf8.ValidString(n.Text) {
		f.add(ErrEncoding, 0, at.String(), "not UTF-8")
	}
	var seen map[string]bool
	if len(n.Members) > 16 {
		seen = make(map[string]bool, len(n.Members))
	}
	twice := func(i int) bool {
		key := n.Members[i].Key
		if seen != nil {
			was := seen[key]
			seen[key] = true
			return was
		}
		for j := range i {
			if n.Members[j].Key == key {
				return true
			}
		}
		return false
	}
	for i := range n.Members {
		key := n.Members[i].Key
		here := trail{up: at, key: key}
		switch again := twice(i); {
		case !utf8.ValidString(key):
			f.add(ErrEncoding, 0, here.String(), "not UTF-8")
		case key == "" && at == nil:
			f.add(ErrMissing, 0, "", "a member without a name")
		case len(key) > maxKey:
			f.add(ErrLimit, 0, here.String(), "a key of more than 256 bytes")
		case again:
			f.add(ErrDuplicate, 0, here.String(), "")
		}
		checkTree(&n.Members[i].Value, &here, f)
	}
	for i := range n.Items {
		checkTree(&n.Items[i], &trail{up: at, index: i}, f)
	}
}

// compareFields finds fields that were read back as kept members: their value does not
// fit.
func compareFields(a, b reflect.Value, l *layout, at *trail, f *faults) {
	for i := range l.members {
		m := &l.members[i]
		x, y := a.Field(m.at), b.Field(m.at)
		here := trail{up: at, key: m.name}
		had := m.has(x)
		if had && !m.has(y) {
			f.add(ErrValue, 0, here.String(), "does not fit")
			continue
		}
		switch {
		case m.kind == reflect.Struct && had:
			compareFields(x, y, m.child, &here, f)
		case m.kind == reflect.Slice && m.child != nil && (m.form == mapForm || m.form == plainForm) && x.Len() == y.Len():
			for j := range x.Len() {
				compareFields(x.Index(j), y.Index(j), m.child, &trail{up: &here, index: j}, f)
			}
		}
	}
}

// uniqueIDs gives entries whose ID stands twice in their list another one.
func (c *Card) uniqueIDs() {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		unique(v.Field(i), v.Type().Field(i).Tag.Get("js"))
	}
	unique(reflect.ValueOf(&c.SpeakToAs.Pronouns).Elem(), ",map")
}

func unique(list reflect.Value, tag string) {
	if !strings.HasSuffix(tag, ",map") {
		return
	}
	seen := make(map[string]bool, list.Len())
	next := list.Len()
	var twice []reflect.Value
	for i := range list.Len() {
		id := idOf(list.Index(i))
		if seen[id.String()] {
			twice = append(twice, id)
		}
		seen[id.String()] = true
	}
	for _, id := range twice {
		for next++; seen[fmt.Sprint(next)]; next++ {
		}
		id.SetString(fmt.Sprint(next))
	}
}
