package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/culture/internal/gen/source"
)

const (
	corePackage = "cldr-core"
	namePackage = "cldr-person-names-full"
)

// cell is one place in the grid of patterns of a locale.
type cell struct{ order, length, usage, formality string }

func (c cell) String() string {
	return c.order + "-" + c.length + "-" + c.usage + "-" + c.formality
}

// cells is the grid in the order that the tables and their reader share: usage and
// formality turn fastest, sorting stands last and has referring only.
func cells() []cell {
	var grid []cell
	for _, order := range []string{"givenFirst", "surnameFirst", "sorting"} {
		usages := []string{"referring", "addressing", "monogram"}
		if order == "sorting" {
			usages = usages[:1]
		}
		for _, length := range []string{"long", "medium", "short"} {
			for _, usage := range usages {
				for _, formality := range []string{"formal", "informal"} {
					grid = append(grid, cell{order, length, usage, formality})
				}
			}
		}
	}
	return grid
}

// nameData is what one locale says about person names.
type nameData struct {
	GivenFirst   []string `json:"givenFirst"`
	SurnameFirst []string `json:"surnameFirst"`
	Formality    string   `json:"formality"`
	Length       string   `json:"length"`
	NativeSpace  string   `json:"nativeSpaceReplacement"`
	ForeignSpace string   `json:"foreignSpaceReplacement"`
	Initial      string   `json:"initial"`
	Sequence     string   `json:"initialSequence"`

	// order, length, usage; then formality, with the suffix -alt-N for alternatives.
	Patterns map[string]map[string]map[string]map[string]string `json:"personName"`
}

