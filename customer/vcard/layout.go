package vcard

import (
	"reflect"
	"strings"
	"sync"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// form is how a field stands in JSContact.
type form uint8

const (
	plainForm form = iota // a scalar, an object or an array of objects
	setForm               // an object of trues
	mapForm               // an object of objects by ID
	dictForm              // an object of texts
	prefForm              // 1 to 100
	dateForm              // a PartialDate or a Timestamp
	propsForm             // an array of vCard properties
)

// member says how one field of a struct is written.
type member struct {
	name  string
	at    int // index of the field
	form  form
	kind  reflect.Kind
	child *layout // of the struct, or of the elements of the list
}

// layout says how a struct is written. Its first field is Kept.
type layout struct {
	typeName string // the "@type" that is understood; "*": any, and kept; "-": none, nor parameters
	members  []member
	index    map[string]int // of members, by name
	id       bool           // the second field is the key in a map
}

// layouts reads the tags once: a field's tag names its member and, after a comma, its
// form; the tag of Kept is the "@type", that of an ID "#".
var layouts = sync.OnceValue(func() map[reflect.Type]*layout {
	all := map[reflect.Type]*layout{}
	for _, t := range []reflect.Type{reflect.TypeFor[Card](), reflect.TypeFor[Text](), reflect.TypeFor[Property]()} {
		addLayout(all, t)
	}
	return all
})

func addLayout(all map[reflect.Type]*layout, t reflect.Type) *layout {
	if l := all[t]; l != nil {
		return l
	}
	l := &layout{index: map[string]int{}}
	all[t] = l
	for i := range t.NumField() {
		f := t.Field(i)
		name, tag, _ := strings.Cut(f.Tag.Get("js"), ",")
		switch {
		case name == "":
		case name == "#":
			l.id = true
		case name[0] == '@':
			l.typeName = name[1:]
		default:
			m := member{name: name, at: i, kind: f.Type.Kind()}
			m.form = map[string]form{"set": setForm, "map": mapForm, "dict": dictForm, "pref": prefForm, "date": dateForm, "props": propsForm}[tag]
			elem := f.Type
			if m.kind == reflect.Slice {
				elem = elem.Elem()
			}
			if elem.Kind() == reflect.Struct {
				m.child = addLayout(all, elem)
			}
			l.index[name] = len(l.members)
			l.members = append(l.members, m)
		}
	}
	return l
}

func layoutOf(v reflect.Value) *layout { return layouts()[v.Type()] }

// keptOf gives the Kept of an addressable struct.
func keptOf(v reflect.Value) *Kept { return v.Field(0).Addr().Interface().(*Kept) }

// idOf is the field of an entry that is tagged "#": the one after Kept.
func idOf(v reflect.Value) reflect.Value { return v.Field(1) }

// has reports whether a field says anything.
func (m *member) has(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String, reflect.Slice:
		return v.Len() > 0
	case reflect.Bool:
		return v.Bool()
	case reflect.Int:
		return v.Int() != 0
	}
	if kept := keptOf(v); len(kept.Params)+len(kept.Extra) > 0 {
		return true
	}
	for i := range m.child.members {
		if c := &m.child.members[i]; c.has(v.Field(c.at)) {
			return true
		}
	}
	return false
}

// trail is the path of a value, written out only when a fault needs it.
type trail struct {
	up    *trail
	key   string
	index int // of an array, where key is empty
}

// String writes the path from the root.
func (t *trail) String() string {
	switch {
	case t == nil:
		return ""
	case t.key == "":
		return strictjson.Index(t.up.String(), t.index)
	}
	return strictjson.Field(t.up.String(), t.key)
}
