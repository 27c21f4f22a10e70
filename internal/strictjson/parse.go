package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Limits bound a document; a zero field takes the default.
type Limits struct {
	Bytes int // size of the text; default 1 MiB
	Depth int // nesting of objects and arrays; default 32, at most 1,000
	Nodes int // values in all; default 100,000
}

func (l *Limits) orDefault() Limits {
	out := Limits{Bytes: 1 << 20, Depth: 32, Nodes: 100_000}
	if l == nil {
		return out
	}
	if l.Bytes > 0 {
		out.Bytes = l.Bytes
	}
	if l.Depth > 0 {
		out.Depth = min(l.Depth, maxDepth)
	}
	if l.Nodes > 0 {
		out.Nodes = l.Nodes
	}
	return out
}

// Kind is the JSON type of a node.
type Kind uint8

// The JSON types.
const (
	Null Kind = iota + 1
	Bool
	Number
	String
	Array
	Object
)

// String names the type as people say it.
func (k Kind) String() string {
	names := [...]string{"nothing", "null", "a boolean", "a number", "a string", "an array", "an object"}
	if int(k) < len(names) {
		return names[k]
	}
	return "nothing"
}

// Node is one value of a parsed document.
type Node struct {
	Kind    Kind
	Bool    bool
	Text    string // of a string, or the number as it was written
	Items   []Node // of an array
	Members []Member
}

// Member is one key of an object with its value, in the order of the document.
type Member struct {
	Key   string
	Value Node
}

// Lookup finds a key of an object.
func (n *Node) Lookup(key string) (*Node, bool) {
	for i := range n.Members {
		if n.Members[i].Key == key {
			return &n.Members[i].Value, true
		}
	}
	return nil, false
}

// Parse reads one JSON value. Syntax and limits end the reading with one fault;
// all duplicate keys are reported together.
func Parse(data []byte, limits *Limits) (*Node, error) {
	l := limits.orDefault()
	if len(data) > l.Bytes {
		return nil, &Fault{Err: ErrLimit, Detail: fmt.Sprintf("%d bytes, at most %d", len(data), l.Bytes)}
	}
	if !utf8.Valid(data) {
		return nil, &Fault{Err: ErrSyntax, Detail: "the text is not valid UTF-8"}
	}
	p := &parser{dec: json.NewDecoder(bytes.NewReader(data)), data: data, limits: l}
	p.dec.UseNumber()
	p.replaced = bytes.Contains(data, []byte("\uFFFD")) || bytes.Contains(bytes.ToLower(data), []byte(`\ufffd`))
	var root Node
	if err := p.value(&root, nil, 0); err != nil {
		return nil, p.locate(err)
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, p.locate(&Fault{Err: ErrSyntax, Detail: "text after the value"})
	}
	if err := p.faults.Err(); err != nil {
		return nil, err
	}
	return &root, nil
}

// maxKey is the most bytes of a key: paths are made of keys, and errors of paths.
const maxKey = 256

// maxDepth is what no caller's Limits may exceed: the reader recurses.
const maxDepth = 1000

// place is where a value stands. It is written out only when a fault needs it, so
// that a document without faults costs no paths.
type place struct {
	up    *place
	key   string
	index int
	field bool
}

// String writes the path from the root.
func (p *place) String() string {
	if p == nil {
		return ""
	}
	if p.field {
		return Field(p.up.String(), p.key)
	}
	return Index(p.up.String(), p.index)
}

// torn reports whether a string was written with half of a surrogate pair, which
// the tokeniser replaces by U+FFFD: one that the document did not hold itself.
func (p *parser) torn(s string) bool {
	return !p.replaced && strings.ContainsRune(s, utf8.RuneError)
}

type parser struct {
	dec      *json.Decoder
	data     []byte
	replaced bool // the document itself holds U+FFFD
	limits   Limits
	nodes    int
	faults   Faults
}

// locate turns a decoder's error into a fault that names line and column.
func (p *parser) locate(err error) error {
	var fault *Fault
	if errors.As(err, &fault) && errors.Is(err, ErrLimit) {
		return err
	}
	var path, detail string
	if fault != nil {
		path, detail = fault.Path, fault.Detail
	} else {
		detail = err.Error()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			detail = "the text ends too early"
		}
	}
	before := p.data[:min(int(p.dec.InputOffset()), len(p.data))]
	row := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return &Fault{Path: path, Err: ErrSyntax, Detail: fmt.Sprintf("%s (near line %d, column %d)", detail, row, column)}
}

func (p *parser) value(into *Node, at *place, depth int) error {
	if p.nodes++; p.nodes > p.limits.Nodes {
		return &Fault{Path: at.String(), Err: ErrLimit, Detail: fmt.Sprintf("more than %d values", p.limits.Nodes)}
	}
	token, err := p.dec.Token()
	if err != nil {
		return err
	}
	switch v := token.(type) {
	case nil:
		into.Kind = Null
	case bool:
		into.Kind, into.Bool = Bool, v
	case json.Number:
		into.Kind, into.Text = Number, v.String()
	case string:
		if p.torn(v) {
			return &Fault{Path: at.String(), Err: ErrSyntax, Detail: "half of a surrogate pair"}
		}
		into.Kind, into.Text = String, v
	case json.Delim:
		if depth >= p.limits.Depth {
			return &Fault{Path: at.String(), Err: ErrLimit, Detail: fmt.Sprintf("nested deeper than %d", p.limits.Depth)}
		}
		if v == '[' {
			into.Kind = Array
			return p.array(into, at, depth)
		}
		into.Kind = Object
		return p.object(into, at, depth)
	}
	return nil
}

func (p *parser) array(into *Node, at *place, depth int) error {
	for i := 0; p.dec.More(); i++ {
		into.Items = append(into.Items, Node{})
		if err := p.value(&into.Items[i], &place{up: at, index: i}, depth+1); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

func (p *parser) object(into *Node, up *place, depth int) error {
	seen := map[string]bool{}
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		at := &place{up: up, key: key, field: true}
		if p.torn(key) {
			return &Fault{Path: at.String(), Err: ErrSyntax, Detail: "half of a surrogate pair in a key"}
		}
		if len(key) > maxKey {
			return &Fault{Path: at.String(), Err: ErrLimit, Detail: fmt.Sprintf("a key of %d bytes, at most %d", len(key), maxKey)}
		}
		if seen[key] {
			p.faults.Add(at.String(), ErrDuplicate, "")
		}
		seen[key] = true
		into.Members = append(into.Members, Member{Key: key})
		if err := p.value(&into.Members[len(into.Members)-1].Value, at, depth+1); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}
