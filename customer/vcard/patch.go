package vcard

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// patch applies the JSPROP lines (RFC 9555 section 3.2.1): members of JSContact that no
// property of vCard holds, each with its path. A null takes a member away. A line that
// is no JSON or points nowhere is kept as it is.
func (d *decoder) patch() {
	tree := object(reflect.ValueOf(d.c).Elem())
	applied := false
	for _, i := range d.patches {
		l := &d.lines[i]
		pointer, _ := l.has("JSPTR")
		value, err := strictjson.Parse([]byte(d.unescape(l.value)), &strictjson.Limits{Bytes: d.limits.Line, Depth: d.limits.Depth, Nodes: 1 << 30})
		if err != nil || !set(&tree, pointer, value) {
			d.faults.add(ErrValue, l.no, "JSPROP", "no JSON, or its JSPTR points nowhere")
			d.keepPatch(&tree, l)
			continue
		}
		applied = true
	}
	if !applied && len(tree.Members) == 0 {
		return
	}
	*d.c = Card{}
	r := reader{faults: &d.faults, line: d.lines[d.patches[0]].no}
	r.object(&tree, reflect.ValueOf(d.c).Elem(), nil)
}

func (d *decoder) keepPatch(tree *node, l *line) {
	kept := Card{}
	e := decoder{c: &kept}
	e.keep(l)
	p := propertyNode(&kept.Properties[0])
	if have, ok := tree.Lookup("vCardProps"); ok && have.Kind == strictjson.Array {
		have.Items = append(have.Items, p)
		return
	}
	tree.Members = append(tree.Members, strictjson.Member{Key: "vCardProps", Value: node{Kind: strictjson.Array, Items: []node{p}}})
}

// maxKey is the most bytes of a key of JSON that is read; maxPointer bounds the depth
// that patches can build.
const (
	maxKey     = 256
	maxPointer = 64
)

// set sets, adds or removes what a pointer names; its parent must be there.
func set(tree *node, pointer string, value *node) bool {
	pointer = strings.TrimPrefix(pointer, "/")
	if pointer == "" || pointer[0] == '/' || strings.Count(pointer, "/") > maxPointer {
		return false
	}
	at := tree
	for rest, more := pointer, true; more; {
		var key string
		key, rest, more = strings.Cut(rest, "/")
		if len(key) > maxKey {
			return false
		}
		key = unescapePointer(key)
		switch at.Kind {
		case strictjson.Object:
			next, ok := at.Lookup(key)
			switch {
			case more && !ok:
				return false
			case more:
				at = next
			case !ok:
				at.Members = append(at.Members, strictjson.Member{Key: key, Value: *value})
			case value.Kind == strictjson.Null:
				remove(at, key)
			default:
				*next = *value
			}
		case strictjson.Array:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(at.Items) {
				return false
			}
			if at = &at.Items[i]; !more {
				*at = *value
			}
		default:
			return false
		}
	}
	return true
}

func remove(n *node, key string) {
	var kept []strictjson.Member
	for _, m := range n.Members {
		if m.Key != key {
			kept = append(kept, m)
		}
	}
	n.Members = kept
}

// difference is a value that has to stand at a path.
type difference struct {
	path  string
	value node
}

// differences says what makes got into want, in small steps where that is exact: a
// member of an entry, an entry, or a whole member of the card.
func differences(want, got *node) []difference {
	var out []difference
	for i := range want.Members {
		m := &want.Members[i]
		have, ok := got.Lookup(m.Key)
		if ok && same(have, &m.Value) {
			continue
		}
		whole := difference{escapePointer(m.Key), m.Value}
		if !ok || have.Kind != strictjson.Object || m.Value.Kind != strictjson.Object {
			out = append(out, whole)
			continue
		}
		steps, exact := entrySteps(whole.path, &m.Value, have, m.Key != "name" && m.Key != "speakToAs")
		if !exact {
			steps = []difference{whole}
		}
		out = append(out, steps...)
	}
	for _, m := range got.Members {
		if _, ok := want.Lookup(m.Key); !ok {
			out = append(out, difference{escapePointer(m.Key), node{Kind: strictjson.Null}})
		}
	}
	return out
}

// entrySteps compares two objects of the same path. In lists the order counts, so that
// what got holds must come first in want.
func entrySteps(path string, want, got *node, list bool) (out []difference, exact bool) {
	if list {
		for i := range got.Members {
			if i >= len(want.Members) || want.Members[i].Key != got.Members[i].Key {
				return nil, false
			}
		}
	}
	for i := range want.Members {
		m := &want.Members[i]
		have, ok := got.Lookup(m.Key)
		if ok && same(have, &m.Value) {
			continue
		}
		at := path + "/" + escapePointer(m.Key)
		if list && ok && have.Kind == strictjson.Object && m.Value.Kind == strictjson.Object {
			steps, exact := entrySteps(at, &m.Value, have, false)
			if !exact {
				return nil, false
			}
			out = append(out, steps...)
			continue
		}
		out = append(out, difference{at, m.Value})
	}
	for _, m := range got.Members {
		if _, ok := want.Lookup(m.Key); !ok {
			out = append(out, difference{path + "/" + escapePointer(m.Key), node{Kind: strictjson.Null}})
		}
	}
	return out, true
}

func escapePointer(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~", "~0"), "/", "~1")
}

func unescapePointer(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
}
