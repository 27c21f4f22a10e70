package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// A body is read strictly: unknown and repeated names, wrong types and what stands after
// the value are faults, and all of them are reported at once with their JSON pointers.
// encoding/json alone stops at the first, takes repeated names and ignores their case.

// maxDepth bounds how deep a body may be nested.
const maxDepth = 16

// node is a value of a body. Only answers to surveys keep what they were written as.
type node struct {
	pointer string
	kind    reflect.Kind // String, Float64, Bool, Map, Slice, Invalid for null
	text    string       // of a string or a number
	flag    bool
	names   []string
	fields  []*node
	raw     json.RawMessage
}

// reading walks the tokens of a body.
type reading struct {
	data   []byte
	dec    *json.Decoder
	faults faultList
}

func (d *reading) fault(pointer, code, text string) {
	d.faults = append(d.faults, desk.Problem{Path: pointer, Code: code, Message: text})
}

// value reads one value.
func (d *reading) value(pointer string, depth int) (*node, error) {
	if depth > maxDepth {
		return nil, errors.New("web: nested too deep")
	}
	token, err := d.dec.Token()
	if err != nil {
		return nil, err
	}
	n := &node{pointer: pointer}
	begin := d.dec.InputOffset()
	switch t := token.(type) {
	case json.Delim:
		err = d.inside(n, t, depth)
		n.raw = d.data[begin-1 : d.dec.InputOffset()]
		return n, err
	case string:
		n.kind, n.text = reflect.String, t
	case json.Number:
		n.kind, n.text = reflect.Float64, t.String()
	case bool:
		n.kind, n.flag = reflect.Bool, t
	}
	return n, nil
}

// inside reads what is in an object or a list.
func (d *reading) inside(n *node, open json.Delim, depth int) error {
	n.kind = reflect.Slice
	if open == '{' {
		n.kind = reflect.Map
	}
	for i := 0; d.dec.More(); i++ {
		name := strconv.Itoa(i)
		if n.kind == reflect.Map {
			token, err := d.dec.Token()
			if err != nil {
				return err
			}
			name, _ = token.(string)
			if slices.Contains(n.names, name) {
				d.fault(below(n.pointer, name), "duplicate", "This name stands here twice.")
			}
			n.names = append(n.names, name)
		}
		field, err := d.value(below(n.pointer, name), depth+1)
		if err != nil {
			return err
		}
		n.fields = append(n.fields, field)
	}
	_, err := d.dec.Token()
	return err
}

// below is the pointer of a name in what pointer leads to (RFC 6901, section 3).
func below(pointer, name string) string {
	return pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

// readBody decodes an API request's body into a command. Fields in omit are not taken
// from the body, since the path or a header has them.
func readBody(r *http.Request, into any, omit ...string) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return refusal{status: http.StatusUnsupportedMediaType, code: "media-type", text: "The body has to be application/json."}
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return unreadable(err)
	}
	return decode(data, into, omit...)
}

func decode(data []byte, into any, omit ...string) error {
	d := &reading{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	d.dec.UseNumber()
	if !utf8.Valid(data) {
		return refusal{status: http.StatusBadRequest, code: "malformed", text: "The body is not UTF-8."}
	}
	root, err := d.value("", 0)
	if err == nil {
		if _, after := d.dec.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("web: something stands after the value")
		}
	}
	if err != nil {
		return refusal{status: http.StatusBadRequest, code: "malformed", text: "The body is not one JSON value of at most " + strconv.Itoa(maxDepth) + " levels.", cause: err}
	}
	d.assign(root, reflect.ValueOf(into).Elem(), omit)
	return d.faults.err()
}

var rawType = reflect.TypeFor[json.RawMessage]()

// assign puts a value into a field and notes what does not fit.
func (d *reading) assign(n *node, v reflect.Value, omit []string) {
	if v.Type() == rawType {
		if n.kind != reflect.Map {
			d.fault(n.pointer, "type", "This has to be an object.")
			return
		}
		v.SetBytes(slices.Clone(n.raw))
		return
	}
	switch v.Kind() {
	case reflect.String:
		if n.kind != reflect.String {
			d.fault(n.pointer, "type", "This has to be a string.")
			return
		}
		if !isText(n.text) {
			d.fault(n.pointer, "text", "A zero byte is not text.")
			return
		}
		v.SetString(n.text)
	case reflect.Int, reflect.Int64:
		whole, err := strconv.ParseInt(n.text, 10, 64)
		if n.kind != reflect.Float64 || err != nil {
			d.fault(n.pointer, "type", "This has to be a whole number.")
			return
		}
		v.SetInt(whole)
	case reflect.Bool:
		if n.kind != reflect.Bool {
			d.fault(n.pointer, "type", "This has to be true or false.")
			return
		}
		v.SetBool(n.flag)
	case reflect.Slice:
		if n.kind != reflect.Slice {
			d.fault(n.pointer, "type", "This has to be a list.")
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.fields), len(n.fields)))
		for i, field := range n.fields {
			d.assign(field, v.Index(i), nil)
		}
	case reflect.Struct:
		if n.kind != reflect.Map {
			d.fault(n.pointer, "type", "This has to be an object.")
			return
		}
		d.assignFields(n, v, omit)
	default:
		d.fault(n.pointer, "type", "This cannot be taken here.")
	}
}

func (d *reading) assignFields(n *node, v reflect.Value, omit []string) {
	known := bodyFields(v.Type(), omit)
	for i, name := range n.names {
		at, found := known[name]
		if !found {
			d.fault(n.fields[i].pointer, "unknown", "There is no such field.")
			continue
		}
		d.assign(n.fields[i], v.Field(at), nil)
	}
}

// bodyFields are the fields of a command that a body may have, by name.
func bodyFields(t reflect.Type, omit []string) map[string]int {
	out := map[string]int{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "-" && !slices.Contains(omit, name) {
			out[name] = i
		}
	}
	return out
}