// alternatives are the patterns of a cell in the order of the source, which JSON keeps
// in the suffix only.
func (d *nameData) alternatives(c cell) []string {
	found := d.Patterns[c.order][c.length][c.usage]
	var names []string
	for name := range found {
		if name == c.formality || strings.HasPrefix(name, c.formality+"-alt-") {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	var patterns []string
	for _, name := range names {
		patterns = append(patterns, found[name])
	}
	return patterns
}

// readNames reads every locale of the source, by its id with hyphens.
func readNames(set *source.Set) (map[string]*nameData, error) {
	all := map[string]*nameData{}
	var faults []error
	for _, path := range set.Paths(namePackage, "main/") {
		locale := strings.Split(path, "/")[1]
		var file struct {
			Main map[string]struct {
				PersonNames *nameData `json:"personNames"`
			} `json:"main"`
		}
		if err := set.JSON(namePackage, path, &file); err != nil {
			faults = append(faults, err)
			continue
		}
		if file.Main[locale].PersonNames == nil {
			faults = append(faults, fmt.Errorf("%s: no personNames for %s", path, locale))
			continue
		}
		all[locale] = file.Main[locale].PersonNames
	}
	return all, errors.Join(faults...)
}

// personNames writes the patterns, the records that refer to them, and the index of
// locales. A locale whose record is its parent's is left out.
func personNames(set *source.Set) ([]byte, error) {
	all, err := readNames(set)
	if err != nil {
		return nil, err
	}
	err = errors.Join(override(all), lint(all))
	if err != nil {
		return nil, err
	}
	parents, err := readParents(set)
	if err != nil {
		return nil, err
	}
	likely, err := readLikely(set)
	if err != nil {
		return nil, err
	}
	e := newEncoder(all)
	var index []string
	for _, locale := range sorted(all) {
		record := e.record(all[locale])
		if locale == root {
			continue
		}
		id := minimal(locale, likely)
		inherited := e.record(all[nearest(parent(id, parents), all, parents)])
		if id != locale {
			if all[id] != nil {
				inherited = e.record(all[id])
			}
			if record != inherited {
				return nil, fmt.Errorf("%s differs from %s, which the reader looks in for it", locale, id)
			}
		}
		if record == inherited {
			continue
		}
		if strings.Count(locale, "-") > 2 || variant(locale) {
			return nil, fmt.Errorf("%s: a variant with patterns of its own; the reader has no variants", locale)
		}
		index = append(index, fmt.Sprintf("%s %d", locale, e.number(record)))
	}
	w := newWriter("tables")
	w.constant("CLDRVersion", "CLDRVersion is the release of CLDR that the tables are made from.", set.Version(namePackage))
	w.lines("PersonNamePatterns", "PersonNamePatterns is every pattern, one a line; a record refers to them by number.", e.patterns)
	w.lines("PersonNameRecords", recordDoc, append([]string{e.record(all[root])}, e.records()...))
	w.lines("PersonNameLocales", "PersonNameLocales is each locale with the number of its record in PersonNameRecords, where 0 is the root's; a locale that is not here has its parent's.", index)
	return w.bytes(), nil
}

const recordDoc = `PersonNameRecords is one record a line: the locales whose names are given first, those whose names are
surname first, default length and formality (one letter each), native and foreign replacement of spaces,
pattern of one initial and of a sequence, separated by tabs; then the grid of patterns, two letters of
PersonNameDigits each, and the alternatives of single places as place:pattern.`

// encoder numbers patterns and records in the order of their first use, which is the
// alphabet of locales.
type encoder struct {
	patterns []string
	pattern  map[string]int
	order    []string
	seen     map[string]int
}

func newEncoder(all map[string]*nameData) *encoder {
	e := &encoder{pattern: map[string]int{}, seen: map[string]int{}}
	e.seen[e.record(all[root])] = 0
	return e
}

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"

func (e *encoder) code(pattern string) string {
	n, ok := e.pattern[pattern]
	if !ok {
		n = len(e.patterns)
		e.pattern[pattern] = n
		e.patterns = append(e.patterns, pattern)
	}
	return string([]byte{digits[n/len(digits)], digits[n%len(digits)]})
}

func (e *encoder) record(d *nameData) string {
	var grid strings.Builder
	var alternatives []string
	for i, c := range cells() {
		for j, pattern := range d.alternatives(c) {
			if j == 0 {
				grid.WriteString(e.code(pattern))
				continue
			}
			alternatives = append(alternatives, fmt.Sprintf("%d:%s", i, e.code(pattern)))
		}
	}
	return strings.Join([]string{
		hyphens(d.GivenFirst), hyphens(d.SurnameFirst),
		d.Length[:1] + d.Formality[:1], d.NativeSpace, d.ForeignSpace, d.Initial, d.Sequence,
		grid.String(), strings.Join(alternatives, " "),
	}, "\t")
}

// hyphens is a list of locales, each as a language tag.
func hyphens(ids []string) string { return strings.ReplaceAll(strings.Join(ids, " "), "_", "-") }

func (e *encoder) number(record string) int {
	n, ok := e.seen[record]
	if !ok {
		n = len(e.order) + 1
		e.seen[record] = n
		e.order = append(e.order, record)
	}
	return n
}

func (e *encoder) records() []string { return e.order }

// overrides are corrections of defects of the source. Each states what stands there,
// so that a release that mends or changes it is noticed.
type correction struct {
	Locales []string `json:"locales"`
	Cell    string   `json:"cell"`
	Was     string   `json:"was"`
	Is      string   `json:"is"`
	Reason  string   `json:"reason"`
}

func override(all map[string]*nameData) error {
	var table struct {
		Corrections []correction `json:"corrections"`
	}
	if err := json.Unmarshal(overridesJSON, &table); err != nil {
		return fmt.Errorf("overrides.json: %w", err)
	}
	var faults []error
	for _, fix := range table.Corrections {
		at := strings.Split(fix.Cell, "-")
		for _, locale := range fix.Locales {
			if len(at) != 4 || all[locale] == nil || fix.Reason == "" {
				faults = append(faults, fmt.Errorf("overrides.json: %s %s: no such place, or no reason", locale, fix.Cell))
				continue
			}
			place := all[locale].Patterns[at[0]][at[1]][at[2]]
			if place[at[3]] != fix.Was {
				faults = append(faults, fmt.Errorf("overrides.json: %s %s: the source now has %q", locale, fix.Cell, place[at[3]]))
				continue
			}
			place[at[3]] = fix.Is
		}
	}
	return errors.Join(faults...)
}
