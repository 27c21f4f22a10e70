package vcard

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// A card's tree is its JSContact object, which the tags of the fields describe: see
// layouts.
type node = strictjson.Node

func text(s string) node { return node{Kind: strictjson.String, Text: s} }

// object writes an addressable struct as a tree.
func object(v reflect.Value) node { return layoutOf(v).object(v) }

func (l *layout) object(v reflect.Value) node {
	n := node{Kind: strictjson.Object}
	count := 0
	for i := range l.members {
		if m := &l.members[i]; m.has(v.Field(m.at)) {
			count++
		}
	}
	kept := keptOf(v)
	n.Members = make([]strictjson.Member, 0, count+len(kept.Extra)+1)
	for i := range l.members {
		if m := &l.members[i]; m.has(v.Field(m.at)) {
			n.Members = append(n.Members, strictjson.Member{Key: m.name, Value: m.node(v.Field(m.at))})
		}
	}
	if len(kept.Params) > 0 {
		n.Members = append(n.Members, strictjson.Member{Key: "vCardParams", Value: paramsNode(kept.Params)})
	}
	for _, m := range kept.Extra {
		if value, err := strictjson.Parse([]byte(m.JSON), extraLimits()); err == nil {
			n.Members = append(n.Members, strictjson.Member{Key: m.Name, Value: *value})
		}
	}
	return n
}

func extraLimits() *strictjson.Limits {
	return &strictjson.Limits{Bytes: 1 << 30, Depth: 1000, Nodes: 1 << 30}
}

// node writes a field that says something.
func (m *member) node(v reflect.Value) (n node) {
	switch m.kind {
	case reflect.String:
		return text(v.String())
	case reflect.Bool:
		return node{Kind: strictjson.Bool, Bool: true}
	case reflect.Int:
		return node{Kind: strictjson.Number, Text: strconv.FormatInt(v.Int(), 10)}
	case reflect.Struct:
		n = m.child.object(v)
		if m.form == dateForm {
			n = dateNode(v.Addr().Interface().(*Date), n)
		}
		return n
	}
	size := v.Len()
	if m.form == plainForm || m.form == propsForm {
		n = node{Kind: strictjson.Array, Items: make([]node, size)}
	} else {
		n = node{Kind: strictjson.Object, Members: make([]strictjson.Member, size)}
	}
	for i := range size {
		e := v.Index(i)
		switch m.form {
		case setForm:
			n.Members[i] = strictjson.Member{Key: e.String(), Value: node{Kind: strictjson.Bool, Bool: true}}
		case dictForm:
			n.Members[i] = strictjson.Member{Key: e.Field(0).String(), Value: text(e.Field(1).String())}
		case mapForm:
			n.Members[i] = strictjson.Member{Key: idOf(e).String(), Value: m.child.object(e)}
		case propsForm:
			n.Items[i] = propertyNode(e.Addr().Interface().(*Property))
		default:
			n.Items[i] = m.child.object(e)
		}
	}
	return n
}

func dateNode(d *Date, n node) node {
	kind := "PartialDate"
	if d.UTC != "" {
		kind = "Timestamp"
	}
	n.Members = append([]strictjson.Member{{Key: "@type", Value: text(kind)}}, n.Members...)
	return n
}

func paramsNode(params []Param) node {
	n := node{Kind: strictjson.Object}
	for _, p := range params {
		value := node{Kind: strictjson.Array}
		if len(p.Values) == 1 {
			value = text(p.Values[0])
		} else {
			for _, v := range p.Values {
				value.Items = append(value.Items, text(v))
			}
		}
		n.Members = append(n.Members, strictjson.Member{Key: p.Name, Value: value})
	}
	return n
}

func propertyNode(p *Property) node {
	return node{Kind: strictjson.Array, Items: []node{text(p.Name), paramsNode(p.Params), text(p.Type), text(p.Value)}}
}

// reader fills structs from a tree. What does not fit is a fault, and is kept.
type reader struct {
	faults *faults
	line   int // of the input that the tree is from, where it has one
}

// object fills a struct from an object; v must be addressable and zero.
func (r *reader) object(n *node, v reflect.Value, at *trail) { r.fill(n, v, layoutOf(v), at) }

func (r *reader) fill(n *node, v reflect.Value, l *layout, at *trail) {
	for i := range n.Members {
		m := &n.Members[i]
		if !r.known(m, v, l, at) {
			kept := keptOf(v)
			kept.Extra = append(kept.Extra, Member{m.Key, string(appendJSON(nil, &m.Value))})
		}
	}
}

// known takes a member into its field and reports whether it says there all that it said.
func (r *reader) known(m *strictjson.Member, v reflect.Value, l *layout, up *trail) bool {
	switch {
	case m.Key == "@type" && m.Value.Kind == strictjson.String && l.typeName != "*":
		// the types of resources are many; a stated one stays
		if m.Value.Text == l.typeName || l.typeName == "PartialDate" && m.Value.Text == "Timestamp" {
			return true
		}
	case m.Key == "vCardParams" && l.typeName != "-":
		params, ok := readParams(&m.Value)
		keptOf(v).Params = params
		return ok
	}
	i, ok := l.index[m.Key]
	if !ok {
		return false
	}
	f := &l.members[i]
	value := v.Field(f.at)
	at := trail{up: up, key: m.Key}
	if !r.field(&m.Value, value, f, &at) {
		value.SetZero()
		r.faults.add(ErrValue, r.line, at.String(), "does not fit and is kept as it is")
		return false
	}
	return f.has(value) // what cannot be told from absence is kept as it is
}

