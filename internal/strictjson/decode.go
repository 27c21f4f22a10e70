package strictjson

import (
	"encoding"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/rapport-go/rapport/internal/amount"
)

// Unmarshaler is for types that read themselves from a node, reporting their
// faults under path.
type Unmarshaler interface {
	UnmarshalNode(n *Node, path string, faults *Faults)
}

// Decode parses data and fills the value that v points to. Fields are matched by
// their `json` name, exactly; a field without a tag is matched by its Go name, one
// tagged "-" never. A field tagged `strictjson:"required"` must be present. A null
// leaves a pointer, slice or map nil and is a fault for anything else. On any
// fault v may be half filled and must not be used.
func Decode(data []byte, v any, limits *Limits) error {
	n, err := Parse(data, limits)
	if err != nil {
		return err
	}
	return DecodeNode(n, v)
}

// DecodeNode fills the value that v points to from a parsed node.
func DecodeNode(n *Node, v any) error {
	var faults Faults
	Into(n, v, "", &faults)
	return faults.Err()
}

// Into is DecodeNode for a part of a document: faults are reported under path.
func Into(n *Node, v any, path string, faults *Faults) {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		panic("strictjson: Decode needs a pointer")
	}
	d := decoder{faults}
	var at *place
	if path != "" {
		at = &place{key: path, field: true}
	}
	d.into(n, rv.Elem(), at)
}

type decoder struct{ faults *Faults }

func (d *decoder) wrong(at *place, want string, n *Node) {
	d.faults.Add(at.String(), ErrType, "want %s, have %s", want, n.Kind)
}

func (d *decoder) into(n *Node, v reflect.Value, at *place) {
	if d.byItself(n, v, at) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if n.Kind == Null {
			v.SetZero()
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		d.into(n, v.Elem(), at)
	case reflect.Struct:
		d.structure(n, v, at)
	case reflect.Slice:
		d.slice(n, v, at)
	case reflect.Array:
		d.array(n, v, at)
	case reflect.Map:
		d.mapping(n, v, at)
	default:
		d.scalar(n, v, at)
	}
}

// byItself lets a type read its own form.
func (d *decoder) byItself(n *Node, v reflect.Value, at *place) bool {
	if !v.CanAddr() || v.Kind() == reflect.Pointer {
		return false
	}
	switch u := v.Addr().Interface().(type) {
	case *decimal.Decimal:
		d.decimal(n, u, at)
		return true
	case Unmarshaler:
		u.UnmarshalNode(n, at.String(), d.faults)
		return true
	case encoding.TextUnmarshaler:
		if n.Kind != String {
			d.wrong(at, "a string", n)
			return true
		}
		if err := u.UnmarshalText([]byte(n.Text)); err != nil {
			d.faults.Add(at.String(), err, "")
		}
		return true
	}
	return false
}

// decimal passes the bounded gate; a number may be written as one or as a string.
func (d *decoder) decimal(n *Node, into *decimal.Decimal, at *place) {
	if n.Kind != String && n.Kind != Number {
		d.wrong(at, "a decimal number or a string with one", n)
		return
	}
	v, err := amount.Parse(n.Text)
	if err != nil {
		d.faults.Add(at.String(), err, "")
		return
	}
	*into = v
}

