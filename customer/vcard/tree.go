package vcard

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// A card's tree is its JSContact object. The tag of a field names its member and, after
// a comma, its form: set (an object of trues), map (an object of objects by ID, tagged
// "#"), dict (an object of texts), pref (1 to 100), date, props. The tag of Kept is the
// value of "@type" that is understood and not kept.
type node = strictjson.Node

func text(s string) node { return node{Kind: strictjson.String, Text: s} }

// object writes a struct as a tree.
func object(v reflect.Value) node {
	n := node{Kind: strictjson.Object}
	add := func(name string, value node) {
		n.Members = append(n.Members, strictjson.Member{Key: name, Value: value})
	}
	t := v.Type()
	for i := range t.NumField() {
		name, form, _ := strings.Cut(t.Field(i).Tag.Get("js"), ",")
		if name == "" || name == "#" || name[0] == '@' {
			continue
		}
		if value, ok := member(v.Field(i), form); ok {
			add(name, value)
		}
	}
	kept := v.FieldByName("Kept").Interface().(Kept)
	if len(kept.Params) > 0 {
		add("vCardParams", paramsNode(kept.Params))
	}
	for _, m := range kept.Extra {
		if value, err := strictjson.Parse([]byte(m.JSON), extraLimits()); err == nil {
			add(m.Name, *value)
		}
	}
	return n
}

func extraLimits() *strictjson.Limits {
	return &strictjson.Limits{Bytes: 1 << 30, Depth: 1000, Nodes: 1 << 30}
}

// member writes one field; ok is false for what is absent.
func member(v reflect.Value, form string) (n node, ok bool) {
	switch v.Kind() {
	case reflect.String:
		return text(v.String()), v.Len() > 0
	case reflect.Bool:
		return node{Kind: strictjson.Bool, Bool: true}, v.Bool()
	case reflect.Int:
		return node{Kind: strictjson.Number, Text: strconv.FormatInt(v.Int(), 10)}, v.Int() != 0
	case reflect.Struct:
		n = object(v)
		ok = len(n.Members) > 0
		if form == "date" && ok {
			n = dateNode(v.Interface().(Date), n)
		}
		return n, ok
	}
	if v.Len() == 0 {
		return node{}, false
	}
	if form == "" || form == "props" {
		n.Kind = strictjson.Array
	} else {
		n.Kind = strictjson.Object
	}
	for i := range v.Len() {
		e := v.Index(i)
		switch form {
		case "set":
			n.Members = append(n.Members, strictjson.Member{Key: e.String(), Value: node{Kind: strictjson.Bool, Bool: true}})
		case "dict":
			n.Members = append(n.Members, strictjson.Member{Key: e.Field(0).String(), Value: text(e.Field(1).String())})
		case "map":
			n.Members = append(n.Members, strictjson.Member{Key: idOf(e).String(), Value: object(e)})
		case "props":
			n.Items = append(n.Items, propertyNode(e.Interface().(Property)))
		default:
			n.Items = append(n.Items, object(e))
		}
	}
	return n, true
}

// idOf is the field of an entry that is tagged "#": the one after Kept.
func idOf(v reflect.Value) reflect.Value { return v.Field(1) }

func dateNode(d Date, n node) node {
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

func propertyNode(p Property) node {
	return node{Kind: strictjson.Array, Items: []node{text(p.Name), paramsNode(p.Params), text(p.Type), text(p.Value)}}
}

// reader fills structs from a tree. What does not fit is a fault, and is kept.
type reader struct {
	faults *faults
	line   int // of the input that the tree is from, where it has one
}

// object fills a struct from an object; v must be zero.
func (r *reader) object(n *node, v reflect.Value, path string) {
	t := v.Type()
	var kept Kept
	for i := range n.Members {
		m := &n.Members[i]
		if r.known(m, v, t, &kept, path) {
			continue
		}
		kept.Extra = append(kept.Extra, Member{m.Key, string(appendJSON(nil, &m.Value))})
	}
	v.FieldByName("Kept").Set(reflect.ValueOf(kept))
}

// known takes a member into its field and reports whether it says there all that it said.
func (r *reader) known(m *strictjson.Member, v reflect.Value, t reflect.Type, kept *Kept, path string) bool {
	for i := range t.NumField() {
		name, form, _ := strings.Cut(t.Field(i).Tag.Get("js"), ",")
		switch {
		case name != "" && name[0] == '@':
			if m.Key == "@type" && m.Value.Kind == strictjson.String && (m.Value.Text == name[1:] || name == "@*" || name == "@PartialDate" && m.Value.Text == "Timestamp") {
				return name != "@*" // the types of resources are many; a stated one stays
			}
			if m.Key == "vCardParams" && name != "@-" {
				params, ok := readParams(&m.Value)
				kept.Params = params
				return ok
			}
		case name == m.Key && name != "#":
			value := reflect.New(v.Field(i).Type()).Elem()
			at := strictjson.Field(path, m.Key)
			if !r.field(&m.Value, value, form, at) {
				r.faults.add(ErrValue, r.line, at, "does not fit and is kept as it is")
				return false
			}
			if again, ok := member(value, form); !ok || again.Kind == 0 {
				return false // cannot be told from absence: kept as it is
			}
			v.Field(i).Set(value)
			return true
		}
	}
	return false
}

// field reads one value.
func (r *reader) field(n *node, v reflect.Value, form, path string) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Text)
		return n.Kind == strictjson.String
	case reflect.Bool:
		v.SetBool(n.Bool)
		return n.Kind == strictjson.Bool
	case reflect.Int:
		i, err := strconv.Atoi(n.Text)
		v.SetInt(int64(i))
		return n.Kind == strictjson.Number && err == nil && i > 0 && strconv.Itoa(i) == n.Text && (form != "pref" || i <= 100)
	case reflect.Struct:
		if n.Kind != strictjson.Object {
			return false
		}
		r.object(n, v, path)
		if form == "date" {
			d := v.Interface().(Date)
			return d.check() && (d.UTC != "") == (typeOf(n) == "Timestamp")
		}
		return true
	}
	return r.list(n, v, form, path)
}

func typeOf(n *node) string {
	if t, ok := n.Lookup("@type"); ok {
		return t.Text
	}
	return ""
}

// list reads a set, a dict, a map or an array.
func (r *reader) list(n *node, v reflect.Value, form, path string) bool {
	want := strictjson.Object
	if form == "" || form == "props" {
		want = strictjson.Array
	}
	if n.Kind != want {
		return false
	}
	size := len(n.Members) + len(n.Items)
	v.Set(reflect.MakeSlice(v.Type(), size, size))
	for i := range n.Members {
		m, e := &n.Members[i], v.Index(i)
		switch form {
		case "set":
			if e.SetString(m.Key); m.Value.Kind != strictjson.Bool || !m.Value.Bool {
				return false
			}
		case "dict":
			e.Field(0).SetString(m.Key)
			if e.Field(1).SetString(m.Value.Text); m.Value.Kind != strictjson.String {
				return false
			}
		default:
			if m.Value.Kind != strictjson.Object || m.Key == "" {
				return false
			}
			r.object(&m.Value, e, strictjson.Field(path, m.Key))
			idOf(e).SetString(m.Key)
		}
	}
	for i := range n.Items {
		if form == "props" {
			p, ok := readProperty(&n.Items[i])
			if !ok {
				return false
			}
			v.Index(i).Set(reflect.ValueOf(p))
			continue
		}
		if n.Items[i].Kind != strictjson.Object {
			return false
		}
		r.object(&n.Items[i], v.Index(i), strictjson.Index(path, i))
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
