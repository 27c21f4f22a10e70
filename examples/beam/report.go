package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/examples/beam/fold"
)

// errDifferent says that the pipeline and the plain loop do not agree.
var errDifferent = errors.New("the pipeline's figures are not those of one pass")

// compare writes every figure of both beside each other. Equal means that the
// accumulators are equal byte by byte, so that every figure made of them is.
func compare(w io.Writer, p plan, beamed, loop states) error {
	out := &writer{w: w}
	same, all := 0, 0
	for _, f := range p.figures() {
		for _, at := range keys(f.name, beamed, loop) {
			all++
			ok, err := out.figure(f, at, beamed[at], loop[at])
			if err != nil {
				return err
			}
			if ok {
				same++
			}
		}
	}
	known := map[string]bool{}
	for _, f := range p.figures() {
		known[f.name] = true
	}
	for at := range beamed {
		if !known[at.Name] {
			return fmt.Errorf("a figure that nobody asked for: %s", at.Name)
		}
	}
	out.printf("\n%d of %d accumulators equal, byte by byte\n", same, all)
	if same != all {
		return errors.Join(out.err, errDifferent)
	}
	return out.err
}

// keys are the keys of a figure on either side, in order.
func keys(name string, sides ...states) []fold.Figure {
	var found []fold.Figure
	for _, side := range sides {
		for at := range side {
			if at.Name == name && !slices.Contains(found, at) {
				found = append(found, at)
			}
		}
	}
	slices.SortFunc(found, func(a, b fold.Figure) int { return cmp.Compare(a.Key, b.Key) })
	return found
}

// writer keeps the first error of printing.
type writer struct {
	w   io.Writer
	err error
}

func (b *writer) printf(format string, args ...any) {
	if b.err == nil {
		_, b.err = fmt.Fprintf(b.w, format, args...)
	}
}

func (b *writer) figure(f figure, at fold.Figure, beamed, loop []byte) (same bool, err error) {
	there, err1 := lines(f, beamed)
	here, err2 := lines(f, loop)
	if err := errors.Join(err1, err2); err != nil {
		return false, fmt.Errorf("%s: %w", f.name, err)
	}
	title := f.name
	if at.Key != "" {
		title += ": " + at.Key
	}
	same = beamed != nil && bytes.Equal(beamed, loop)
	verdict := "equal"
	if !same {
		verdict = "DIFFERENT"
	}
	b.printf("\n%s (%d bytes of state): %s\n", title, len(beamed), verdict)
	b.printf("  Beam      %s\n  one pass  %s\n", strings.Join(there, "\n            "), strings.Join(here, "\n            "))
	return same, nil
}

func lines(f figure, data []byte) ([]string, error) {
	if data == nil {
		return []string{"missing"}, nil
	}
	return f.read(data)
}
