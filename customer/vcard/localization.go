package vcard

import (
	"reflect"
	"strings"

	"github.com/rapport-go/rapport/internal/strictjson"
)

// Localize gives the card as it is in a language: with the patches of the localization
// of that language tag, compared without regard to case, applied to it (RFC 9553 section
// 2.7.1). The result has that Language and no localizations. Without such a localization
// the card is not changed and ok is false; nothing falls back to a related language. A
// patch whose path leads nowhere, or that leaves a member which does not fit, is
// ErrValue, and nothing is given then.
func (c *Card) Localize(language string) (out Card, ok bool, err error) {
	for i := range c.Localizations {
		l := &c.Localizations[i]
		if !strings.EqualFold(l.Language, language) {
			continue
		}
		var f faults
		tree := c.tree()
		remove(&tree, "localizations")
		remove(&tree, "language")
		for _, m := range l.Extra {
			value, err := strictjson.Parse([]byte(m.JSON), extraLimits())
			if err != nil || !patchNode(&tree, m.Name, value) {
				f.add(ErrValue, 0, m.Name, "the patch does not fit the card")
			}
		}
		r := reader{faults: &f}
		r.object(&tree, reflect.ValueOf(&out).Elem(), nil)
		if f.any() {
			return Card{}, false, f.join()
		}
		out.Language = l.Language
		return out, true, nil
	}
	return *c, false, nil
}

// patchNode applies one patch of a PatchObject: a null takes a member away.
func patchNode(n *node, path string, value *node) bool {
	if value.Kind != strictjson.Null {
		return set(n, path, value)
	}
	if _, ok := find(n, path); !ok {
		return true
	}
	return set(n, path, value)
}

// find looks a pointer up.
func find(n *node, pointer string) (*node, bool) {
	for key := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		var ok bool
		if n, ok = n.Lookup(unescapePointer(key)); !ok {
			return nil, false
		}
	}
	return n, true
}

// patch is a part of a localization that is about one entry.
type patch struct {
	path  string // within the entry; empty: all of it
	value *node
}

// variant is an entry in another language.
type variant struct {
	language string
	patches  []patch
}

// findVariants sorts the patches of all localizations by the entry that they are about.
// Those of members that no line holds are left to JSPROP.
func (e *encoder) findVariants() {
	e.variants = nil
	if e.v != V40 || len(e.c.Localizations) == 0 {
		return
	}
	e.variants = map[string][]variant{}
	put := func(entry, language, path string, value *node) {
		list := e.variants[entry]
		if n := len(list); n == 0 || list[n-1].language != language {
			list = append(list, variant{language: language})
		}
		last := &list[len(list)-1]
		last.patches = append(last.patches, patch{path, value})
		e.variants[entry] = list
	}
	for i := range e.c.Localizations {
		l := &e.c.Localizations[i]
		for _, m := range l.Extra {
			value, err := strictjson.Parse([]byte(m.JSON), extraLimits())
			if err != nil || l.Language == "" {
				continue
			}
			member, rest, _ := strings.Cut(m.Name, "/")
			switch member {
			case "name":
				if full, ok := value.Lookup("full"); rest == "" && ok {
					put("name/full", l.Language, "", full)
				}
				if rest == "full" {
					put("name/full", l.Language, "", value)
				} else {
					put("name", l.Language, rest, value)
				}
				continue
			case "speakToAs":
				var ok bool
				if m.Name == genderPath {
					put(genderPath, l.Language, "", value)
				}
				if rest, ok = strings.CutPrefix(rest, "pronouns/"); !ok {
					continue
				}
				member += "/pronouns"
			case "nicknames", "organizations", "titles", "addresses", "notes":
			default:
				continue
			}
			if id, path, _ := strings.Cut(rest, "/"); id != "" {
				put(member+"/"+id, l.Language, path, value)
			}
		}
	}
}

// eachVariant writes an entry and what it is in other languages, tied by an ALTID.
func eachVariant[T any](e *encoder, path, id string, entry *T, kept *Kept, write func(entry *T, own bool)) {
	list := e.variants[path]
	if len(list) == 0 {
		write(entry, true)
		return
	}
	altid, own := kept.Param("altid")
	if !own {
		altid = canonicalAltID(id)
		e.tie.altid = altid
	}
	write(entry, true)
	for _, v := range list {
		var other T
		if !v.apply(reflect.ValueOf(entry).Elem(), reflect.ValueOf(&other).Elem()) {
			continue
		}
		if id != "" {
			idOf(reflect.ValueOf(&other).Elem()).SetString(id)
		}
		e.tie = tie{altid: altid, language: v.language}
		write(&other, false)
	}
	e.tie = tie{}
}

// tie is what the next line says of its alternatives.
type tie struct{ altid, language string }

// apply gives an entry in the language; ok is false where a patch does not fit.
func (v *variant) apply(entry, other reflect.Value) bool {
	n := object(entry)
	for _, p := range v.patches {
		if p.path == "" {
			n = *p.value
		} else if !patchNode(&n, p.path, p.value) {
			return false
		}
	}
	if n.Kind != strictjson.Object {
		return false
	}
	var f faults
	r := reader{faults: &f}
	r.object(&n, other, nil)
	return !f.any()
}

// text of a variant of FN, which is a text and no entry.
func (v *variant) text() string {
	if n := len(v.patches); n > 0 && v.patches[n-1].value.Kind == strictjson.String {
		return v.patches[n-1].value.Text
	}
	return ""
}
