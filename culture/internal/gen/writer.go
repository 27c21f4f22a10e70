package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// writer makes the text of a Go file that holds constants only.
type writer struct{ b bytes.Buffer }

func newWriter(pkg string) *writer {
	w := &writer{}
	fmt.Fprintf(&w.b, "package %s\n", pkg)
	return w
}

func (w *writer) bytes() []byte { return w.b.Bytes() }

func (w *writer) doc(doc string) {
	w.b.WriteByte('\n')
	for line := range strings.Lines(doc) {
		fmt.Fprintf(&w.b, "// %s\n", strings.TrimRight(line, "\n"))
	}
}

// constant writes one short text.
func (w *writer) constant(name, doc, value string) {
	w.doc(doc)
	fmt.Fprintf(&w.b, "const %s = %s\n", name, strconv.Quote(value))
}

// lines writes texts that hold no line break, as one text in which each is followed
// by one.
func (w *writer) lines(name, doc string, values []string) {
	w.doc(doc)
	fmt.Fprintf(&w.b, "const %s = \"\" +\n", name)
	for i, value := range values {
		end := " +"
		if i == len(values)-1 {
			end = ""
		}
		fmt.Fprintf(&w.b, "\t%s%s\n", strconv.Quote(value+"\n"), end)
	}
}

// binary writes bytes, thirty-two to a line.
func (w *writer) binary(name, doc string, data []byte) {
	w.doc(doc)
	fmt.Fprintf(&w.b, "const %s = \"\" +\n", name)
	for len(data) > 0 {
		n := min(32, len(data))
		end := " +"
		if n == len(data) {
			end = ""
		}
		w.b.WriteString("\t\"")
		for _, c := range data[:n] {
			fmt.Fprintf(&w.b, "\\x%02x", c)
		}
		fmt.Fprintf(&w.b, "\"%s\n", end)
		data = data[n:]
	}
}