// field reads one value.
func (r *reader) field(n *node, v reflect.Value, f *member, at *trail) bool {
	switch f.kind {
	case reflect.String:
		v.SetString(n.Text)
		return n.Kind == strictjson.String
	case reflect.Bool:
		v.SetBool(n.Bool)
		return n.Kind == strictjson.Bool
	case reflect.Int:
		i, err := strconv.Atoi(n.Text)
		v.SetInt(int64(i))
		return n.Kind == strictjson.Number && err == nil && i > 0 && strconv.Itoa(i) == n.Text && (f.form != prefForm || i <= 100)
	case reflect.Struct:
		if n.Kind != strictjson.Object {
			return false
		}
		r.fill(n, v, f.child, at)
		if f.form == dateForm {
			d := v.Addr().Interface().(*Date)
			return d.check() && (d.UTC != "") == (typeOf(n) == "Timestamp")
		}
		return true
	}
	return r.list(n, v, f, at)
}

func typeOf(n *node) string {
	if t, ok := n.Lookup("@type"); ok {
		return t.Text
	}
	return ""
}

// list reads a set, a dict, a map or an array.
func (r *reader) list(n *node, v reflect.Value, f *member, at *trail) bool {
	want := strictjson.Object
	if f.form == plainForm || f.form == propsForm {
		want = strictjson.Array
	}
	if n.Kind != want {
		return false
	}
	size := len(n.Members) + len(n.Items)
	v.Grow(size)
	v.SetLen(size)
	for i := range n.Members {
		m, e := &n.Members[i], v.Index(i)
		switch f.form {
		case setForm:
			if e.SetString(m.Key); m.Value.Kind != strictjson.Bool || !m.Value.Bool {
				return false
			}
		case dictForm:
			e.Field(0).SetString(m.Key)
			if e.Field(1).SetString(m.Value.Text); m.Value.Kind != strictjson.String {
				return false
			}
		default:
			if m.Value.Kind != strictjson.Object || m.Key == "" {
				return false
			}
			r.fill(&m.Value, e, f.child, &trail{up: at, key: m.Key})
			idOf(e).SetString(m.Key)
		}
	}
	for i := range n.Items {
		if f.form == propsForm {
			p, ok := readProperty(&n.Items[i])
			if !ok {
				return false
			}
			*v.Index(i).Addr().Interface().(*Property) = p
			continue
		}
		if n.Items[i].Kind != strictjson.Object {
			return false
		}
		r.fill(&n.Items[i], v.Index(i), f.child, &trail{up: at, index: i})
	}
	return true
}

func readParams(n *node) (params []Param, ok bool) {
	if n.Kind != strictjson.Object || len(n.Members) == 0 {
		return nil, false
	}
	for i := range n.Members {
		p := Param{Name: n.Members[i].Key}
		value := &n.Members[i].Value
		if p.Name != strings.ToLower(p.Name) || !isToken(p.Name) {
			return nil, false
		}
		switch {
		case value.Kind == strictjson.String:
			p.Values = []string{value.Text}
		case value.Kind == strictjson.Array && len(value.Items) > 1:
			for j := range value.Items {
				if value.Items[j].Kind != strictjson.String {
					return nil, false
				}
				p.Values = append(p.Values, value.Items[j].Text)
			}
		default:
			return nil, false
		}
		params = append(params, p)
	}
	return params, true
}

func readProperty(n *node) (p Property, ok bool) {
	if n.Kind != strictjson.Array || len(n.Items) != 4 {
		return p, false
	}
	for _, i := range []int{0, 2, 3} {
		if n.Items[i].Kind != strictjson.String {
			return p, false
		}
	}
	p = Property{Name: n.Items[0].Text, Type: n.Items[2].Text, Value: n.Items[3].Text}
	if len(n.Items[1].Members) > 0 {
		if p.Params, ok = readParams(&n.Items[1]); !ok {
			return p, false
		}
	}
	return p, n.Items[1].Kind == strictjson.Object && p.Name == strings.ToLower(p.Name) && isToken(p.Name) && p.Type == strings.ToLower(p.Type) && isToken(p.Type)
}

// isToken reports whether a name can stand in a vCard: letters, digits, hyphens.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '-' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return s != ""
}

// same reports whether two trees say the same, in the same order.
func same(a, b *node) bool {
	if a.Kind != b.Kind || a.Bool != b.Bool || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Members) != len(b.Members) {
		return false
	}
	for i := range a.Items {
		if !same(&a.Items[i], &b.Items[i]) {
			return false
		}
	}
	for i := range a.Members {
		if a.Members[i].Key != b.Members[i].Key || !same(&a.Members[i].Value, &b.Members[i].Value) {
			return false
		}
	}
	return true
}