func (d *decoder) scalar(n *Node, v reflect.Value, at *place) {
	switch v.Kind() {
	case reflect.String:
		if n.Kind != String {
			d.wrong(at, "a string", n)
			return
		}
		v.SetString(n.Text)
	case reflect.Bool:
		if n.Kind != Bool {
			d.wrong(at, "true or false", n)
			return
		}
		v.SetBool(n.Bool)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(n.Text, 10, v.Type().Bits())
		if d.numeric(n, err, "a whole number", at) {
			v.SetInt(i)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		u, err := strconv.ParseUint(n.Text, 10, v.Type().Bits())
		if d.numeric(n, err, "a whole number, not negative", at) {
			v.SetUint(u)
		}
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(n.Text, v.Type().Bits())
		if d.numeric(n, err, "a number", at) {
			v.SetFloat(f)
		}
	default:
		panic("strictjson: no way to decode into " + v.Type().String())
	}
}

func (d *decoder) numeric(n *Node, err error, want string, at *place) bool {
	switch {
	case n.Kind != Number:
		d.wrong(at, want, n)
	case err != nil:
		d.faults.Add(at.String(), ErrValue, "want %s within range, have %s", want, clip(n.Text))
	default:
		return true
	}
	return false
}

func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

func (d *decoder) slice(n *Node, v reflect.Value, at *place) {
	if n.Kind == Null {
		v.SetZero()
		return
	}
	if n.Kind != Array {
		d.wrong(at, "an array", n)
		return
	}
	out := reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items))
	for i := range n.Items {
		d.into(&n.Items[i], out.Index(i), &place{up: at, index: i})
	}
	v.Set(out)
}

func (d *decoder) array(n *Node, v reflect.Value, at *place) {
	if n.Kind != Array || len(n.Items) != v.Len() {
		d.faults.Add(at.String(), ErrType, "want an array of %d", v.Len())
		return
	}
	for i := range n.Items {
		d.into(&n.Items[i], v.Index(i), &place{up: at, index: i})
	}
}

func (d *decoder) mapping(n *Node, v reflect.Value, at *place) {
	if n.Kind == Null {
		v.SetZero()
		return
	}
	if n.Kind != Object {
		d.wrong(at, "an object", n)
		return
	}
	t := v.Type()
	out := reflect.MakeMapWithSize(t, len(n.Members))
	for i := range n.Members {
		m := &n.Members[i]
		at := &place{up: at, key: m.Key, field: true}
		key := reflect.New(t.Key()).Elem()
		if u, ok := key.Addr().Interface().(encoding.TextUnmarshaler); ok {
			if err := u.UnmarshalText([]byte(m.Key)); err != nil {
				d.faults.Add(at.String(), err, "")
				continue
			}
		} else {
			key.SetString(m.Key) // any other key type is a programmer's error
		}
		value := reflect.New(t.Elem()).Elem()
		d.into(&m.Value, value, at)
		out.SetMapIndex(key, value)
	}
	v.Set(out)
}

func (d *decoder) structure(n *Node, v reflect.Value, at *place) {
	if n.Kind != Object {
		d.wrong(at, "an object", n)
		return
	}
	fields := map[string]int{}
	var required []string
	collect(v.Type(), fields, &required)
	for i := range n.Members {
		m := &n.Members[i]
		at := &place{up: at, key: m.Key, field: true}
		f, ok := fields[m.Key]
		if !ok {
			d.faults.Add(at.String(), ErrUnknown, "%s", nearest(m.Key, fields))
			continue
		}
		d.into(&m.Value, v.Field(f), at)
	}
	for _, key := range required {
		if _, ok := n.Lookup(key); !ok {
			d.faults.Add(Field(at.String(), key), ErrMissing, "")
		}
	}
}

// collect maps the JSON names of a struct's fields to their indices.
func collect(t reflect.Type, fields map[string]int, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields[name] = i
		if f.Tag.Get("strictjson") == "required" {
			*required = append(*required, name)
		}
	}
}

// nearest says which fields there are, or which one was probably meant.
func nearest(key string, fields map[string]int) string {
	names := make([]string, 0, len(fields))
	for name := range fields {
		if strings.EqualFold(name, key) {
			return "did you mean " + name + "?"
		}
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		if oneEdit(name, key) {
			return "did you mean " + name + "?"
		}
	}
	if len(names) > 12 {
		return ""
	}
	return "there are " + strings.Join(names, ", ")
}

// oneEdit reports whether one letter added, dropped or changed turns a into b.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return a[i:] == b[min(i+1, len(b)):] || (len(a) == len(b) && i < len(a) && a[i+1:] == b[i+1:])
}
