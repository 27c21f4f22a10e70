package recommend

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Content is something to read or to look at for those of a segment: "camera bought:
// photo tips". It needs no model.
type Content struct {
	ID       string
	Segments []string // the customer must be in one; none: anybody
	Without  []string // and in none of these
	Items    []string // that go with it, such as accessories; suggested with this content as their reason
	Weight   float64  // greater comes first
}

// ContentReason is a piece of content with the segment that it is for.
type ContentReason struct {
	Content Content
	Segment string // that the customer is in; empty where it is for anybody
}

// Library is a checked list of content.
type Library struct{ list []Content }

// NewLibrary checks content. The error joins every fault under [ErrOptions]: ids that
// are empty or there twice, weights that are no number.
func NewLibrary(list ...Content) (*Library, error) {
	var errs []error
	seen := map[string]bool{}
	for i, c := range list {
		switch {
		case c.ID == "" || len(c.ID) > MaxID:
			errs = append(errs, fmt.Errorf("%w: content[%d]: the id must have 1 to %d bytes", ErrOptions, i, MaxID))
		case seen[c.ID]:
			errs = append(errs, fmt.Errorf("%w: content[%d]: %q is there twice", ErrOptions, i, clip(c.ID)))
		}
		seen[c.ID] = true
		if c.Weight != c.Weight || c.Weight-c.Weight != 0 {
			errs = append(errs, fmt.Errorf("%w: content[%d] %q: the weight is no number", ErrOptions, i, clip(c.ID)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	l := &Library{list: slices.Clone(list)}
	for i := range l.list {
		c := &l.list[i]
		c.Segments, c.Without, c.Items = slices.Clone(c.Segments), slices.Clone(c.Without), slices.Clone(c.Items)
	}
	slices.SortFunc(l.list, func(x, y Content) int {
		return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.ID, y.ID))
	})
	return l, nil
}

// For lists content for a customer who is in some segments and has seen some content,
// the weightiest first, at most n (0 is all).
func (l *Library) For(segments, seen []string, n int) []ContentReason {
	var out []ContentReason
	for _, c := range l.list {
		if (n > 0 && len(out) == n) || slices.Contains(seen, c.ID) || overlap(c.Without, segments) {
			continue
		}
		r := ContentReason{Content: c}
		if len(c.Segments) > 0 {
			k := slices.IndexFunc(c.Segments, func(s string) bool { return slices.Contains(segments, s) })
			if k < 0 {
				continue
			}
			r.Segment = c.Segments[k]
		}
		out = append(out, r)
	}
	return out
}
